/**
 * Which options a config file holds, by their keys: the long flags of the commands that take one; and the flags of a run as a
 * config. What is a credential, or says where credentials are sent, is not among them.
 */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { longName } from '../../options.ts';
import { defaultOf, specOf } from '../flags/flag.ts';
import { COMMAND_FLAGS, type CommandName } from '../flags/flags.ts';
import { type ConfigValue, configValueOf } from './config-value.ts';

/** The commands that take `--config`. */
export const CONFIG_COMMANDS = (Object.keys(COMMAND_FLAGS) as CommandName[]).filter((name) => 'config' in optionFields(name));

/** An option of a config file. */
export interface ConfigOption extends ConfigValue {
  /** The long flag without dashes, such as `snake-case`. */
  readonly key: string;
  /** Its name in `flags`. */
  readonly attribute: string;
  readonly field: z.ZodType;
}

/** The options of a command, by their names in `flags`. */
export function optionFields(command: CommandName): z.ZodRawShape {
  return Object.assign({}, ...COMMAND_FLAGS[command].map(([, fields]) => fields));
}

/** What a config file holds of some options. */
export function configOptions(fields: z.ZodRawShape): ConfigOption[] {
  return Object.entries(fields as Record<string, z.ZodType>)
    .filter(([attribute, field]) => attribute !== 'config' && !isSecret(field))
    .map(([attribute, field]) => ({ key: keyOf(field), attribute, field, ...configValueOf(field) }));
}

/** A config as JSON has it, by its keys. */
export type ConfigObject = Readonly<Record<string, unknown>>;

/** Those of `flags` that are among `fields` and differ from their defaults, as a config has them. */
export function configOf(flags: object, fields: z.ZodRawShape): ConfigObject {
  const given = configOptions(fields).flatMap(({ key, attribute, field, write }) => {
    const value: unknown = Reflect.get(flags, attribute);
    return value === undefined || isDeepStrictEqual(value, defaultOf(field)) ? [] : [[key, write(value)]];
  });
  return Object.fromEntries(given);
}

/** Those of some options that no file may hold: key and variable of each. */
export function secretOptions(fields: z.ZodRawShape): { readonly key: string; readonly env: string | undefined }[] {
  const secrets = (Object.values(fields) as z.ZodType[]).filter(isSecret);
  return secrets.map((field) => ({ key: keyOf(field), env: specOf(field).env }));
}

function keyOf(field: z.ZodType): string {
  return longName(specOf(field)).slice(2);
}

/** Credentials have a variable and are checked only when they are used; addresses are where credentials go. */
function isSecret(field: z.ZodType): boolean {
  const { secret, unchecked, env } = specOf(field);
  return secret === true || (unchecked === true && env !== undefined);
}
