/**
 * The event id that makes a repeat harmless: Customer.io drops an event whose ULID it has seen. The same row gives the
 * same id in every run; only a row that nothing identifies gets a random one. (Customer.io does not read the time inside
 * the ULID, so any 128 bits can serve as one: here two hashes of 64.)
 */

import { ByteView } from '../byte-view.ts';
import { hash64 } from '../hash.ts';

const ALPHABET = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
const BYTES = 16;
/** Two characters for each ten bits. */
const PAIR_BITS = 10;
const PAIRS = Uint16Array.from(
  { length: 1 << PAIR_BITS },
  (_, bits) => ((ALPHABET[bits >> 5] as number) << 8) | (ALPHABET[bits & 31] as number),
);
/** How many characters a ULID has. */
export const ULID_LENGTH = 26;
/** Other seeds would give other ids: events that were sent before would be counted again. */
const SEEDS = [0x6576656e74206964n, 0x756c696420343238n] as const;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;
const scratch = Buffer.alloc(BYTES);
const hashes = new ByteView(scratch);
const characters = Buffer.alloc(ULID_LENGTH);
const characterView = new ByteView(characters);

/** True for a ULID, the only form of event id that the API documents. */
export function isUlid(text: string): boolean {
  return ULID.test(text);
}

/** The ULID of `data`, a text or its UTF-8: always the same one. Needs `loadHash()`. */
export function ulidFrom(data: string | Uint8Array): string {
  writeUlidFrom(data, characterView, 0);
  return characters.toString('latin1');
}

/** Writes the ULID of `data`; returns its end. */
export function writeUlidFrom(data: string | Uint8Array, target: ByteView, at: number): number {
  hashes.setBigUint64(0, hash64(data, SEEDS[0]));
  hashes.setBigUint64(8, hash64(data, SEEDS[1]));
  return writeUlid(scratch, target, at);
}

/** A ULID of the first 16 bytes. */
export function toUlid(bytes: Uint8Array): string {
  writeUlid(bytes, characterView, 0);
  return characters.toString('latin1');
}

/** Writes a ULID of the first 16 bytes; returns its end. */
export function writeUlid(bytes: Uint8Array, target: ByteView, at: number): number {
  // 26 characters of five bits hold 130 bits: the first two are zero.
  let bits = 2;
  let value = 0;
  let next = 0;
  const end = at + ULID_LENGTH;
  for (let to = at; to < end; to += 2) {
    for (; bits < PAIR_BITS; bits += 8) value = ((value << 8) | (bytes[next++] as number)) & 0x3ffff;
    bits -= PAIR_BITS;
    target.setUint16(to, PAIRS[(value >> bits) & (PAIRS.length - 1)] as number);
  }
  return end;
}
