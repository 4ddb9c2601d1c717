/** Flags -> the command that has them, for pasting, and the same as a config. */
import type { z } from 'zod';
import { FLAG, longName } from '../../options.ts';
import { attributeOf } from '../flags/flag.ts';
import { shellQuoted } from '../flags/shell-quote.ts';

/** Long names of flags without dashes, and their values. */
export type ConfigValues = Readonly<Record<string, unknown>>;

/** The flags of these groups that differ from their defaults. */
export function valuesOf(flags: object, groups: readonly z.ZodRawShape[]): ConfigValues {
  const values: Record<string, unknown> = {};
  for (const field of groups.flatMap((group) => Object.values(group)) as z.ZodType[]) {
    const spec = FLAG.get(field);
    if (spec === undefined) continue;
    const value = Reflect.get(flags, attributeOf(spec)) as unknown;
    if (value === undefined || JSON.stringify(value) === JSON.stringify(field.safeParse(undefined).data)) continue;
    values[longName(spec).slice(2)] = asGiven(value, spec.on !== undefined, spec.repeat === true);
  }
  return values;
}

/** A value as a flag would give it. */
function asGiven(value: unknown, isSwitch: boolean, isRepeated: boolean): unknown {
  if (isSwitch) return true;
  if (value === false) return 'none';
  return Array.isArray(value) && !isRepeated ? value.join(',') : value;
}

/** The words of a command, each quoted for a shell. `file` is undefined for standard input. */
export function commandWords(command: string, file: string | undefined, values: ConfigValues): string[] {
  // What begins with a dash would be taken for a flag.
  const named = file === undefined ? [] : [shellQuoted(file.startsWith('-') ? `./${file}` : file)];
  const flags = Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => flagText(name, one)));
  return [`cio-stream ${command}`, ...named, ...flags];
}

function flagText(name: string, value: unknown): string {
  if (value === true) return `--${name}`;
  const word = String(value);
  // What begins with a dash would look like the next flag.
  return word.startsWith('-') ? shellQuoted(`--${name}=${word}`) : `--${name} ${shellQuoted(word)}`;
}

/** The words on one line, or on as many as fit a terminal. */
export function commandText(words: readonly string[], width: number): string {
  const [first = '', ...others] = words;
  const lines = [first];
  for (const word of others) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length + 2 <= width) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines.join(' \\\n');
}
