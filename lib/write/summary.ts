/** The count of a run: read = delivered + rejected + skipped, once the run is over. */
import { GroupedCount } from '../grouped-count.ts';
import type { Warning } from '../record/entry.ts';
import { type Cause, REASONS, type Reason } from '../record/rejection.ts';
import { SKIP_REASONS, type SkipReason } from '../record/skipped.ts';

/**
 * What rejected rows of one reason have in common.
 *
 * @category Writer
 */
export interface FrequentRejection {
  /** How many rows. */
  readonly records: number;
  /** The field that is wrong, if there is one. */
  readonly field: string | undefined;
  /** What is wrong with it. */
  readonly message: string;
}

/** Kept of each reason. */
const MAX_KINDS = 50;

/**
 * The counts of a run, live while the writer runs; as text it is one line. When it has finished, read = delivered + rejected + skipped.
 *
 * @category Writer
 */
export class Summary {
  /** Rows that reached the writer. */
  read = 0;
  /** Rows that the API took. With `dryRun`: that it would have been sent. */
  delivered = 0;
  /** Rows that were rejected, in total and by reason. */
  readonly rejected: {
    /** How many in total. */
    total: number;
    /** How many for each reason. */
    byReason: Record<Reason, number>;
    /** For each reason the field and message that came most often, among the 50 kinds that came first. */
    readonly mostOften: Partial<Record<Reason, FrequentRejection>>;
  } = { total: 0, byReason: zeros(REASONS), mostOften: {} };
  /** Rows that needed no delivery, in total and by reason. */
  readonly skipped: {
    /** How many in total. */
    total: number;
    /** How many for each reason. */
    byReason: Record<SkipReason, number>;
  } = { total: 0, byReason: zeros(SKIP_REASONS) };
  /** Rows that were delivered, but are worth a look: how many of each {@link Warning}. */
  readonly warnings: Partial<Record<Warning, number>> = {};
  /** Requests that left, retries included. */
  requests = 0;
  /** Requests that were sent again after a failure. */
  retries = 0;
  /** Bytes of all request bodies. */
  bytes = 0;
  /** Seconds from the first to the last element. */
  seconds = 0;
  readonly #kinds: Partial<Record<Reason, GroupedCount<Omit<FrequentRejection, 'records'>>>> = {};

  /** @internal */
  deliver(warnings: readonly Warning[] | undefined): void {
    this.delivered++;
    if (warnings === undefined) return;
    for (const warning of warnings) this.warnings[warning] = (this.warnings[warning] ?? 0) + 1;
  }

  /** @internal */
  reject({ reason, field, message }: Cause): void {
    const { byReason, mostOften } = this.rejected;
    this.rejected.total++;
    byReason[reason]++;
    this.#kinds[reason] ??= new GroupedCount(MAX_KINDS);
    const kind = this.#kinds[reason].add([field, message], ([name, words = '']) => ({ field: name, message: words }));
    if (kind && kind.records > (mostOften[reason]?.records ?? 0)) mostOften[reason] = kind;
  }

  /** @internal */
  skip(reason: SkipReason): void {
    this.skipped.total++;
    this.skipped.byReason[reason]++;
  }

  /**
   * One line, such as `4 rows: 2 delivered, 2 rejected (1 malformed, 1 too_large), 0 skipped; 1 warning (1 odd_email)`. While the
   * writer runs, and after it has failed, also how many rows are not finished.
   */
  toString(): string {
    const { read, delivered, rejected, skipped } = this;
    const open = read - delivered - rejected.total - skipped.total;
    const counts = [
      `${delivered} delivered`,
      `${rejected.total} rejected${listed(rejected.byReason)}`,
      `${skipped.total} skipped${listed(skipped.byReason)}`,
      ...(open > 0 ? [`${open} not finished`] : []),
    ];
    const warnings = Object.values(this.warnings).reduce((sum, count) => sum + count, 0);
    const warned = warnings === 0 ? '' : `; ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}${listed(this.warnings)}`;
    return `${read} ${read === 1 ? 'row' : 'rows'}: ${counts.join(', ')}${warned}`;
  }
}

/** The counts that are not zero, in brackets. */
function listed(byReason: Readonly<Record<string, number>>): string {
  const counts = Object.entries(byReason).filter(([, count]) => count > 0);
  return counts.length === 0 ? '' : ` (${counts.map(([reason, count]) => `${count} ${reason}`).join(', ')})`;
}

function zeros<K extends string>(names: Record<K, string>): Record<K, number> {
  return Object.fromEntries(Object.keys(names).map((name) => [name, 0])) as Record<K, number>;
}
