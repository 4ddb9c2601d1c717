/** Pieces of JSON text, written into a buffer one behind the other. Each function returns the end. */
import { type ByteView, copySpan } from '../../byte-view.ts';

const COMMA = 44;
const ZERO = 48;
/** What stands between members: commas and white space. */
const BETWEEN = new Uint8Array(256);
for (const char of ', \t\r\n') BETWEEN[char.charCodeAt(0)] = 1;

/** Copies members of an object, without what stands around them; a comma comes before them unless they are the first. */
export function putMembers(source: ByteView, from: number, to: number, target: ByteView, at: number, first: number): number {
  let start = from;
  let stop = to;
  while (start < stop && BETWEEN[source.getUint8(start)] === 1) start++;
  while (stop > start && BETWEEN[source.getUint8(stop - 1)] === 1) stop--;
  return start === stop ? at : copySpan(source, start, stop, target, putComma(target, at, first));
}

/** Writes a comma if something is there since `first`. */
export function putComma(target: ByteView, at: number, first: number): number {
  if (at === first) return at;
  target.setUint8(at, COMMA);
  return at + 1;
}

/** Writes ASCII. */
export function putText(text: string, target: ByteView, at: number): number {
  for (let i = 0; i < text.length; i++) target.setUint8(at + i, text.charCodeAt(i));
  return at + text.length;
}

/** Writes a whole number. */
export function putInteger(value: number, target: ByteView, at: number): number {
  if (value < 0 || value > 0x7fffffff) return putText(String(value), target, at);
  const { bytes } = target;
  let end = at + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    bytes[i] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
  return end;
}
