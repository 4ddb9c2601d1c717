/** What a line of a reject file says beside its record, and which lines `--reason` and `--field` choose. */
import type { SourceRecord } from '../../record/record.ts';
import { Rejection } from '../../record/rejection.ts';
import type { ReplayFlags } from '../flags/flags.ts';

/** A line as it is read: a record for reopen(), or a rejection if it can't be read. */
export type RejectLine = SourceRecord | Rejection;

/** What a line says beside its record. */
export interface RejectLineInfo {
  /** Undefined for a line that somebody has turned back into a record. */
  readonly reason: string | undefined;
  readonly field: string | undefined;
  readonly message: string | undefined;
  readonly source: string | undefined;
  readonly stream: string | undefined;
  readonly namespace: string | undefined;
  readonly line: number | undefined;
}

/** The flags that choose lines. */
export type FilterFlags = Pick<ReplayFlags, 'reason' | 'field'>;

/** Reads it. */
export function infoOf(line: RejectLine): RejectLineInfo {
  if (line instanceof Rejection) {
    const { cause, origin } = line;
    const { source, stream, namespace } = origin ?? {};
    return { reason: cause.reason, field: cause.field, message: cause.message, source, stream, namespace, line: origin?.line };
  }
  const { source, stream, namespace, line: at } = Object(line.rejected_origin) as SourceRecord;
  return {
    reason: word(line.rejected_reason),
    field: word(line.rejected_field),
    message: word(line.rejected_message),
    ...{ source: word(source), stream: word(stream), namespace: word(namespace) },
    line: typeof at === 'number' ? at : undefined,
  };
}

/** Whether a line is chosen; without flags each is. */
export function matcher({ reason, field }: FilterFlags): (line: RejectLine) => boolean {
  if (reason.length === 0 && field.length === 0) return () => true;
  const isIn = (wanted: readonly string[], value: string | undefined): boolean =>
    wanted.length === 0 || (value !== undefined && wanted.includes(value));
  return (line) => {
    const info = infoOf(line);
    return isIn(reason, info.reason) && isIn(field, info.field);
  };
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
