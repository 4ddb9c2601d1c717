/**
 * The text of a reject line, which only this file knows: the record first and as it came, then why, where and when. A line
 * is split as text too: the record is never parsed and written again, so digits, spaces and the order of keys stay.
 */
import { inspect } from 'node:util';
import { parse } from '../json/exact.ts';
import type { Origin } from '../record/origin.ts';
import { recordText } from '../record/plain.ts';
import type { Rejection } from '../record/rejection.ts';

const HEAD = '{"record":';
/** What follows the record. No text behind it can hold it a second time: there, quotes are escaped. */
const NEXT = '"rejected_reason":';

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

/** The record's JSON text; or another text in its place, and how that was made. */
interface Written {
  readonly text: string;
  readonly encoding?: 'base64' | 'inspect';
}

/** The line of one rejection, with its line feed; `wallMs` is the time of rejection, `mapping` what the line says of it. */
export function formatRejection(rejection: Rejection, wallMs: number, mapping?: unknown): string {
  const { cause, origin } = rejection;
  const { text, encoding } = writtenRecord(rejection);
  // JSON.stringify leaves out what is undefined. `rejected_reason` comes first: it marks where the record ends.
  const rest = JSON.stringify({
    rejected_reason: cause.reason,
    rejected_field: cause.field,
    rejected_message: cause.message,
    rejected_stage: cause.stage,
    rejected_origin: writtenOrigin(origin, mapping),
    rejected_status: cause.status,
    rejected_attempts: cause.attempts,
    rejected_event_id: cause.eventId ?? origin?.eventId,
    rejected_at: new Date(wallMs).toISOString(),
    record_encoding: encoding,
  });
  return `${joinLine({ record: text, meta: rest.slice(1) })}\n`;
}

/** With `version` and `part`, since event ids are derived from them: a row sent again must get the id of the first time. */
function writtenOrigin(origin: Partial<Origin> = {}, mapping: unknown): object | undefined {
  const { source, topic, partition, stream, namespace, line, offset, bytes, version, part } = origin;
  // A message has no line, and where it is says what its source is.
  const place = topic === undefined ? { source, stream, namespace, line, offset } : { topic, partition, offset: line, stream, namespace };
  const written = { ...place, bytes, version, part, mapping };
  return Object.values(written).some((value) => value !== undefined) ? written : undefined;
}

function writtenRecord({ record, origin, bytes }: Rejection): Written {
  if (bytes !== undefined) return { text: JSON.stringify(bytes.toString('base64')), encoding: 'base64' };
  const raw = origin?.raw;
  const object = raw === undefined ? undefined : asObject(raw);
  if (object !== undefined) return { text: object };
  if (record !== undefined) return fromValue(record);
  return { text: raw === undefined ? 'null' : JSON.stringify(raw) };
}

/** `raw` on one line, if it is a JSON object that a source would take. */
function asObject(raw: string): string | undefined {
  if (!/^\s*\{/.test(raw)) return undefined;
  try {
    parse(raw);
  } catch {
    return undefined;
  }
  // In valid JSON a line break is always between two tokens.
  return /[\r\n]/.test(raw) ? raw.replace(/[\r\n]+/g, ' ') : raw;
}

function fromValue(record: unknown): Written {
  try {
    return { text: recordText(record) };
  } catch {
    return { text: JSON.stringify(describe(record)), encoding: 'inspect' };
  }
}

function describe(record: unknown): string {
  try {
    return inspect(record, { depth: 10, maxArrayLength: 1_000, maxStringLength: 100_000, breakLength: Number.POSITIVE_INFINITY });
  } catch {
    return "a record that can't be written as text";
  }
}

/** A line in two. */
export interface LineParts {
  /** The record's JSON text. */
  readonly record: string;
  /** All else: a JSON object's text without its opening brace. */
  readonly meta: string;
}

/** Splits a line of formatRejection(), without its line feed. */
export function splitLine(line: string): LineParts {
  const at = line.lastIndexOf(`,${NEXT}`);
  return { record: line.slice(HEAD.length, at), meta: line.slice(at + 1) };
}

/** Splits a line that another program may have written; undefined if its record is not the first thing in it. */
export function splitNestedLine(line: string): LineParts | undefined {
  return line.startsWith(HEAD) && line.includes(`,${NEXT}`) ? splitLine(line) : undefined;
}

/** The line again. */
export function joinLine({ record, meta }: LineParts): string {
  return `${HEAD}${record},${meta}`;
}

/** Splits a line in which the fields of the record stand beside the rest; undefined if it is not one. */
export function splitFlatLine(line: string): LineParts | undefined {
  const at = line.lastIndexOf(NEXT);
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
 * The names of the record's fields if they can stand beside ours: it is an object, and none of its names is ours. Any
 * other record must stay in one piece, so that nothing of it is lost.
 */
export function fieldsOf(record: string): string[] | undefined {
  if (!record.startsWith('{') || !record.endsWith('}')) return undefined;
  const names = Object.keys(JSON.parse(record));
  return names.some(isOwnName) ? undefined : names;
}

/** Whether a name beside the record's fields would be taken for one of ours. */
export function isOwnName(name: string): boolean {
  return name === 'record' || name === 'record_encoding' || /^(rejected|_airbyte)_/.test(name);
}
