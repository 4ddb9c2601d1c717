/**
 * A rejection -> one line of NDJSON: the record first and as it came, digits and key order included, then why, where
 * and when. `reopen()` turns such a line back into the record. Never throws: what JSON can't hold is described instead.
 */
import { inspect } from 'node:util';
import { parse } from '../json/exact.ts';
import type { Origin } from '../record/origin.ts';
import { recordText } from '../record/plain.ts';
import type { Rejection } from '../record/rejection.ts';

/** The record's JSON text, and how a text stands for it where it is not the record itself. */
interface Written {
  readonly text: string;
  readonly encoding?: 'base64' | 'inspect';
}

/** The line of one rejection, with its line feed; `wallMs` is the time of rejection. */
export function formatRejection(rejection: Rejection, wallMs: number): string {
  const { cause, origin } = rejection;
  const { text, encoding } = writtenRecord(rejection);
  // JSON.stringify leaves out what is undefined. `rejected_reason` comes next, so that reopen() finds where the record ends.
  const rest = JSON.stringify({
    rejected_reason: cause.reason,
    rejected_field: cause.field,
    rejected_message: cause.message,
    rejected_stage: cause.stage,
    rejected_origin: origin && writtenOrigin(origin),
    rejected_status: cause.status,
    rejected_attempts: cause.attempts,
    rejected_event_id: cause.eventId ?? origin?.eventId,
    rejected_at: new Date(wallMs).toISOString(),
    record_encoding: encoding,
  });
  return `{"record":${text},${rest.slice(1)}\n`;
}

/** `version` and `part` go along because event ids are derived from them: a row sent again must get the id of the first time. */
function writtenOrigin({ source, stream, namespace, line, offset, bytes, version, part }: Origin): Partial<Origin> | undefined {
  const written = { source, stream, namespace, line, offset, bytes, version, part };
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
    return 'a record that can be written in no way';
  }
}
