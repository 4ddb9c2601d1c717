/** Rejected records -> how many of each kind, with one of each to look at. Memory is bounded. */
import { GroupedCount } from '../../grouped-count.ts';
import { stringify } from '../../json/exact.ts';
import { Rejection } from '../../record/rejection.ts';
import { infoOf, type RejectLine, type RejectLineInfo } from '../input/reject-filter.ts';

/** What a record of a kind looks like. */
export interface Example {
  /** The object that it is in. */
  readonly object: string;
  readonly source?: string;
  readonly line?: number;
  readonly message?: string;
  /** The start of its text. */
  readonly record: string;
}

/** Records that were rejected for one reason and field, of one stream. */
export interface Kind {
  readonly reason: string | null;
  readonly field: string | null;
  readonly stream: string | null;
  readonly namespace: string | null;
  readonly records: number;
  readonly example: Example;
}

const MAX_KINDS = 1_000;
const MAX_TEXT = 120;

/** Counts records by kind. */
export class RejectCounts {
  readonly #kinds = new GroupedCount<Omit<Kind, 'records'>>(MAX_KINDS);
  records = 0;

  add(line: RejectLine, object: string): void {
    this.records++;
    const info = infoOf(line);
    const names = [info.reason, info.field, info.stream, info.namespace];
    this.#kinds.add(names, ([reason = null, field = null, stream = null, namespace = null]) => {
      return { reason, field, stream, namespace, example: exampleOf(line, info, object) };
    });
  }

  /** Records of further kinds, which came when there were too many kinds already. */
  get others(): number {
    return this.#kinds.others;
  }

  /** The kinds, the most frequent first. */
  get kinds(): Kind[] {
    return this.#kinds.all;
  }
}

function exampleOf(line: RejectLine, { source, line: at, message }: RejectLineInfo, object: string): Example {
  return {
    object,
    ...(source === undefined ? {} : { source }),
    ...(at === undefined ? {} : { line: at }),
    ...(message === undefined ? {} : { message: short(message) }),
    record: short(textOf(line)),
  };
}

function textOf(line: RejectLine): string {
  if (line instanceof Rejection) return '';
  const record = Object.hasOwn(line, 'record') ? line.record : line;
  return typeof record === 'string' ? record : stringify(record);
}

function short(text: string): string {
  // Not in the middle of a character.
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '')}…`;
}
