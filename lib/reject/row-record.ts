/** Rows of a reject file in CSV -> lines in our own shape: ours, nested or flat, and Airbyte's. */
import { CioError } from '../errors.ts';
import { parse } from '../record/json.ts';
import type { SourceRecord } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { type Cell, jsonOf } from './cells.ts';
import { META_NAMES } from './line.ts';
import { airbyteLine, type LinePlace, lineOf, readLine } from './line-record.ts';

/** What is made of each row. */
export type RowRecord = (cells: readonly Cell[], place: LinePlace) => SourceRecord | Rejection;

const META = new Set<string>([...META_NAMES, 'record']);
const NUMBERS = new Set(['rejected_status', 'rejected_attempts']);

/** How to read the rows below a header. Throws `CIO_SOURCE` where it is not that of a reject file. */
export function rowsBelow(header: readonly string[], source: string): RowRecord {
  const has = (name: string): boolean => header.includes(name);
  if (has('rejected_reason') && has('rejected_at')) return (cells, place) => readLine(ownLine(header, cells), place);
  if (header.some((name) => name.startsWith('_airbyte_'))) return (cells, place) => airbyteRow(header, cells, place);
  throw new CioError('CIO_SOURCE', `${source}: this CSV holds no rejected records: it has no column rejected_reason`);
}

function ownLine(header: readonly string[], cells: readonly Cell[]): string {
  const said: SourceRecord = {};
  let record = '';
  for (const [index, name] of header.entries()) {
    const { text, quoted } = cells[index] ?? { text: '', quoted: false };
    if (!META.has(name) || (text === '' && !quoted)) continue;
    if (name === 'record') record = text;
    else if (NUMBERS.has(name)) said[name] = Number(text);
    else said[name] = name === 'rejected_origin' ? originOf(text) : text;
  }
  return lineOf(record.trim() === '' ? fieldsText(header, cells, (name) => !META.has(name)) : record, said);
}

function airbyteRow(header: readonly string[], cells: readonly Cell[], place: LinePlace): SourceRecord | Rejection {
  const text = fieldsText(header, cells, () => true);
  const row = readLine(text, place);
  return row instanceof Rejection ? row : readLine(airbyteLine(row, place), place);
}

/** The JSON text of an object of the cells. */
function fieldsText(header: readonly string[], cells: readonly Cell[], wanted: (name: string) => boolean): string {
  const members = header.flatMap((name, index) => {
    const json = wanted(name) ? jsonOf(cells[index] ?? { text: '', quoted: false }) : undefined;
    return json === undefined ? [] : `${JSON.stringify(name)}:${json}`;
  });
  return `{${members.join(',')}}`;
}

function originOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
