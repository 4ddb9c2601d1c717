/**
 * Bytes that are copied a word at a time. The spans of a row are short: a loop over their bytes takes three times as long, and
 * a call of `copy` pays from some hundred bytes on.
 */

/** From this length on, a call costs less. */
const LONG = 96;
const WORD = 4;

/** A view of bytes, which are also there as they are. */
export class ByteView extends DataView<ArrayBufferLike> {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    super(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.bytes = bytes;
  }

  /** Of a text as UTF-8. */
  static of(text: string): ByteView {
    return new ByteView(Buffer.from(text));
  }
}

/** Copies a span; returns its end. */
export function copySpan(source: ByteView, from: number, to: number, target: ByteView, at: number): number {
  if (to - from >= LONG) return at + source.bytes.copy(target.bytes, at, from, to);
  const end = at + to - from;
  if (to - from < WORD) {
    for (let i = from; i < to; i++) target.setUint8(at + i - from, source.getUint8(i));
    return end;
  }
  let i = from;
  let next = at;
  for (; i <= to - 2 * WORD; i += 2 * WORD, next += 2 * WORD) {
    target.setInt32(next, source.getInt32(i, true), true);
    target.setInt32(next + WORD, source.getInt32(i + WORD, true), true);
  }
  if (i <= to - WORD) target.setInt32(next, source.getInt32(i, true), true);
  // The last word may have bytes again that the one before it had.
  target.setInt32(end - WORD, source.getInt32(to - WORD, true), true);
  return end;
}

/** Copies all of it; returns its end. */
export function copyAll(source: ByteView, target: ByteView, at: number): number {
  return copySpan(source, 0, source.byteLength, target, at);
}
