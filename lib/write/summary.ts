/** The count of a run: read = delivered + rejected + skipped, once the run is over. */
import type { Warning } from '../record/entry.ts';
import { REASONS, type Reason } from '../record/rejection.ts';
import { SKIP_REASONS, type SkipReason } from '../record/skipped.ts';

/** What happened so far. Live on a running writer; `toJSON()` is what `--report` writes. */
export class Summary {
  /** Records that reached the writer. */
  read = 0;
  /** Records that the API took. With `dryRun`: that it would have been sent. */
  delivered = 0;
  readonly rejected: { total: number; byReason: Record<Reason, number> } = { total: 0, byReason: zeros(REASONS) };
  readonly skipped: { total: number; byReason: Record<SkipReason, number> } = { total: 0, byReason: zeros(SKIP_REASONS) };
  /** Delivered, but worth a look: identifies that set nothing, values that were shortened or left out. */
  readonly warnings: Partial<Record<Warning, number>> = {};
  /** Requests that left, retries included. */
  requests = 0;
  /** Requests sent again after a failure. */
  retries = 0;
  /** Bytes of all request bodies. */
  bytes = 0;
  /** Seconds from the first to the last element. */
  seconds = 0;

  deliver(warnings: readonly Warning[] | undefined): void {
    this.delivered++;
    if (warnings === undefined) return;
    for (const warning of warnings) this.warnings[warning] = (this.warnings[warning] ?? 0) + 1;
  }

  reject(reason: Reason): void {
    this.rejected.total++;
    this.rejected.byReason[reason]++;
  }

  skip(reason: SkipReason): void {
    this.skipped.total++;
    this.skipped.byReason[reason]++;
  }
}

function zeros<K extends string>(names: Record<K, string>): Record<K, number> {
  return Object.fromEntries(Object.keys(names).map((name) => [name, 0])) as Record<K, number>;
}
