/**
 * A record is one source row: a plain object. Anything that is none of Entry, Rejection, Skipped or Checkpoint is
 * taken for one, so rows of a database cursor go straight into the line.
 */
import { CioError } from '../errors.ts';
import { Checkpoint } from './checkpoint.ts';
import { Entry } from './entry.ts';
import { Rejection } from './rejection.ts';
import { Skipped } from './skipped.ts';

/** One source row. Its {@link Origin}, if it has one, sits under the symbol `ORIGIN`. */
export type SourceRecord = Record<string, unknown>;

/** Whatever flows through the line. */
export type Element = SourceRecord | Entry | Rejection | Skipped | Checkpoint;

/** True for a row that no stage has taken on yet. */
export function isRecord(element: unknown): boolean {
  return !(element instanceof Entry || element instanceof Rejection || element instanceof Skipped || element instanceof Checkpoint);
}

/** The record that a stage got. Throws `CIO_LINE` where it is a piece of a file: there, a source is missing. */
export function recordFor(stage: string, element: unknown): SourceRecord {
  if (isChunk(element)) throw new CioError('CIO_LINE', `${stage}() got ${kindOfChunk(element)}, not records: put ${SOURCES} before it`);
  return element as SourceRecord;
}

/** What a stage says that works on entries and got none. */
export function notAnEntry(stage: string, element: unknown): CioError {
  if (!isChunk(element)) return new CioError('CIO_LINE', `${stage}() works on entries: put it after validate()`);
  return new CioError('CIO_LINE', `${stage}() got ${kindOfChunk(element)}, not entries: put ${SOURCES}, then validate() before it`);
}

const SOURCES = 'csv(), ndjson() or json()';

/** True for bytes and text, which streams carry and which are never a record. */
export function isChunk(element: unknown): boolean {
  return typeof element === 'string' || ArrayBuffer.isView(element) || element instanceof ArrayBuffer;
}

function kindOfChunk(chunk: unknown): string {
  return typeof chunk === 'string' ? 'text' : 'bytes';
}
