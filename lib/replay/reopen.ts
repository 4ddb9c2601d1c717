/**
 * A line that rejectWriter() wrote -> the record it is about, with its first origin, text and event id, so that rejects
 * can be sent again as they are, or repaired. If there was no record, the line is rejected again. All else passes unchanged.
 */
import { isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import { isJson, JsonError } from '../json/exact.ts';
import { KeptMapping } from '../record/kept-mapping.ts';
import { Origin, originOf } from '../record/origin.ts';
import { partitionPlace } from '../record/place.ts';
import { recordText } from '../record/plain.ts';
import { readRecord, unreadable } from '../record/read.ts';
import { isRecord, recordFor, type SourceRecord } from '../record/record.ts';
import { type Reason, Rejection } from '../record/rejection.ts';
import { RowSearch } from '../record/row-search.ts';
import { splitNestedLine } from '../reject/reject-line.ts';
import { each } from '../stream/each.ts';
import { isRejectLine, rejectLineProblem } from './reject-line-check.ts';

const NO_OBJECT = 'it is still text: replace it with a JSON object; first rejected because: ';

/**
 * Turns rejected rows back into the records they were, with their first origin, text and event id, so that you can send them again
 * as they are, or repaired. Put it right after the source. A rejected row that was never readable is rejected again; everything
 * else passes unchanged.
 *
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { reopen } from 'customerio-streams';
 *
 * const line = { rejected_at: '2026-11-28T09:00:00Z', rejected_reason: 'invalid', record: { person_id: 'NULL', plan: 'pro' } };
 * await pipeline(Readable.from([line]), reopen(), async (records) => {
 *   for await (const { plan } of records) console.log(plan); // pro
 * });
 * ```
 *
 * @category Rejects
 */
export function reopen(): Transform {
  const reason = new RowSearch('rejected_reason');
  return each((element, push) => push(isRecord(element) ? reopened(recordFor('reopen', element)) : element), {
    row: (block, row, next) => !reason.isIn(block, row) && next.row(block, row),
  });
}

/** The core of {@link reopen}. The rejection of a rejected line gives the record of the first one. */
export function reopened(record: SourceRecord): SourceRecord | Rejection {
  if (isFlat(record)) return refuse(record);
  let element: SourceRecord | Rejection = record;
  while (!(element instanceof Rejection) && isRejected(element)) element = open(element);
  return element;
}

function isRejected(record: SourceRecord): boolean {
  return isRejectLine(record) && Object.hasOwn(record, 'record');
}

/** Whether the fields of the record are beside those of the rejection. Only the reader of such files knows which is which. */
function isFlat(record: SourceRecord): boolean {
  return isRejectLine(record) && typeof record.rejected_stage === 'string' && !Object.hasOwn(record, 'record');
}

function refuse(record: SourceRecord): Rejection {
  const message = 'a rejected row that is flattened or in CSV: send the file with cio-stream replay, repaired or not';
  return new Rejection({ reason: 'invalid', field: 'rejected_reason', message, stage: 'reopen' }, record, originOf(record));
}

function open(line: SourceRecord): SourceRecord | Rejection {
  const { record, record_encoding: encoding, rejected_reason: reason } = line;
  const odd = rejectLineProblem(line);
  if (odd !== undefined) return new Rejection({ reason: 'invalid', stage: 'reopen', ...odd }, line, originOf(line));
  if (record === null) {
    return unreadable(reason as Reason, 'the record itself was not kept: see its source and line', firstOrigin(line), 'reopen');
  }
  if (typeof record === 'string') return openText(encoding === 'base64' ? Buffer.from(record, 'base64') : record, line);
  return openValue(record, line);
}

/** The text of a record that could not be read; it may have been repaired since. */
function openText(given: string | Buffer, line: SourceRecord): SourceRecord | Rejection {
  if (typeof given !== 'string' && !isUtf8(given)) return unreadable('malformed', 'not valid UTF-8', firstOrigin(line), 'reopen', given);
  const text = given.toString();
  const origin = firstOrigin(line, text);
  const record = readRecord(text, origin, 'reopen');
  if (!(record instanceof Rejection)) return record;
  const { reason, message } = record.cause;
  return unreadable(reason, stillNone(message, line), origin, 'reopen');
}

/** Text that is not JSON, such as a row of CSV, can't be read here. The first message says more than that it is not JSON. */
function stillNone(message: string, { rejected_reason: reason, rejected_message: first }: SourceRecord): string {
  if (reason !== 'malformed' || typeof first !== 'string') return message;
  return first.startsWith(NO_OBJECT) ? first : `${NO_OBJECT}${first}`;
}

function openValue(record: unknown, line: SourceRecord): SourceRecord | Rejection {
  try {
    const text = ownText(originOf(line)?.raw) ?? recordText(record);
    return readRecord(text, firstOrigin(line, text), 'reopen');
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    // The record came from a program, not from a file: it need not be writable as JSON.
    const { reason, field, message } = error;
    return new Rejection({ reason, field, message, stage: 'reopen' }, record, firstOrigin(line));
  }
}

/** The record's own text inside its line: the event ids of the first time may be derived from it. */
function ownText(raw: string | undefined): string | undefined {
  const text = raw === undefined ? undefined : splitNestedLine(raw)?.record;
  return text !== undefined && isJson(text) ? text : undefined;
}

function firstOrigin(line: SourceRecord, raw?: string): Origin {
  const given = Object(line.rejected_origin) as SourceRecord;
  const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
  // Only a replay has found it: what a line says of its mapping is not what maps it here.
  const mapping = given.mapping instanceof KeptMapping ? given.mapping : originOf(line)?.mapping;
  const [stream, namespace, version] = [word(given.stream), word(given.namespace), word(given.version)];
  const more = { stream, namespace, version, ...(mapping && { mapping }) };
  const [topic, partition = 0] = [word(given.topic), number(given.partition)];
  const place = topic === undefined ? { source: word(given.source), ...more } : partitionPlace(topic, partition, more);
  const [row, offset, bytes, part] = [number(given.line), number(given.offset), number(given.bytes), number(given.part)];
  const at = topic === undefined ? row : offset;
  const own = originOf(line);
  const reread = own?.source === undefined || own.line === undefined ? undefined : `${own.source}\n${own.line}\n${line.rejected_at}`;
  return new Origin({ line: at, offset, bytes, part, wanted: part, eventId: word(line.rejected_event_id), reread, raw }, place);
}
