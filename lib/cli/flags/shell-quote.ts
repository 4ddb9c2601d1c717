/**
 * A piece of a command that is printed for pasting: quoted so that any POSIX shell takes it for the one word that it is.
 * What is not printable would not survive the terminal, so the shell is asked to make it.
 */
import { printable } from '../../printable.ts';

const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/;

/** The word as a shell reads it. Only a line break at its very end is lost. */
export function shellQuoted(word: string): string {
  if (PLAIN.test(word)) return word;
  if (printable(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `"$(printf '${[...word].map(asFormat).join('')}')"`;
}

/** A character in the format of printf. */
function asFormat(char: string, index: number): string {
  if (char === '%' || char === '\\') return char + char;
  // A dash at the beginning would be an option, and bash looks for the history behind a `!`.
  if (!"'!".includes(char) && printable(char) === char && !(char === '-' && index === 0)) return char;
  return [...Buffer.from(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
