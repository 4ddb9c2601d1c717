/**
 * The ends of lines in bytes: LF, with one or two CRs before it, and in a document from old Macs a lone CR as well. Quotes are
 * not looked at: a line may be a part of a row.
 */
import { beforeCtrlZ } from '../../bytes/marks.ts';

export const LF = 10;
export const CR = 13;
/** So many CRs may stand before an LF: a transfer in text mode makes CR CR LF of CR LF. */
export const MAX_CRS = 2;

/** Where the text of a line ends, before its CRs and LF. Only the last line has none: DOS puts a Ctrl-Z behind it. */
export function textEnd(bytes: Buffer, from: number, end: number): number {
  let to = end > from && bytes[end - 1] === LF ? end - 1 : beforeCtrlZ(bytes, from, end);
  for (let crs = 0; crs < MAX_CRS && to > from && bytes[to - 1] === CR; crs++) to--;
  return to;
}

/** The place behind the end of a line that begins at `at`; 0 if none does, or a lone CR. */
export function behindEnd(bytes: Buffer, at: number): number {
  if (bytes[at] === LF) return at + 1;
  if (bytes[at] !== CR) return 0;
  if (bytes[at + 1] === LF) return at + 2;
  return bytes[at + 1] === CR && bytes[at + 2] === LF ? at + 3 : 0;
}

/** Calls `take` with each line of `bytes` while it gives true; gives the place behind the last one. That one need not have an end. */
export function eachLine(
  bytes: Buffer,
  atCr: boolean,
  quote: Buffer,
  take: (from: number, to: number, end: number, hasQuote: boolean) => boolean,
): number {
  let quoteAt = -1;
  for (let from = 0, end = 0; from < bytes.length; from = end) {
    end = lineEnd(bytes, atCr, from);
    if (quoteAt < from) quoteAt = quoteFrom(bytes, from, quote);
    const to = textEnd(bytes, from, end);
    if (!take(from, to, end, quoteAt < to)) return end;
  }
  return bytes.length;
}

/** The place behind the line that begins at `from`. The last line of `bytes` need not have an end. */
export function lineEnd(bytes: Buffer, atCr: boolean, from = 0): number {
  return wholeLine(bytes, from, bytes.length, atCr) || bytes.length;
}

/** The same, or 0 if the line has no end before `until`. `bytes` reaches as far beyond that as an end of a line can. */
export function wholeLine(bytes: Buffer, from: number, until: number, atCr: boolean): number {
  if (!atCr) return bytes.indexOf(LF, from) + 1;
  for (let at = from; at < until; at++) if (bytes[at] === LF || bytes[at] === CR) return behindEnd(bytes, at) || at + 1;
  return 0;
}

/** The length of a line without text, or 0. */
export function blankLength(bytes: Buffer, at: number): number {
  if (bytes[at] === LF) return 1;
  return bytes[at] === CR && bytes[at + 1] === LF ? 2 : 0;
}

/** Where the next quote is; infinity if there is none. */
export function quoteFrom(bytes: Buffer, from: number, quote: Buffer): number {
  const at = quote.length === 0 ? -1 : bytes.indexOf(quote, from);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}
