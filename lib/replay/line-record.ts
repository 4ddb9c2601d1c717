/**
 * A line of a reject file -> the same as a line in our own shape, as reopen() reads it. The line may be ours, nested or flat,
 * or one of Airbyte's connector. A record keeps its text if the line still has it.
 */
import { isObject, parse, stringify } from '../json/exact.ts';
import { Origin, originOf } from '../record/origin.ts';
import { readRecord } from '../record/read.ts';
import type { SourceRecord } from '../record/record.ts';
import { REASONS, Rejection } from '../record/rejection.ts';
import { joinLine, type LineParts, META_NAMES, splitFlatLine, splitNestedLine } from '../reject/reject-line.ts';
import { rejectLineProblem } from './reject-line-check.ts';

/** The stage that rejects a line of a reject file. */
export const STAGE = 'rejects';
/** The last time that a Date can be. */
const LAST_MS = 8.64e15;
const UNKNOWN_TIME = new Date(0).toISOString();
const AIRBYTE = /^_airbyte_/;
const AIRBYTE_META = ['rejected_reason', 'rejected_field', 'rejected_message'];

/** Where a line is. */
export interface LinePlace {
  readonly source: string;
  readonly line: number;
}

/** The text of a line in our own shape, whatever shape it had, with `origin` in place of where it came from. */
export function lineText(line: SourceRecord, origin: object): string {
  if (!Object.hasOwn(line, 'rejected_reason')) return rejectLineOf(stringify(line), { rejected_origin: origin });
  const raw = originOf(line)?.raw?.trim() ?? '';
  const { record, meta } = ownParts(raw, Object.hasOwn(line, 'record')) ?? movedParts(line);
  const { rejected_reason, ...said } = JSON.parse(`{${meta}`) as SourceRecord;
  return joinLine({ record, meta: JSON.stringify({ rejected_reason, ...said, rejected_origin: origin }).slice(1) });
}

/** One line of JSON. A line that is neither ours nor Airbyte's comes out as the record that it is. */
export function lineRecord(text: string, place: LinePlace): SourceRecord | Rejection {
  const record = readLine(text, place);
  if (record instanceof Rejection) return record;
  if (!Object.hasOwn(record, 'rejected_at') && Object.keys(record).some((name) => AIRBYTE.test(name))) {
    return readLine(airbyteLine(record, place), place);
  }
  return Object.hasOwn(record, 'rejected_reason') ? ownRecord(text, record, place) : record;
}

function ownRecord(text: string, record: SourceRecord, place: LinePlace): SourceRecord | Rejection {
  const isNested = Object.hasOwn(record, 'record');
  const isKnown = Object.hasOwn(REASONS, String(record.rejected_reason));
  if (rejectLineProblem(record) || (isNested && isKnown)) return checkedLine(record, place, text);
  const { record: inner, meta } = ownParts(text.trim(), isNested) ?? movedParts(record);
  const line = isKnown ? joinLine({ record: inner, meta }) : rejectLineOf(inner, saidIn(record));
  return checkedLine(readLine(line, place), place, line);
}

/** A line in our own shape, or a rejection that says why it is not one. */
export function checkedLine(line: SourceRecord | Rejection, { source, line: at }: LinePlace, text: string): SourceRecord | Rejection {
  const odd = line instanceof Rejection ? undefined : rejectLineProblem(line);
  if (odd === undefined) return line;
  return new Rejection({ reason: 'invalid', stage: STAGE, ...odd }, line, new Origin({ line: at, raw: text }, { source }));
}

/** The line of a text that was put together here. */
export function readLine(text: string, { source, line }: LinePlace): SourceRecord | Rejection {
  return readRecord(text, new Origin({ line, raw: text }, { source }), STAGE);
}

/** The line of a record's JSON text and what is said about it. */
export function rejectLineOf(record: string, said: SourceRecord): string {
  const reason = String(said.rejected_reason ?? '');
  const known = Object.hasOwn(REASONS, reason);
  const message = known || reason === '' ? said.rejected_message : [reason, said.rejected_message].filter(Boolean).join(': ');
  const { rejected_reason: _reason, rejected_message: _message, ...rest } = said;
  const meta = { rejected_reason: known ? reason : 'refused', rejected_message: message, rejected_at: UNKNOWN_TIME, ...rest };
  return joinLine({ record, meta: stringify(meta).slice(1) });
}

/** The line of an Airbyte row: `_airbyte_data` holds the record, or its fields are beside Airbyte's own. */
export function airbyteLine(row: SourceRecord, place: LinePlace): string {
  const data = Object.hasOwn(row, '_airbyte_data') ? cellValue(row._airbyte_data) : withoutAirbyte(row);
  const fields: SourceRecord = isObject(data) ? data : {};
  const said = Object.fromEntries(AIRBYTE_META.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]));
  const record = Object.fromEntries(Object.entries(fields).filter(([name]) => !AIRBYTE_META.includes(name)));
  const at = Number(row._airbyte_extracted_at);
  return rejectLineOf(data !== fields ? stringify(data) : Object.keys(record).length === 0 ? 'null' : stringify(record), {
    ...said,
    rejected_origin: { source: place.source, line: place.line },
    ...(at > 0 && at < LAST_MS ? { rejected_at: new Date(at).toISOString() } : {}),
  });
}

/** The value of a cell that holds JSON; anything else as it is. */
export function cellValue(data: unknown): unknown {
  try {
    return typeof data === 'string' ? parse(data) : data;
  } catch {
    return data;
  }
}

function withoutAirbyte(row: SourceRecord): SourceRecord {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !AIRBYTE.test(name)));
}

/** The parts as they were written; undefined if another tool has moved them. */
function ownParts(text: string, isNested: boolean): LineParts | undefined {
  const parts = isNested ? splitNestedLine(text) : splitFlatLine(text);
  if (parts === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(parts.record);
    // In a flat line one of ours may have got among the fields of the record.
    if (!isNested && Object.keys(record as object).some((name) => isMeta(name))) return undefined;
    return Object.keys(JSON.parse(`{${parts.meta}`)).every((name) => isMeta(name)) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function movedParts(line: SourceRecord): LineParts {
  const { rejected_reason, ...said } = saidIn(line);
  const record = Object.hasOwn(line, 'record') ? line.record : Object.fromEntries(Object.entries(line).filter(([name]) => !isMeta(name)));
  return { record: stringify(record), meta: stringify({ rejected_reason, ...said }).slice(1) };
}

function saidIn(line: SourceRecord): SourceRecord {
  return Object.fromEntries(Object.entries(line).filter(([name]) => isMeta(name)));
}

function isMeta(name: string): boolean {
  return (META_NAMES as readonly string[]).includes(name);
}
