/**
 * What a run does over time, for its report: heard on the writer's diagnostics channels, and looked up in its summary now and
 * then. Nothing is done for a row that is delivered, and memory is bounded, however long the run takes and whatever goes wrong.
 */
import type { Cancel, Clock } from '../../clock.ts';
import { GroupedCount } from '../../grouped-count.ts';
import {
  type RejectionMessage,
  type RequestMessage,
  type RetryMessage,
  rejections,
  requests,
  retries,
  type WaitMessage,
  waits,
} from '../../write/diagnostics.ts';
import type { Summary } from '../../write/summary.ts';
import type { RetriesOf } from '../show/report.ts';
import { Departures } from './departures.ts';
import { type Gathered, TimeBuckets } from './time-buckets.ts';

const SERIES = {
  read: 'sum',
  delivered: 'sum',
  rejected: 'sum',
  skipped: 'sum',
  /** The most that left in a rolling second that ends here. */
  requests: 'most',
  retries: 'sum',
  /** Requests that the limit held back; not those that were only spaced, or that the API asked to wait. */
  waits: 'sum',
} as const satisfies Record<string, Gathered>;

/** What is recorded over time. */
export type SeriesName = keyof typeof SERIES;

/** A run over time. */
export interface Timeline {
  readonly milliseconds: number;
  /** Of one value of a series. */
  readonly widthMs: number;
  readonly series: Readonly<Record<SeriesName, readonly number[]>>;
}

const LOOK_MS = 200;
const MAX_SOURCES = 100_000;
const MAX_WHYS = 50;

const COUNTS = ['read', 'delivered', 'rejected', 'skipped'] as const;

type Looked = Pick<Summary, (typeof COUNTS)[number]>;

/** Records from when it is made until it is closed. */
export class Recorder {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #buckets = new TimeBuckets<SeriesName>(SERIES);
  readonly #rolling = new Departures();
  readonly #sources = new Map<string | undefined, number>();
  readonly #whys = new GroupedCount<{ why: string; waitedMs: number }>(MAX_WHYS);
  readonly #seen: Record<(typeof COUNTS)[number], number> = { read: 0, delivered: 0, rejected: 0, skipped: 0 };
  #summary: Looked | undefined;
  #cancel: Cancel = () => {};
  #most = 0;
  #milliseconds = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    requests.subscribe(this.#onRequest);
    retries.subscribe(this.#onRetry);
    waits.subscribe(this.#onWait);
    rejections.subscribe(this.#onRejection);
  }

  /** Looks at the counts of a summary from now on. */
  watch(summary: Looked): void {
    this.#summary = summary;
    const again = (): void => {
      this.#cancel = this.#clock.timer(LOOK_MS, () => {
        this.#look();
        again();
      });
    };
    again();
  }

  /** The run has ended. */
  close(): void {
    this.#cancel();
    this.#look();
    requests.unsubscribe(this.#onRequest);
    retries.unsubscribe(this.#onRetry);
    waits.unsubscribe(this.#onWait);
    rejections.unsubscribe(this.#onRejection);
    this.#milliseconds = this.#now();
    this.#fillSeconds(this.#clock.now());
    this.#buckets.reach(this.#milliseconds);
  }

  get timeline(): Timeline {
    const { widthMs, series } = this.#buckets;
    return { milliseconds: this.#milliseconds, widthMs, series };
  }

  /** The most requests that left in any rolling second. */
  get most(): number {
    return this.#most;
  }

  get retriesBy(): RetriesOf[] {
    return this.#whys.all.map(({ why, records, waitedMs }) => ({ why, retries: records, waitedMs: Math.round(waitedMs) }));
  }

  /** Rejected rows of one source; undefined is the source without a name. */
  rejectedOf(source: string | undefined): number {
    return this.#sources.get(source) ?? 0;
  }

  #now(): number {
    return this.#clock.now() - this.#startedAt;
  }

  #look(): void {
    const summary = this.#summary;
    if (summary === undefined) return;
    const { read, delivered, rejected, skipped } = summary;
    const counts = { read, delivered, rejected: rejected.total, skipped: skipped.total };
    for (const name of COUNTS) this.#buckets.add(name, this.#now(), counts[name] - this.#seen[name]);
    Object.assign(this.#seen, counts);
  }

  /** Between departures the second that ends holds ever fewer: what it holds at the beginning of each bucket up to `until`. */
  #fillSeconds(until: number): void {
    const { last } = this.#rolling;
    if (last === undefined) return;
    const { widthMs } = this.#buckets;
    const first = (Math.floor((last - this.#startedAt) / widthMs) + 1) * widthMs + this.#startedAt;
    for (let start = first; start <= until && start < last + 1_000; start += widthMs) {
      this.#buckets.add('requests', start - this.#startedAt, this.#rolling.at(start));
    }
  }

  readonly #onRequest = ({ at }: RequestMessage): void => {
    this.#fillSeconds(at);
    this.#rolling.add(at, (endsAt, count) => {
      this.#buckets.add('requests', endsAt - this.#startedAt, count);
      this.#most = Math.max(this.#most, count);
    });
  };

  readonly #onRetry = ({ why, delayMs }: RetryMessage): void => {
    this.#buckets.add('retries', this.#now(), 1);
    const kind = this.#whys.add([why], ([name = '']) => ({ why: name, waitedMs: 0 }));
    if (kind) kind.waitedMs += delayMs;
  };

  readonly #onWait = ({ why }: WaitMessage): void => {
    if (why === 'rate' || why === 'shared') this.#buckets.add('waits', this.#now(), 1);
  };

  readonly #onRejection = ({ rejection }: RejectionMessage): void => {
    const source = rejection.origin?.place.source;
    if (this.#sources.size < MAX_SOURCES || this.#sources.has(source)) this.#sources.set(source, this.rejectedOf(source) + 1);
  };
}
