/**
 * Counts over time -> how fast it goes and how long it will take. Speeds are those of the last seconds. What counts as done is
 * what is settled (delivered, rejected or skipped), not what is read.
 */
import type { CurrentInput } from '../../input/record-reader.ts';

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
// An estimate made of less would only jump about.
const LEAST_MS = 2_000;

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

  #outlook(
    { read, rejected, bytesRead, bytesTotal }: Counts,
    settled: number,
    now: number,
  ): Pick<Progress, 'settledShare' | 'readShare' | 'percent' | 'etaSeconds'> {
    if (!bytesTotal) return { settledShare: undefined, readShare: undefined, percent: undefined, etaSeconds: undefined };
    // A file may have grown since.
    const readShare = within01(bytesRead / bytesTotal);
    const share = read > 0 ? within01(settled / read) * readShare : 0;
    const elapsedMs = now - this.#startedAt;
    // Rejected rows alone don't tell how long those in flight will take.
    const isTelling = elapsedMs >= LEAST_MS && share > 0 && share < 1 && (settled > rejected || settled === read);
    const etaSeconds = isTelling ? Math.round((elapsedMs * (1 - share)) / share / 1000) : undefined;
    return { settledShare: share, readShare, percent: Math.floor(share * 100), etaSeconds };
  }
}

function within01(share: number): number {
  return Math.min(1, Math.max(0, share));
}
