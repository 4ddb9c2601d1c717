/** What every bench gives back, and the little arithmetic and layout that all of them share. */

/** How a bench is to run. What is not given is the bench's own choice. */
export interface Settings {
  readonly rows: number | undefined;
  readonly rounds: number | undefined;
  /** Seconds instead of minutes: shows that the bench works, measures nothing. */
  readonly smoke: boolean;
  readonly log: (text: string) => void;
}

/** Figures for machines, a table of them for people. */
export interface Report {
  readonly title: string;
  /** The first row is the head. */
  readonly table: readonly (readonly string[])[];
  readonly figures: Readonly<Record<string, unknown>>;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** A number for people. */
export function say(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Bytes as megabytes, for people. */
export function sayMegabytes(bytes: number): string {
  return `${say(bytes / 1e6)} MB`;
}

/** The report as text: names to the left, figures to the right. */
export function layOut({ title, table }: Report): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  '));
  return `${title}\n\n${lines.map((line) => `  ${line.trimEnd()}`).join('\n')}\n`;
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
