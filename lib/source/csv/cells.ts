/**
 * The text of a CSV row -> its cells, strictly: a quote opens a cell at its very start only and is doubled inside, and the
 * closing quote is followed by a delimiter or the end. Nothing is repaired: a text that breaks the rule is reported.
 */

/** What stands between and around cells. */
export interface CellFormat {
  readonly delimiter: string;
  readonly quote: string | false;
  /** White space beside a delimiter belongs to no cell, so a quote may stand behind it. */
  readonly trim: boolean;
  /** A quote in a cell that no quote opened is text, not a mistake. */
  readonly bareQuotes?: boolean;
}

/**
 * How a text ends: `outside` of quotes, `inside` a quoted cell, or at a mistake. A `stray` quote, in a cell that no quote
 * opened, is a mistake of its line alone; any other mistake (`broken`) may be a part of a cell of several lines.
 */
export type CellEnd = 'outside' | 'inside' | 'stray' | 'broken';

/** The cells of a text, and how it ends. */
export interface Cut {
  readonly cells: string[];
  readonly ending: CellEnd;
}

/** Cuts a text into cells; `inside` if it begins in the middle of a quoted cell. */
export function cut(text: string, format: CellFormat, inside = false): Cut {
  const { delimiter, quote } = format;
  let quoteAt = quote === false ? -1 : text.indexOf(quote);
  if (quote === false || (quoteAt === -1 && !inside)) return { cells: text.split(delimiter), ending: 'outside' };
  const cells: string[] = [];
  let at = 0;
  let isOpen = inside;
  for (;;) {
    if (quoteAt !== -1 && quoteAt < at) quoteAt = text.indexOf(quote, at);
    if (!isOpen && quoteAt !== -1 && opensAt(text, at, quoteAt, format)) {
      isOpen = true;
      at = quoteAt + 1;
    }
    if (!isOpen) {
      const next = text.indexOf(delimiter, at);
      const end = next === -1 ? text.length : next;
      if (quoteAt !== -1 && quoteAt < end && !format.bareQuotes) return { cells, ending: strayness(text, at, quoteAt, end, format) };
      cells.push(text.slice(at, end));
      if (next === -1) return { cells, ending: 'outside' };
      at = next + delimiter.length;
      continue;
    }
    const end = closingQuote(text, at, quote);
    if (end === -1) return { cells, ending: 'inside' };
    cells.push(text.slice(at, end).replaceAll(quote + quote, quote));
    isOpen = false;
    at = pastBlanks(text, end + 1, format);
    if (at === text.length) return { cells, ending: 'outside' };
    if (!text.startsWith(delimiter, at)) return { cells, ending: 'broken' };
    at += delimiter.length;
  }
}

/** True if the first quote of a line opens a cell that is not empty: then a row begins with the line. */
export function opensCell(line: string, { delimiter, quote, trim }: CellFormat): boolean {
  const at = quote === false ? -1 : line.indexOf(quote);
  if (at === -1) return false;
  const [before = '', behind] = [line.slice(0, at).split(delimiter).at(-1), line.slice(at + 1)];
  if ((trim ? before.trim() : before) !== '') return false;
  return (trim ? behind.trim() : behind) !== '' && !behind.startsWith(delimiter);
}

function opensAt(text: string, at: number, quoteAt: number, format: CellFormat): boolean {
  return quoteAt === at || (format.trim && pastBlanks(text, at, format) === quoteAt);
}

/** The first quote from `at` on that is not doubled, or -1. */
function closingQuote(text: string, at: number, quote: string): number {
  for (let end = text.indexOf(quote, at); end !== -1; end = text.indexOf(quote, end + 2)) {
    if (!text.startsWith(quote, end + 1)) return end;
  }
  return -1;
}

/** A quote behind other text is stray, unless a later cell of the line is opened by one. */
function strayness(text: string, from: number, quoteAt: number, end: number, format: CellFormat): CellEnd {
  const { delimiter, quote } = format;
  const opens = (at: number): boolean =>
    text
      .slice(at)
      .trimStart()
      .startsWith(quote as string);
  if (text.slice(from, quoteAt).trim() === '') return 'broken';
  for (let next = text.indexOf(delimiter, end); next !== -1; next = text.indexOf(delimiter, next + delimiter.length)) {
    if (opens(next + delimiter.length)) return 'broken';
  }
  return 'stray';
}

/** The place behind the spaces and tabs at `at`, if these belong to no cell. */
function pastBlanks(text: string, at: number, { delimiter, trim }: CellFormat): number {
  let end = at;
  while (trim && (text[end] === ' ' || text[end] === '\t') && !text.startsWith(delimiter, end)) end++;
  return end;
}
