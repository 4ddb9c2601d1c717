/**
 * What a line of a reject file says beside its record, and which lines are meant by `--reason` and `--field`. An object
 * whose first line is no rejected record is a foreign one: none of it is taken for rows to send, or to clear away.
 */
import { CioError } from '../errors.ts';
import type { SourceRecord } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import type { Rejects } from '../reject/open-rejects.ts';
import type { Listed } from '../reject/store.ts';

/** A line as it is read: a record for reopen(), or a rejection where it can't be read. */
export type RejectLine = SourceRecord | Rejection;

/** What it says. */
export interface Told {
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
export interface FilterFlags {
  readonly reason: readonly string[];
  readonly field: readonly string[];
}

/** Reads what is said. */
export function toldBy(line: RejectLine): Told {
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

/** Whether a line is meant; without flags each is. */
export function matcher({ reason, field }: FilterFlags): (line: RejectLine) => boolean {
  if (reason.length === 0 && field.length === 0) return () => true;
  const isIn = (wanted: readonly string[], value: string | undefined): boolean =>
    wanted.length === 0 || (value !== undefined && wanted.includes(value));
  return (line) => {
    const told = toldBy(line);
    return isIn(reason, told.reason) && isIn(field, told.field);
  };
}

/** The lines of an object. Throws `CIO_SOURCE` for a foreign one, or where it is damaged. */
export async function* linesOf(rejects: Rejects, object: Listed, signal?: AbortSignal): AsyncGenerator<RejectLine> {
  let first = true;
  for await (const line of rejects.lines(object, signal)) {
    if (first && (line instanceof Rejection || word(line.rejected_reason) === undefined)) {
      throw new CioError('CIO_SOURCE', `${object.name}: its first line is no rejected record`);
    }
    first = false;
    yield line;
  }
  if (first) throw new CioError('CIO_SOURCE', `${object.name}: there is no rejected record in it`);
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
