/** Ranges of bytes, as HTTP has them. */

/** From a byte on, up to `to`, exclusive, or to the end. */
export function rangeOf(from: number, to?: number): string {
  return `bytes=${from}-${to === undefined ? '' : to - 1}`;
}
