/** The flags of a run as a config: what {@link readConfigFile} reads the same flags from. Never credentials, or where they are sent. */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { defaultOf } from '../flags/flag.ts';
import { configOptions } from './config-options.ts';

/** What the editor checks a config by, where the package is installed. */
export const CONFIG_SCHEMA = './node_modules/customerio-streams/schema/load.schema.json';

/** A config as JSON has it, by its keys. */
export type ConfigObject = Readonly<Record<string, unknown>>;

/** Those of `flags` that are among `fields` and differ from their defaults. */
export function configOf(flags: object, fields: z.ZodRawShape): ConfigObject {
  const given = configOptions(fields).flatMap(({ key, attribute, field, write }) => {
    const value: unknown = Reflect.get(flags, attribute);
    return value === undefined || isDeepStrictEqual(value, defaultOf(field)) ? [] : [[key, write(value)]];
  });
  return Object.fromEntries(given);
}
