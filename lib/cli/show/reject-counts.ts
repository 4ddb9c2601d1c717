/** Rejected records -> how many of each kind, with two of each to look at. Memory is bounded. */
import { GroupedCount } from '../../grouped-count.ts';
import { type RejectionMessage, rejections } from '../../write/diagnostics.ts';
import { infoOf, type RejectLine, type RejectLineInfo } from '../input/reject-filter.ts';
import { recordTextOf, wrongValueOf } from './rejected-record.ts';

/** What a record of a kind looks like. */
export interface Example {
  /** The file of rejects that it is in, if it was read from there. */
  readonly object?: string;
  readonly source?: string;
  readonly line?: number;
  readonly message?: string;
  /** The start of what the wrong field holds, if the record has it. */
  readonly value?: string;
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
  /** One or two: the first that came, and the first with another message, or else the second. */
  readonly examples: readonly Example[];
}

const MAX_KINDS = 1_000;
const MAX_TEXT = 120;
const MAX_VALUE = 60;

/** Counts records by kind. */
export class RejectCounts {
  readonly #kinds = new GroupedCount<Omit<Kind, 'records' | 'examples'> & { examples: Example[] }>(MAX_KINDS);
  records = 0;

  /** `object` is the file of rejects that the line is in. */
  add(line: RejectLine, object?: string): void {
    this.records++;
    const info = infoOf(line);
    const names = [info.reason, info.field, info.stream, info.namespace];
    const kind = this.#kinds.add(names, ([reason = null, field = null, stream = null, namespace = null]) => {
      return { reason, field, stream, namespace, examples: [] };
    });
    if (kind && isWanted(info, kind.examples)) kind.examples[Math.min(kind.examples.length, 1)] = exampleOf(line, info, object);
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

/** Counts what the writers of this process reject, from now on until it is closed. */
export class RunRejectCounts extends RejectCounts {
  constructor() {
    super();
    rejections.subscribe(this.#onRejection);
  }

  close(): void {
    rejections.unsubscribe(this.#onRejection);
  }

  readonly #onRejection = ({ rejection }: RejectionMessage): void => this.add(rejection);
}

/** So a kind with several messages shows that it has them. */
function isWanted({ message }: RejectLineInfo, [first, second]: readonly Example[]): boolean {
  if (first === undefined || second === undefined) return true;
  return first.message === second.message && first.message !== shortMessage(message);
}

function exampleOf(line: RejectLine, { source, line: at, message, field }: RejectLineInfo, object: string | undefined): Example {
  const value = field === undefined ? undefined : wrongValueOf(line, field);
  return {
    ...(object === undefined ? {} : { object }),
    ...(source === undefined ? {} : { source }),
    ...(at === undefined ? {} : { line: at }),
    ...(message === undefined ? {} : { message: shortMessage(message) }),
    ...(value === undefined ? {} : { value: short(value, MAX_VALUE) }),
    record: short(recordTextOf(line), MAX_TEXT),
  };
}

function shortMessage<M extends string | undefined>(message: M): M | string {
  return message === undefined ? message : short(message, MAX_TEXT);
}

function short(text: string, length: number): string {
  // Not in the middle of a character.
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
}
