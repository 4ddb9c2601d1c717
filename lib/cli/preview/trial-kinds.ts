/** What is wrong with the rows of a sample, by kind, with an example or two of each. */
import { Writable } from 'node:stream';
import { GroupedCount } from '../../grouped-count.ts';
import { type Origin, originOf } from '../../record/origin.ts';
import type { Rejection } from '../../record/rejection.ts';
import { shortExample } from './columns/column-profile.ts';

/** Rows that are rejected, or sent with a warning, for one reason. */
export interface TrialKind {
  readonly reason: string;
  readonly field?: string | undefined;
  readonly message?: string | undefined;
  readonly rows: number;
  readonly examples: readonly TrialExample[];
}

/** A row of a kind. */
export interface TrialExample {
  readonly line?: number | undefined;
  /** The beginning of the value that is wrong, or of the row. */
  readonly value?: string | undefined;
}

const MOST_KINDS = 100;
const MOST_EXAMPLES = 2;

type Kept = Omit<TrialKind, 'rows' | 'examples'> & { readonly examples: TrialExample[] };

/** Counts kinds; of further ones, when there are too many, nothing is known. */
export class TrialKinds {
  readonly #counts = new GroupedCount<Kept>(MOST_KINDS);

  /** The most frequent first. */
  get all(): TrialKind[] {
    return this.#counts.all.map(({ records, ...kind }) => ({ ...kind, rows: records }));
  }

  /** Takes rejections. */
  sink(): Writable {
    return new Writable({
      objectMode: true,
      write: ({ cause, record, origin, bytes }: Rejection, _encoding, callback) => {
        this.add([cause.reason, cause.field, cause.message], record, origin, bytes);
        callback();
      },
    });
  }

  /** `names`: reason, field and message. */
  add(names: readonly (string | undefined)[], record: unknown, origin: Origin | undefined, bytes?: Buffer): void {
    const kind = this.#counts.add(names, ([reason = '', field, message]) => ({ reason, field, message, examples: [] }));
    if (kind === undefined || kind.examples.length >= MOST_EXAMPLES) return;
    const field = names[1];
    const wrong = field === undefined ? undefined : Object(record)[field];
    const value = wrong ?? (record === undefined ? (origin?.raw ?? bytes?.toString('latin1')) : undefined);
    const line = (origin ?? originOf(record))?.line;
    kind.examples.push({ line, ...(value !== undefined && value !== null && { value: shortExample(String(value)) }) });
  }
}
