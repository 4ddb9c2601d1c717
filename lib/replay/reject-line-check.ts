/**
 * Checks the fields of a reject line beside its record, because people and programs edit such lines. A field that would be
 * lost or misread in silence is a problem: without its origin or its event id, an event gets another id and counts twice.
 * null means the same as absent. Fields that are only displayed may hold anything.
 */
import { isObject } from '../json/exact.ts';
import { keptMappingOf } from '../record/kept-mapping.ts';
import type { SourceRecord } from '../record/record.ts';
import { REASONS } from '../record/rejection.ts';

/** What is wrong with a line. */
export interface LineProblem {
  readonly field: string;
  readonly message: string;
}

const WHOLE = 'must be a whole number';
const TEXT = 'must be text';
const MAPPING = 'must be text, or the command and the config of a run';
const ENCODINGS = new Set<unknown>(['base64', 'inspect']);

/** True for a record with a known reason and a time of rejection, as every reject line has. */
export function isRejectLine({ rejected_reason: reason, rejected_at: at }: SourceRecord): boolean {
  return typeof reason === 'string' && Object.hasOwn(REASONS, reason) && typeof at === 'string';
}

/** The first thing that is wrong with a reject line; undefined if nothing is. */
export function rejectLineProblem(line: SourceRecord): LineProblem | undefined {
  const { rejected_reason: reason, rejected_at: at, rejected_origin: origin, record_encoding: encoding, record } = line;
  if (typeof reason !== 'string') return { field: 'rejected_reason', message: TEXT };
  if (typeof at !== 'string') return { field: 'rejected_at', message: 'must be text: when it was rejected' };
  for (const field of ['rejected_status', 'rejected_attempts']) if (!isWhole(line[field])) return { field, message: WHOLE };
  if (!isText(line.rejected_event_id)) return { field: 'rejected_event_id', message: TEXT };
  if (encoding !== undefined && encoding !== null && !ENCODINGS.has(encoding)) {
    return { field: 'record_encoding', message: 'must be base64, inspect or absent' };
  }
  if (encoding === 'base64' && typeof record === 'string' && !isBase64(record)) {
    return { field: 'record', message: 'is not base64, though record_encoding says so' };
  }
  return originProblem(origin);
}

function originProblem(origin: unknown): LineProblem | undefined {
  if (origin === undefined || origin === null) return undefined;
  const wrong = (message: string, member = ''): LineProblem => ({ field: `rejected_origin${member}`, message });
  if (!isObject(origin)) return wrong('must be a JSON object');
  for (const name of ['line', 'partition', 'offset', 'bytes', 'part']) if (!isWhole(origin[name])) return wrong(WHOLE, `.${name}`);
  for (const name of ['source', 'topic', 'stream', 'namespace', 'version']) if (!isText(origin[name])) return wrong(TEXT, `.${name}`);
  if (isGiven(origin.topic) && !isGiven(origin.partition)) return wrong('is missing, though the topic is there', '.partition');
  if (isGiven(origin.topic) && !isGiven(origin.offset)) return wrong('is missing, though the topic is there', '.offset');
  if (typeof (origin.mapping ?? '') !== 'string' && keptMappingOf(origin.mapping) === undefined) return wrong(MAPPING, '.mapping');
  return undefined;
}

/** For texts of any length: one pattern over the whole text would need memory for each character. */
function isBase64(text: string): boolean {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isWhole(value: unknown): boolean {
  return !isGiven(value) || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function isText(value: unknown): boolean {
  return !isGiven(value) || typeof value === 'string';
}
