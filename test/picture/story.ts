/** What docs/terminal.svg shows: a file with three bad rows, the commands that load it, and how the rows are corrected. */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** The terminal. The width is that of a summary whose reader's width is not known, so the test needs no terminal. */
export const PICTURE = 'docs/terminal.svg';
export const TITLE =
  'cio-stream loads crm.csv with a progress bar; three rows are rejected, each with its reason. They are corrected in a sheet, and cio-stream replay delivers them.';
export const SCREEN = { columns: 100, rows: 30 } as const;

/** One step, typed at the prompt. */
export interface Step {
  readonly typed: string;
  /** The exit status of the command; undefined for a comment, which nothing runs. */
  readonly status?: number;
  /** What is done to the sheet then: a terminal can't show a spreadsheet. */
  readonly repairs?: boolean;
  /** How long the screen stays as it is before the next step, so that it can be read. */
  readonly pauseMs: number;
}

/** All of it. */
export const STEPS: readonly Step[] = [
  { typed: 'cio-stream people crm.csv --email "E-Mail Address" --rejects rejected/', status: 1, pauseMs: 2_400 },
  { typed: 'cio-stream rejects rejected/ --format csv --out fix.csv', status: 0, pauseMs: 900 },
  { typed: '# three cells corrected in a spreadsheet', repairs: true, pauseMs: 500 },
  { typed: 'cio-stream replay fix.csv --rejects again/', status: 0, pauseMs: 3_500 },
];

/** Rows without an email, and one with a text that is too long. All are among the first 2,000. */
const NO_EMAIL = [411, 1_207];
const LONG_NOTES = 1_862;
const NOTE = 'Called again about the invoice. ';

/** The file, with so many rows. */
export function crmCsv(rows: number): string {
  const lines = ['CRM ID,E-Mail Address,First Name,Plan,Notes'];
  for (let row = 1; row <= rows; row++) {
    const email = NO_EMAIL.includes(row) ? 'N/A' : emailOf(row);
    lines.push([row, email, `Name ${row}`, row % 3 === 0 ? 'pro' : 'free', row === LONG_NOTES ? NOTE.repeat(40) : ''].join());
  }
  return `${lines.join('\n')}\n`;
}

/** The sheet as a spreadsheet would save it, its three cells corrected. */
export function repaired(sheet: string): string {
  const rows: Record<string, string>[] = parse(sheet, { bom: true, columns: true });
  for (const row of rows) {
    if (row['E-Mail Address'] === 'N/A') row['E-Mail Address'] = emailOf(Number(row['CRM ID']));
    row.Notes = (row.Notes as string).slice(0, NOTE.length);
  }
  return stringify(rows, { header: true });
}

function emailOf(row: number): string {
  return `person${row}@example.com`;
}
