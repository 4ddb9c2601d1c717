/**
 * Names of namespaces, streams and syncs -> parts of a key that mean nothing else: two names never give the same part, no
 * part leads to another folder, and none is longer than a key may be. A character that is not a letter, a digit, `-`, `_`
 * or an inner `.` becomes `%` and its bytes; a long name ends in `~` and a hash of the whole.
 */
import { createHash } from 'node:crypto';

/** The most bytes a name may take, so that several fit in one file name (255 bytes) and in one key (1,024). */
export const MAX_NAME_BYTES = 64;

const HASH_LENGTH = 24;
const PLAIN = /^[\p{L}\p{M}\p{N}_-]$/u;

/** The part that stands for `name` in a key; empty for an empty name only. */
export function safeName(name: string): string {
  const characters = [...name].map((character, index) => escaped(character, index));
  const whole = characters.join('');
  if (Buffer.byteLength(whole) <= MAX_NAME_BYTES) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, HASH_LENGTH);
  return `${start(characters, MAX_NAME_BYTES - HASH_LENGTH - 1)}~${hash}`;
}

/** A dot is plain inside a name: at its start it would hide a file, or mean a folder. */
function escaped(character: string, index: number): string {
  if (PLAIN.test(character) || (character === '.' && index > 0)) return character;
  const code = character.charCodeAt(0);
  // A lone half of a character has no UTF-8.
  if (character.length === 1 && code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16).toUpperCase()}`;
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function start(characters: readonly string[], maxBytes: number): string {
  let text = '';
  let bytes = 0;
  for (const character of characters) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    text += character;
  }
  return text;
}
