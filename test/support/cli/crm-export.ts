/** An export of a CRM as people have them, thousands of rows, and what Customer.io should hold once it is loaded. */
import { isLong } from '../runs.ts';

/** How the export is written. */
export interface ExportStyle {
  readonly delimiter: ',' | ';';
  readonly encoding: 'utf8' | 'latin1';
  /** Days in ISO 8601, in DD/MM/YYYY, or a third of them in the second. */
  readonly days: 'iso' | 'dmy' | 'both';
}

/** A person, as the attributes should be. */
export interface Expected {
  [name: string]: unknown;
}

/** The export. */
export interface CrmExport {
  readonly bytes: Buffer;
  /** By email. */
  readonly people: ReadonlyMap<string, Expected>;
  /** Lines that are rejected, and the field that is wrong. */
  readonly rejected: ReadonlyMap<number, string>;
}

export const ROWS: number = isLong ? 5_000 : 1_000;
const DAY = 86_400;
const NAMES = ['Ada', 'Zoë', 'Jürgen', 'Ana María', 'Renée "Née"'];
const HEADER = ['E-Mail Address', 'First Name', 'Created At', 'Opted In', 'Lifetime Value', 'Zip Code'];

/** Makes it. */
export function crmExport({ delimiter, encoding, days }: ExportStyle): CrmExport {
  const people = new Map<string, Expected>();
  const rejected = new Map<number, string>();
  const lines = [HEADER.join(delimiter)];
  for (let row = 0; row < ROWS; row++) {
    // Each 50th is about the person of ten rows before.
    const email = `person.${row % 50 === 49 ? row - 10 : row}@example.com`;
    const hasEmail = row % 97 !== 13;
    const seconds = row % 7 === 0 ? undefined : (19_000 + (row % 900)) * DAY;
    const isForeign = days === 'both' && row % 3 === 2 && seconds !== undefined;
    const value = row % 11 === 0 ? undefined : ((row * 7_919) % 5_000_000) / 100;
    const name = NAMES[row % NAMES.length] as string;
    const [optedIn, zip] = [row % 2 === 0, `${row % 1_000}`.padStart(5, '0')];
    const address = row % 17 === 3 ? ` ${email}  ` : email;
    const day = seconds === undefined ? '' : written(seconds, days === 'dmy' || isForeign);
    const amount = value === undefined ? '' : money(value, delimiter);
    const cells = [hasEmail ? address : '', row % 19 === 5 ? '' : name, day, optedIn ? 'TRUE' : 'FALSE', amount, zip];
    lines.push(
      cells.map((cell) => (cell.includes(delimiter) || cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter),
    );
    if (!hasEmail) rejected.set(row + 2, 'E-Mail Address');
    else if (isForeign) rejected.set(row + 2, 'Created At');
    else
      people.set(email, {
        ...people.get(email),
        ...(row % 19 === 5 ? {} : { first_name: name }),
        ...(seconds === undefined ? {} : { created_at: seconds }),
        ...{ opted_in: optedIn, zip_code: zip },
        ...(value === undefined ? {} : { lifetime_value: value }),
      });
  }
  return { bytes: Buffer.from(`${lines.join('\r\n')}\r\n`, encoding), people, rejected };
}

function written(seconds: number, isDayFirst: boolean): string {
  const [year, month, day] = new Date(seconds * 1000).toISOString().slice(0, 10).split('-');
  return isDayFirst ? `${day}/${month}/${year}` : `${year}-${month}-${day}`;
}

/** With separators of thousands: 1,234.50, or 1.234,50 where `;` stands between cells. */
function money(value: number, delimiter: string): string {
  const [units = '', cents] = value.toFixed(2).split('.');
  const [group, point] = delimiter === ';' ? ['.', ','] : [',', '.'];
  return `${units.replace(/\B(?=(\d{3})+$)/g, group)}${point}${cents}`;
}
