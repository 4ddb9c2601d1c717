/**
 * The parts of a line that formatRejection() wrote, found in its text: the record's own text is never parsed and
 * written again, so that digits, spaces and order of keys stay as they came.
 */

const HEAD = '{"record":';
// A JSON text can't hold this after the record: there, quotes are escaped.
const TAIL = '"rejected_reason":';

/** What a line says beside the record, in this order: the columns of a CSV file. */
export const META_NAMES = [
  'rejected_reason',
  'rejected_field',
  'rejected_message',
  'rejected_stage',
  'rejected_origin',
  'rejected_status',
  'rejected_attempts',
  'rejected_event_id',
  'rejected_at',
  'record_encoding',
] as const;

/** A line in two. */
export interface LineParts {
  /** The record's JSON text. */
  readonly record: string;
  /** All else: a JSON object's text without its opening brace. */
  readonly meta: string;
}

/** Splits a line of formatRejection(), without its line feed. */
export function splitLine(line: string): LineParts {
  const at = line.lastIndexOf(TAIL);
  return { record: line.slice(HEAD.length, at - 1), meta: line.slice(at) };
}

/** Splits a line that may have been through other hands; undefined if its record is not the first thing in it. */
export function splitNestedLine(line: string): LineParts | undefined {
  return line.startsWith(HEAD) && line.includes(`,${TAIL}`) ? splitLine(line) : undefined;
}

/** The line again. */
export function joinLine({ record, meta }: LineParts): string {
  return `${HEAD}${record},${meta}`;
}

/** Splits a line whose record lies flat beside the rest; undefined where it is none. */
export function splitFlatLine(line: string): LineParts | undefined {
  const at = line.lastIndexOf(TAIL);
  const border = line.charAt(at - 1);
  if (at < 1 || !line.startsWith('{') || (border !== ',' && at !== 1)) return undefined;
  return { record: `${line.slice(0, Math.max(1, at - 1))}}`, meta: line.slice(at) };
}

/** The line with the fields of its record at the top level. */
export function flatLine({ record, meta }: LineParts): string {
  const inner = record.slice(1, -1);
  return /\S/.test(inner) ? `{${inner},${meta}` : `{${meta}`;
}

/**
 * The record's fields, where they can stand beside ours: an object whose names are none of ours. Anything else must
 * stay a record in one piece, so that nothing of it is lost.
 */
export function fieldsOf(record: string): string[] | undefined {
  if (!record.startsWith('{') || !record.endsWith('}')) return undefined;
  const names = Object.keys(JSON.parse(record));
  return names.some((name) => name === 'record' || name === 'record_encoding' || /^(rejected|_airbyte)_/.test(name)) ? undefined : names;
}
