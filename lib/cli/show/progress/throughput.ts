/**
 * Counts over time -> how fast it goes and how long it will take. Speeds are those of the last seconds. What counts as done is
 * what is settled (delivered, rejected or skipped), not what is read; the time left is that of the rows that have to be delivered.
 */
import type { CurrentInput, TopicsRead } from '../../input/record-reader.ts';

/** Counts at one moment. */
export interface Counts {
  readonly read: number;
  readonly delivered: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly requests: number;
  readonly bytesRead: number;
  /** Undefined if the size of the input is not known. */
  readonly bytesTotal: number | undefined;
  /** What is read now, if that has a name. */
  readonly input?: CurrentInput | undefined;
  readonly topics?: TopicsRead | undefined;
}

/** How it goes. */
export interface Progress extends Counts {
  /** Rows that are read and not settled. */
  readonly inFlight: number;
  readonly recordsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly elapsedSeconds: number;
  /** Shares of the bytes of all inputs, from 0 to 1: of what is settled, and of what is read. */
  readonly settledShare: number | undefined;
  readonly readShare: number | undefined;
  readonly percent: number | undefined;
  readonly etaSeconds: number | undefined;
}

interface Sample {
  readonly settled: number;
  readonly requests: number;
  readonly at: number;
}

const WINDOW_MS = 5_000;
// An estimate made of less would only jump about: so long a run, and of the input such a share, or else a minute.
const LEAST_MS = 2_000;
const LEAST_SHARE = 0.01;
const LONG_MS = 60_000;

/** Remembers the last seconds. */
export class Throughput {
  readonly #startedAt: number;
  readonly #samples: Sample[];

  constructor(now: number) {
    this.#startedAt = now;
    this.#samples = [{ at: now, settled: 0, requests: 0 }];
  }

  /** Takes the counts of now. */
  take(counts: Counts, now: number): Progress {
    const { read, delivered, rejected, skipped, requests } = counts;
    const settled = delivered + rejected + skipped;
    while (this.#samples.length > 1 && (this.#samples[1] as Sample).at <= now - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0] as Sample;
    this.#samples.push({ at: now, settled, requests });
    const seconds = (now - first.at) / 1000;
    const per = (count: number): number => (seconds > 0 ? Math.max(0, count) / seconds : 0);
    return {
      ...counts,
      inFlight: Math.max(0, read - settled),
      recordsPerSecond: Math.round(per(settled - first.settled)),
      requestsPerSecond: Math.round(per(requests - first.requests) * 10) / 10,
      elapsedSeconds: (now - this.#startedAt) / 1000,
      ...this.#outlook(counts, settled, now),
    };
  }

  #outlook(counts: Counts, settled: number, now: number): Pick<Progress, 'settledShare' | 'readShare' | 'percent' | 'etaSeconds'> {
    const { read, bytesRead, bytesTotal } = counts;
    if (!bytesTotal) return { settledShare: undefined, readShare: undefined, percent: undefined, etaSeconds: undefined };
    // A file may have grown since.
    const readShare = within01(bytesRead / bytesTotal);
    const settledShare = read > 0 ? within01(settled / read) * readShare : 0;
    const etaSeconds = settledShare < 1 ? secondsLeft(deliveredShare(counts) * readShare, now - this.#startedAt) : undefined;
    return { settledShare, readShare, percent: Math.floor(settledShare * 100), etaSeconds };
  }
}

/** Of the rows read that have to be delivered: those that are rejected or skipped are settled long before, and foretell nothing. */
function deliveredShare({ read, delivered, rejected, skipped }: Counts): number {
  const toDeliver = read - rejected - skipped;
  if (toDeliver > 0) return within01(delivered / toDeliver);
  return read > 0 ? 1 : 0;
}

/** At the speed so far; undefined if too little is done to say. */
function secondsLeft(share: number, elapsedMs: number): number | undefined {
  if (share <= 0 || elapsedMs < LEAST_MS || (share < LEAST_SHARE && elapsedMs < LONG_MS)) return undefined;
  return Math.round((elapsedMs * (1 - share)) / share / 1000);
}

function within01(share: number): number {
  return Math.min(1, Math.max(0, share));
}
