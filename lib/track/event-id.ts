/**
 * The event id that makes a repeat harmless: Customer.io drops an event whose ULID it has seen. The same row gives the
 * same id in every run; only a row that nothing identifies gets a fresh one. (The time inside the ULID is not read by
 * Customer.io, so 128 bits of a SHA-256 will do.)
 */
import { hash } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;

/** True for a ULID, the only form of event id that the API documents. */
export function isUlid(text: string): boolean {
  return ULID.test(text);
}

/** The ULID that belongs to `text`: always the same one. */
export function ulidFrom(text: string): string {
  return toUlid(Buffer.from(hash('sha256', text, 'hex').slice(0, 32), 'hex'));
}

/** A ULID out of 16 bytes. */
export function toUlid(bytes: Uint8Array): string {
  let ulid = '';
  // 26 characters of five bits hold 130 bits: the first two are zero.
  let bits = 2;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      ulid += ALPHABET[(value >> bits) & 31];
    }
  }
  return ulid;
}
