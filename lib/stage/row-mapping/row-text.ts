/** Pieces of JSON text, written into a buffer one behind the other. Each function returns the end. */

const COMMA = 44;
const ZERO = 48;
/** From this length on, a call costs less than a loop. */
const LONG = 64;
/** What stands between members: commas and white space. */
const BETWEEN = new Uint8Array(256);
for (const char of ', \t\r\n') BETWEEN[char.charCodeAt(0)] = 1;

/** Copies a span. */
export function putSpan(bytes: Buffer, from: number, to: number, target: Buffer, at: number): number {
  if (to - from >= LONG) return at + bytes.copy(target, at, from, to);
  let end = at;
  for (let i = from; i < to; i++) target[end++] = bytes[i] as number;
  return end;
}

/** Copies members of an object, without what stands around them; a comma comes before them unless they are the first. */
export function putMembers(bytes: Buffer, from: number, to: number, target: Buffer, at: number, first: number): number {
  let start = from;
  let stop = to;
  while (start < stop && BETWEEN[bytes[start] as number] === 1) start++;
  while (stop > start && BETWEEN[bytes[stop - 1] as number] === 1) stop--;
  return start === stop ? at : putSpan(bytes, start, stop, target, putComma(target, at, first));
}

/** Writes a comma if something is there since `first`. */
export function putComma(target: Buffer, at: number, first: number): number {
  if (at === first) return at;
  target[at] = COMMA;
  return at + 1;
}

/** Writes ASCII. */
export function putText(text: string, target: Buffer, at: number): number {
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}

/** Writes a whole number. */
export function putInteger(value: number, target: Buffer, at: number): number {
  if (value < 0 || value > 0x7fffffff) return putText(String(value), target, at);
  let end = at + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    target[i] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
  return end;
}
