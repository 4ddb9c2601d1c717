/**
 * Whether a CR alone ends rows, as on old Macs. The scanner asks that of the first row, and of a text that would not be a
 * row otherwise. A CR ends rows if it is in a header, since no name of a column has one, or if the rows have as many
 * cells as they should only if it does. A CR inside quotes ends nothing.
 */
import { CioError } from '../../errors.ts';
import { type CellFormat, cut } from './cells.ts';

/** What is known about the document. */
export interface Expected {
  /** How many cells a row has; undefined for a header. */
  readonly width: number | undefined;
  /** The text is the first of the document. */
  readonly isFresh: boolean;
  /** No LF has been seen. */
  readonly hasNoLf: boolean;
}

/** Throws `CIO_SOURCE` if it can't be known. */
export function crEndsRows(text: string, format: CellFormat, { width, isFresh, hasNoLf }: Expected): boolean {
  const [first, second] = widthsAtCr(text, format);
  if (first === undefined) return false;
  if (width === undefined || (isFresh && SEPARATOR.test(text))) return true;
  if (isFresh && hasNoLf) return first === width;
  if (width === 1 && isFresh) throw mixed();
  if (width === 1) return false;
  return first === width && (second === undefined || second === width);
}

/** The line by which a spreadsheet names the delimiter. */
const SEPARATOR = /^"?sep=.?"?\r/iu;

/** How many cells the first two rows have if a CR ends a row; none if no CR does. The text has no CR at its end. */
function widthsAtCr(text: string, format: CellFormat): number[] {
  const widths: number[] = [];
  let [from, seen, quotes] = [0, 0, 0];
  for (let at = text.indexOf('\r'); at !== -1 || (from > 0 && seen < text.length); at = text.indexOf('\r', seen)) {
    const end = at === -1 ? text.length : at;
    if (format.quote !== false) quotes += text.slice(seen, end).split(format.quote).length - 1;
    seen = end + 1;
    if (quotes % 2 === 1) continue;
    const { cells, ending } = cut(text.slice(from, end), format);
    if (ending !== 'outside') return widths;
    if (text.slice(from, end).trim() !== '') widths.push(cells.length);
    if (widths.length === 2) return widths;
    from = seen;
  }
  return widths;
}

function mixed(): CioError {
  const message = 'csv: some lines end in CR alone and some in LF: rows of one column may be cut at both';
  return new CioError('CIO_SOURCE', message, undefined, 'Convert all line ends to LF first.');
}
