/**
 * The event id that makes a repeat harmless: Customer.io drops an event whose ULID it has seen. The same row gives the
 * same id in every run; only a row that nothing identifies gets a random one. (Customer.io does not read the time inside
 * the ULID, so 128 bits of a SHA-256 can serve as one.)
 */
import { hash } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BYTES = 16;
const ULID_LENGTH = 26;
const scratch = new Uint8Array(BYTES);
const characters = Buffer.alloc(ULID_LENGTH);
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/** True for a ULID, the only form of event id that the API documents. */
export function isUlid(text: string): boolean {
  return ULID.test(text);
}

/** The ULID of `text`, which may be given as UTF-8: always the same one. */
export function ulidFrom(text: string | Uint8Array): string {
  const digest = hash('sha256', text, 'binary');
  for (let i = 0; i < BYTES; i++) scratch[i] = digest.charCodeAt(i);
  return toUlid(scratch);
}

/** A ULID of the first 16 bytes. */
export function toUlid(bytes: Uint8Array): string {
  // 26 characters of five bits hold 130 bits: the first two are zero.
  let bits = 2;
  let value = 0;
  let length = 0;
  for (let i = 0; i < BYTES; i++) {
    value = ((value << 8) | (bytes[i] ?? 0)) & 0xfff;
    for (bits += 8; bits >= 5; length++) {
      bits -= 5;
      characters[length] = ALPHABET.charCodeAt((value >> bits) & 31);
    }
  }
  // One string at once: joining characters one by one would leave twenty-five strings on the heap.
  return characters.toString('latin1');
}
