/**
 * Text in another encoding -> UTF-8, the same however the chunks cut it. Bytes that are not a character of that encoding
 * become a byte that UTF-8 never has, so that their row is rejected like any other that is not valid text: nothing is
 * replaced in silence.
 */
import { isAscii } from 'node:buffer';
import { isMultiByte, type TextEncoding } from './encodings.ts';

/** Makes UTF-8 of a text. */
export interface Transcoder {
  write(chunk: Buffer): Buffer;
  /** What is left, at the end of the text. */
  end(): Buffer;
}

/** Written in place of bytes that are not a character. */
const BAD = 0xff;
const BAD_BYTES = Buffer.of(BAD);
const EMPTY = Buffer.alloc(0);
/** The bytes 0x80 to 0x9f: Node 20 takes them for control characters. Spaces are not assigned. */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const MOST_UTF8_BYTES = 3;

/** The transcoder of an encoding; undefined for UTF-8. */
export function transcoder(encoding: TextEncoding): Transcoder | undefined {
  if (encoding === 'utf-8') return undefined;
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return new Utf16(encoding === 'utf-16be');
  return isMultiByte(encoding) ? new MultiByte(encoding) : new SingleByte(encoding);
}

/** A table from each byte to its bytes. */
class SingleByte implements Transcoder {
  readonly #bytes = new Uint8Array(256 * MOST_UTF8_BYTES);
  readonly #lengths = new Uint8Array(256).fill(1);

  constructor(encoding: TextEncoding) {
    const strict = new TextDecoder(encoding, { fatal: true });
    for (let byte = 0; byte < 256; byte++) {
      const utf8 = byte < 0x80 ? Buffer.of(byte) : (bytesOf(byte, encoding, strict) ?? BAD_BYTES);
      this.#bytes.set(utf8, byte * MOST_UTF8_BYTES);
      this.#lengths[byte] = utf8.length;
    }
  }

  write(chunk: Buffer): Buffer {
    if (isAscii(chunk)) return chunk;
    const [bytes, lengths] = [this.#bytes, this.#lengths];
    const out = Buffer.allocUnsafeSlow(chunk.length * MOST_UTF8_BYTES);
    let at = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (byte < 0x80) out[at++] = byte;
      else
        for (let from = byte * MOST_UTF8_BYTES, to = from + (lengths[byte] as number); from < to; from++) out[at++] = bytes[from] as number;
    }
    return out.subarray(0, at);
  }

  end(): Buffer {
    return EMPTY;
  }
}

/** A control character (0x80 to 0x9f) is not text: the file is in another encoding then, windows-1252 or a DOS one. */
function bytesOf(byte: number, encoding: TextEncoding, strict: InstanceType<typeof TextDecoder>): Buffer | undefined {
  let text: string;
  try {
    text = encoding !== 'windows-1252' ? strict.decode(Uint8Array.of(byte)) : (WINDOWS_1252[byte - 0x80] ?? String.fromCharCode(byte));
  } catch {
    return undefined;
  }
  return text === ' ' || text === '\uFFFD' || (text >= '\x80' && text <= '\x9f') ? undefined : Buffer.from(text);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A surrogate without the other half of its pair is not a character, nor is an odd byte at the end. */
class Utf16 implements Transcoder {
  readonly #swap: boolean;
  #rest: Buffer = EMPTY;

  constructor(swap: boolean) {
    this.#swap = swap;
  }

  write(chunk: Buffer): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let whole = bytes.length & ~1;
    if (whole > 0 && isHighSurrogate(bytes[whole - (this.#swap ? 2 : 1)] as number)) whole -= 2;
    this.#rest = Buffer.from(bytes.subarray(whole));
    return this.#utf8(bytes.subarray(0, whole));
  }

  end(): Buffer {
    const units = this.#utf8(this.#rest.subarray(0, this.#rest.length & ~1));
    return this.#rest.length % 2 === 0 ? units : Buffer.concat([units, BAD_BYTES]);
  }

  #utf8(bytes: Buffer): Buffer {
    const text = (this.#swap ? Buffer.from(bytes).swap16() : bytes).toString('utf16le');
    return marked(text.split(LONE_SURROGATE));
  }
}

function isHighSurrogate(upper: number): boolean {
  return upper >= 0xd8 && upper <= 0xdb;
}

/** No character continues with one of the bytes below, so a text can be cut behind them. */
const FIRST_TRAIL_BYTE = 0x30;
/** If so many bytes have none below, the text is not of an encoding that we read. */
const MOST_HELD_BYTES = 1_048_576;

/** The platform's TextDecoder decodes. It is given whole characters only, since it fails if a bad one is cut. */
class MultiByte implements Transcoder {
  readonly #encoding: TextEncoding;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(encoding: TextEncoding) {
    this.#encoding = encoding;
  }

  write(chunk: Buffer): Buffer {
    let whole = chunk.length;
    while (whole > 0 && (chunk[whole - 1] as number) >= FIRST_TRAIL_BYTE) whole--;
    if (whole === 0 && this.#heldBytes + chunk.length <= MOST_HELD_BYTES) return this.#hold(chunk);
    const text = Buffer.concat([...this.#held, chunk.subarray(0, whole)]);
    this.#held = [];
    this.#heldBytes = 0;
    if (whole < chunk.length) this.#hold(chunk.subarray(whole));
    return whole === 0 ? Buffer.concat([this.#utf8(text), BAD_BYTES]) : this.#utf8(text);
  }

  end(): Buffer {
    const text = Buffer.concat(this.#held);
    this.#held = [];
    return this.#utf8(text);
  }

  #hold(bytes: Buffer): Buffer {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    return EMPTY;
  }

  #utf8(bytes: Buffer): Buffer {
    if (isAscii(bytes)) return bytes;
    const text = new TextDecoder(this.#encoding, { ignoreBOM: true }).decode(bytes);
    return marked((this.#encoding === 'shift_jis' ? withoutIbm(text) : text).split(NOT_TEXT));
  }
}

/** The platform's sign for a bad character, and control characters that no text has. */
const NOT_TEXT = /[\uFFFD\x80-\x9f]/;

/** The platform's table of Shift_JIS is IBM's, which exchanges three control characters. Only one of them, Ctrl-Z, is in texts. */
function withoutIbm(text: string): string {
  return text.replaceAll('\x1a', '\x7f').replaceAll('\x1c', '\x1a');
}

/** The parts with a bad byte between them. */
function marked(parts: readonly string[]): Buffer {
  const [first = '', ...others] = parts;
  if (others.length === 0) return Buffer.from(first);
  return Buffer.concat([Buffer.from(first), ...others.flatMap((part) => [BAD_BYTES, Buffer.from(part)])]);
}
