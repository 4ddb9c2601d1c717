/**
 * What stands around the rows of a stream is the same in all its messages, but for the time of emission. So once one message
 * has been parsed, the next is known by its bytes: it has the same envelope, and between its two halves one value in
 * brackets. Then the parser would find the same message with that value as its row, so it need not be asked.
 */
import { type JsonSpan, spanOf } from '../../json/scan.ts';
import { endOfString, isDigitByte, PADDING } from '../../json/token-ends.ts';
import type { Stream } from './streams.ts';

/** What surrounds the rows of one stream. */
export class Envelope {
  readonly stream: Stream;
  readonly #before: Half;
  readonly #after: Half;
  /** The row of the message that was matched last. */
  from = 0;
  to = 0;

  constructor(stream: Stream, before: Half, after: Half) {
    this.stream = stream;
    this.#before = before;
    this.#after = after;
  }

  /** `view` is of `bytes`. True if the line, which is valid UTF-8, is a message with a row of this stream: it lies at `from` and `to` then. */
  matches(bytes: Buffer, view: DataView, from: number, to: number): boolean {
    this.from = this.#before.endFrom(bytes, from, to);
    if (this.from === -1 || bytes[this.from] !== OPEN_BRACE) return false;
    this.to = this.#after.startBefore(bytes, this.from, to);
    return this.to !== -1 && endOfBrackets(bytes, view, this.from, to) === this.to;
  }

  /** Whether the other has the same text. */
  isLike(other: Envelope): boolean {
    return this.#before.isLike(other.#before) && this.#after.isLike(other.#after);
  }
}

/** The text before a row, or behind it: always the same, but for one number. */
class Half {
  readonly #first: Buffer;
  /** What comes behind the number; undefined if there is no number. */
  readonly #second: Buffer | undefined;

  /** `number`: where it lies in the text. */
  constructor(text: string, number: JsonSpan | undefined) {
    this.#first = Buffer.from(number ? text.slice(0, number.from) : text);
    this.#second = number && Buffer.from(text.slice(number.to));
  }

  isLike(other: Half): boolean {
    const [mine, its] = [this.#second, other.#second];
    return this.#first.equals(other.#first) && (mine && its ? mine.equals(its) : mine === its);
  }

  /** The end of this text if it starts at `from`, or -1. */
  endFrom(bytes: Buffer, from: number, to: number): number {
    const at = from + this.#first.length;
    if (at > to || !isAt(this.#first, bytes, from)) return -1;
    const second = this.#second;
    if (second === undefined) return at;
    let end = at;
    while (end < to && isDigitByte(bytes[end])) end++;
    return isNumber(bytes, at, end) && end + second.length <= to && isAt(second, bytes, end) ? end + second.length : -1;
  }

  /** The start of this text if it ends at `to`, or -1. */
  startBefore(bytes: Buffer, from: number, to: number): number {
    let at = to;
    const second = this.#second;
    if (second !== undefined) {
      const end = to - second.length;
      if (end < from || !isAt(second, bytes, end)) return -1;
      at = end;
      while (at > from && isDigitByte(bytes[at - 1])) at--;
      if (!isNumber(bytes, at, end)) return -1;
    }
    const start = at - this.#first.length;
    return start >= from && isAt(this.#first, bytes, start) ? start : -1;
  }
}

/** The most that are remembered: several streams may take turns, and a stream may have several. */
const MAX_ENVELOPES = 16;
/** A number of more digits may be one that a double can't hold. */
const MAX_DIGITS = 15;
const PLAIN_NUMBER = /^(?:0|[1-9]\d{0,14})$/;
const [QUOTE, ZERO, OPEN_BRACE] = [34, 48, 123] as const;
const [OPENS, CLOSES, QUOTES] = [1, 2, 3] as const;
const KINDS = new Uint8Array(256);
for (const char of '{[') KINDS[char.charCodeAt(0)] = OPENS;
for (const char of '}]') KINDS[char.charCodeAt(0)] = CLOSES;
KINDS[QUOTE] = QUOTES;

/** The envelopes that have come so far, that of the last message first. */
export class Envelopes {
  readonly #known: Envelope[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(this.#bytes.buffer);

  /** The one that the line has, if it is a row in a known one. */
  find(bytes: Buffer, from: number, to: number): Envelope | undefined {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const known = this.#known;
    for (let index = 0; index < known.length; index++) {
      const envelope = known[index] as Envelope;
      if (!envelope.matches(bytes, this.#view, from, to)) continue;
      if (index > 0) this.#toFront(index, envelope);
      return envelope;
    }
    return undefined;
  }

  /** `text` is a message that was parsed, with a row of the stream. */
  learn(text: string, stream: Stream): void {
    const [row, time] = [spanOf(text, 'record', 'data'), spanOf(text, 'record', 'emitted_at')];
    if (row === undefined || text.charCodeAt(row.from) !== OPEN_BRACE) return;
    const number = time && PLAIN_NUMBER.test(text.slice(time.from, time.to)) ? time : undefined;
    const before = new Half(text.slice(0, row.from), number && number.to <= row.from ? number : undefined);
    const behind = number && number.from >= row.to ? { from: number.from - row.to, to: number.to - row.to } : undefined;
    const envelope = new Envelope(stream, before, new Half(text.slice(row.to), behind));
    if (this.#known.some((other) => other.isLike(envelope))) return;
    this.#known.unshift(envelope);
    if (this.#known.length > MAX_ENVELOPES) this.#known.pop();
  }

  #toFront(index: number, envelope: Envelope): void {
    this.#known.copyWithin(1, 0, index);
    this.#known[0] = envelope;
  }
}

/**
 * Where the value that begins with a bracket ends, as `spanOf()` finds it in a text; -1 if it does not end before `to`, or has a
 * string that the parser refuses.
 */
function endOfBrackets(bytes: Buffer, view: DataView, from: number, to: number): number {
  // The last bytes of a buffer are left to the parser.
  const end = Math.min(to, bytes.length - PADDING);
  let depth = 0;
  for (let at = from; at < to; at++) {
    const kind = KINDS[bytes[at] as number];
    if (kind === 0) continue;
    if (kind === OPENS) depth++;
    else if (kind === CLOSES) {
      if (--depth === 0) return at + 1;
    } else {
      const behind = endOfString(bytes, view, at + 1, end);
      if (behind === -1) return -1;
      at = behind - 1;
    }
  }
  return -1;
}

function isAt(text: Buffer, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}

/** Whether the digits are a number as JSON has it. */
function isNumber(bytes: Buffer, from: number, to: number): boolean {
  const digits = to - from;
  return digits > 0 && digits <= MAX_DIGITS && (bytes[from] !== ZERO || digits === 1);
}
