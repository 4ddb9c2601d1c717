/** What a line of a reject file says beside its record, and which lines `--reason` and `--field` choose. */
import { nearest } from '../../options.ts';
import { partitionPlace } from '../../record/place.ts';
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
  /** The file, or the partition of a topic. */
  readonly source: string | undefined;
  readonly stream: string | undefined;
  readonly namespace: string | undefined;
  /** The line, or the offset of a message. */
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
  const { source, topic, partition, stream, namespace, line: row, offset } = Object(line.rejected_origin) as SourceRecord;
  const isMessage = typeof topic === 'string';
  const at = isMessage ? offset : row;
  return {
    reason: word(line.rejected_reason),
    field: word(line.rejected_field),
    message: word(line.rejected_message),
    ...{
      source: isMessage ? partitionPlace(topic, Number(partition)).source : word(source),
      stream: word(stream),
      namespace: word(namespace),
    },
    line: typeof at === 'number' ? at : undefined,
  };
}

/** Fields that are remembered; a flag names one of them, or none. */
const MAX_FIELDS = 1_000;

/** Chooses lines by the flags, and knows afterwards which of the fields that they name no line had. */
export class LineFilter {
  readonly #flags: FilterFlags;
  readonly #fields = new Set<string>();

  constructor(flags: FilterFlags) {
    this.#flags = flags;
  }

  /** Whether a line is chosen; without flags each is. */
  readonly isChosen = (line: RejectLine): boolean => {
    const { reason, field } = this.#flags;
    if (reason.length === 0 && field.length === 0) return true;
    const info = infoOf(line);
    if (info.field !== undefined && this.#fields.size < MAX_FIELDS) this.#fields.add(info.field);
    const isIn = (wanted: readonly string[], value: string | undefined): boolean =>
      wanted.length === 0 || (value !== undefined && wanted.includes(value));
    return isIn(reason, info.reason) && isIn(field, info.field);
  };

  /** In words, each field of `--field` for which none of the lines was rejected: its name may be a slip. */
  get unseen(): string[] {
    const seen = [...this.#fields];
    if (seen.length >= MAX_FIELDS) return [];
    const unseen = this.#flags.field.filter((name) => !this.#fields.has(name));
    return unseen.map((name) => {
      const near = nearest(name, seen);
      return `no record was rejected for the field "${name}"${near === undefined ? '' : `: did you mean "${near}"?`}`;
    });
  }
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
