/** Rejected records -> how many of each kind, with two of each to look at. Memory is bounded. */
import { GroupedCount } from '../../grouped-count.ts';
import { number } from '../../wording.ts';
import { infoOf, type RejectLine, type RejectLineInfo } from '../input/reject-filter.ts';
import { beginningOf, recordTextOf, wrongValueOf } from './rejected-record.ts';

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

/** So a kind with several messages shows that it has them. */
function isWanted({ message }: RejectLineInfo, [first, second]: readonly Example[]): boolean {
  if (first === undefined || second === undefined) return true;
  return first.message === second.message && first.message !== (message && beginningOf(message, MAX_TEXT));
}

function exampleOf(line: RejectLine, { source, line: at, message, field }: RejectLineInfo, object: string | undefined): Example {
  const value = wrongValueOf(line, field);
  return {
    ...(object === undefined ? {} : { object }),
    ...(source === undefined ? {} : { source }),
    ...(at === undefined ? {} : { line: at }),
    ...(message === undefined ? {} : { message: beginningOf(message, MAX_TEXT) }),
    ...(value === undefined ? {} : { value }),
    record: beginningOf(recordTextOf(line), MAX_TEXT),
  };
}

/** Where an example is from, and what it holds: the wrong value, or the record itself. A line is one of the source, not of the object. */
export function exampleTexts({ object, source, line, value, record }: Example): [place: string, what: string] {
  const at = line === undefined ? '' : `line ${number(line)}`;
  const place = source === undefined ? (object ?? at) : [source, line].filter((part) => part !== undefined).join(':');
  return [place, value === undefined ? record : JSON.stringify(value)];
}
