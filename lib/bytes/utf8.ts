/**
 * Bytes -> text, strictly: no byte is ever replaced. A character that a chunk border cuts waits for its rest. Everything
 * before the first bad byte comes out, however the chunks cut it, so that what could be read was read.
 */
import { isUtf8 } from 'node:buffer';
import { option, say } from '../wording.ts';

/** Advice for text that is not UTF-8. */
export const NAME_ENCODING = say`Name the encoding, for example \`${option('source', 'encoding', 'windows-1252')}\` for files of Excel and other Windows programs.`;

/** Why a row can't be read. */
export const notText = (encoding = 'utf-8'): string => `not valid ${encoding === 'utf-8' ? 'UTF-8' : encoding}`;

/** Why a row of CSV that has zero bytes can't be read. In JSON they are a mistake anyway. */
export const HAS_ZEROS = 'has zero bytes, which text never has: it is damaged, or in UTF-16';

/** Text in another encoding is not valid UTF-8 by chance if it has so many bytes beyond ASCII. */
const SURE_BYTES = 20;

/** Warns once of an input that has been valid UTF-8 so far, but is read in another encoding that was named. */
export class Utf8Watch {
  readonly #utf8 = new Utf8();
  readonly #warn: () => void;
  #bytes = 0;
  #isDone = false;

  constructor(warn: () => void) {
    this.#warn = warn;
  }

  write(chunk: Buffer): void {
    if (this.#isDone) return;
    const text = this.#utf8.write(chunk);
    this.#bytes += Buffer.byteLength(text) - text.length;
    if (this.#utf8.broken) this.#isDone = true;
    else if (this.#bytes >= SURE_BYTES) this.#warnOnce();
  }

  end(): void {
    this.#utf8.end();
    if (!this.#isDone && !this.#utf8.broken && this.#bytes > 0) this.#warnOnce();
  }

  #warnOnce(): void {
    this.#isDone = true;
    this.#warn();
  }
}

/** Decodes UTF-8 until the first byte that is not UTF-8. */
export class Utf8 {
  #rest = Buffer.alloc(0);
  /** True once a bad byte was seen: nothing behind it is decoded. */
  broken = false;

  /** The text of all characters that are complete with this chunk. */
  write(chunk: Buffer): string {
    if (this.broken) return '';
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = completeLength(bytes);
    if (isUtf8(bytes.subarray(0, whole))) {
      this.#rest = Buffer.from(bytes.subarray(whole));
      return bytes.toString('utf8', 0, whole);
    }
    this.broken = true;
    return bytes.toString('utf8', 0, validLength(bytes));
  }

  /** True if no character waits for its rest, and no bad byte was seen. */
  get isWhole(): boolean {
    return this.#rest.length === 0 && !this.broken;
  }

  /** A character that was not completed is a bad byte too. */
  end(): void {
    if (this.#rest.length > 0) this.broken = true;
  }
}

/** The length without a character that is cut at the end. */
function completeLength(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte >= 0xc0) return charLength(byte) > back ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
}

function charLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** The longest prefix of whole, valid characters: halving, since a prefix of a good prefix is good. */
function validLength(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, completeLength(prefix)))) good = middle;
    else bad = middle;
  }
  return completeLength(bytes.subarray(0, good));
}
