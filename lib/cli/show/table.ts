/**
 * Columns of text that line up on a terminal, whatever script they are written in: a Chinese character or an emoji is two
 * cells wide, an accent none. Cells are made printable here, so a hostile one can't move the cursor. A column that may
 * shrink is cut with `…` until the table fits.
 */
import { printable } from '../../printable.ts';

/** How a column is laid out. */
export interface TableColumn {
  readonly align?: 'left' | 'right';
  /** It may be cut, but not below so many cells. Default: it is never cut. */
  readonly least?: number;
}

/** How a table is laid out. */
export interface TableLayout {
  readonly columns: readonly TableColumn[];
  /** The cells that a line may have. */
  readonly width: number;
  /** Colours a cell that has its final width already. The first row is 0. */
  readonly paint?: (text: string, row: number, column: number) => string;
}

const GAP = '  ';
const ASCII = /^[ -~]*$/;
/** Two cells wide: what Unicode calls wide or full-width, and emoji. */
const WIDE =
  /[\p{Emoji_Presentation}\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{17000}-\u{18CFF}\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Extended_Pictographic}\uFE0F/u;
const ONLY_MARKS = /^\p{M}+$/u;
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many cells of a terminal the text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += cellsOf(segment);
  return width;
}

/** The text in at most `width` cells: what is cut off is shown by `…`. */
export function cutTo(text: string, width: number): string {
  // A long text is not measured to its end.
  if (text.length <= width && widthOf(text) <= width) return text;
  let [end, cells, fits] = [0, 0, 0];
  for (const { segment, index } of segmenter.segment(text)) {
    cells += cellsOf(segment);
    if (cells > width) return width < 1 ? '' : `${text.slice(0, fits)}…`;
    end = index + segment.length;
    if (cells < width) fits = end;
  }
  return text;
}

/** The lines of a table; a row may have fewer cells than there are columns. */
export function tableLines(rows: readonly (readonly string[])[], { columns, width, paint = (text) => text }: TableLayout): string[] {
  // No cell needs to be measured beyond the line.
  const cells = rows.map((row) => columns.map((_, index) => cutTo(printable(row[index] ?? ''), width)));
  const widths = fitted(
    columns.map((_, index) => Math.max(0, ...cells.map((row) => widthOf(row[index] as string)))),
    columns,
    width,
  );
  return cells.map((row, rowIndex) => {
    const isLast = (index: number): boolean => row.slice(index + 1).every((cell) => cell === '');
    const padded = row.map((cell, index) => {
      const text = cutTo(cell, widths[index] as number);
      const space = ' '.repeat((widths[index] as number) - widthOf(text));
      if (columns[index]?.align === 'right') return paint(space + text, rowIndex, index);
      return paint(isLast(index) ? text : text + space, rowIndex, index);
    });
    return padded.slice(0, row.findLastIndex((cell) => cell !== '') + 1).join(GAP);
  });
}

/** The widths, with the widest of the columns that may shrink made narrower until all fit. */
function fitted(widths: readonly number[], columns: readonly TableColumn[], width: number): number[] {
  const fit = [...widths];
  let over = fit.reduce((sum, one) => sum + one, 0) + GAP.length * (fit.length - 1) - width;
  while (over > 0) {
    let widest = -1;
    for (const [index, { least }] of columns.entries()) {
      const may = least !== undefined && (fit[index] as number) > least;
      if (may && (widest === -1 || (fit[index] as number) > (fit[widest] as number))) widest = index;
    }
    if (widest === -1) return fit;
    fit[widest] = (fit[widest] as number) - 1;
    over--;
  }
  return fit;
}

function cellsOf(segment: string): number {
  if (WIDE.test(segment)) return 2;
  return ONLY_MARKS.test(segment) ? 0 : 1;
}
