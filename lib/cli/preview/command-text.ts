/** Flags, as a config has them -> the command that has them, for pasting. */
import type { ConfigObject } from '../config/config-of.ts';
import { shellQuoted } from '../flags/shell-quote.ts';

/** The words of a command, each quoted for a shell. `file` is undefined for standard input. */
export function commandWords(command: string, file: string | undefined, values: ConfigObject): string[] {
  // What begins with a dash would be taken for a flag.
  const named = file === undefined ? [] : [shellQuoted(file.startsWith('-') ? `./${file}` : file)];
  const flags = Object.entries(values).flatMap(([name, value]) => listOf(name, value).map((one) => flagText(name, one)));
  return [`cio-stream ${command}`, ...named, ...flags];
}

/** Names of columns stand in one flag, with commas between; other lists are a flag each. */
function listOf(name: string, value: unknown): unknown[] {
  if (!Array.isArray(value)) return [value];
  return name === 'header' ? [value.join(',')] : value;
}

/** One flag as it is typed. */
export function flagText(name: string, value: unknown): string {
  if (value === true) return `--${name}`;
  const word = String(value);
  // What begins with a dash would look like the next flag.
  return word.startsWith('-') ? shellQuoted(`--${name}=${word}`) : `--${name} ${shellQuoted(word)}`;
}

/** The words on one line, or on as many as fit a terminal. */
export function wrappedCommand(words: readonly string[], width: number): string {
  const [first = '', ...others] = words;
  const lines = [first];
  for (const word of others) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length + 2 <= width) lines[lines.length - 1] = longer;
    else lines.push(`  ${word}`);
  }
  return lines.join(' \\\n');
}
