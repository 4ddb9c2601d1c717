/**
 * A record is one source row: a plain object. Anything that is none of Entry, Rejection, Skipped or Checkpoint is
 * taken for one, so rows of a database cursor go straight into the line.
 */
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
