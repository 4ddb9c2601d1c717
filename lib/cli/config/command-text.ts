/** A command with its flags, as a config has them, for pasting. */
import type { z } from 'zod';
import { type FlagSpec, longName } from '../../options.ts';
import { specOf } from '../flags/flag.ts';
import type { CommandName, StoreFlags } from '../flags/flags.ts';
import { shellQuoted } from '../flags/shell-quote.ts';
import { type ConfigObject, optionFields } from './config-options.ts';

/** The command on one line. */
export function commandText(...of: Parameters<typeof commandWords>): string {
  return `cio-stream ${commandWords(...of).join(' ')}`;
}

/** Its words, each quoted for a shell; `place` is undefined for standard input. */
export function commandWords(command: CommandName, place: string | undefined, config: ConfigObject): string[] {
  // What begins with a dash would be taken for a flag.
  const named = place === undefined ? [] : [shellQuoted(place.startsWith('-') ? `./${place}` : place)];
  const specs = new Map((Object.values(optionFields(command)) as z.ZodType[]).map((field) => [longName(specOf(field)), specOf(field)]));
  const flags = Object.entries(config).flatMap(([key, value]) => flagWords(specs.get(`--${key}`) as FlagSpec, value));
  return [command, ...named, ...flags];
}

/** Lists that are one flag have commas between; of the others each text is a flag. */
function flagWords(spec: FlagSpec, value: unknown): string[] {
  const name = longName(spec);
  if (value === true) return [name];
  if (value === false) return spec.off === undefined ? [] : [name.replace('--', '--no-')];
  const texts: unknown[] = Array.isArray(value) ? (spec.repeat ? value : [value.join(',')]) : [value];
  return texts.map(String).map((text) => (text.startsWith('-') ? shellQuoted(`${name}=${text}`) : `${name} ${shellQuoted(text)}`));
}

/** The servers that flags name. A config does not have them, as it must not say where credentials are sent; a command has to. */
export function serversOf({ s3Endpoint, gcsEndpoint }: StoreFlags): ConfigObject {
  return {
    ...(s3Endpoint !== undefined && { 's3-endpoint': s3Endpoint }),
    ...(gcsEndpoint !== undefined && { 'gcs-endpoint': gcsEndpoint }),
  };
}
