/** Counts over time -> how fast it goes and how long it will take. Speeds are those of the last seconds. */

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
}

/** How it goes. */
export interface Progress extends Counts {
  readonly recordsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly percent: number | undefined;
  readonly etaSeconds: number | undefined;
}

type Sample = Pick<Counts, 'read' | 'requests'> & { readonly at: number };

const WINDOW_MS = 5_000;
// An estimate made of less would only jump about.
const LEAST_MS = 2_000;

/** Remembers the last seconds. */
export class Throughput {
  readonly #startedAt: number;
  readonly #samples: Sample[];

  constructor(now: number) {
    this.#startedAt = now;
    this.#samples = [{ at: now, read: 0, requests: 0 }];
  }

  /** Takes the counts of now. */
  take(counts: Counts, now: number): Progress {
    const { read, requests } = counts;
    while (this.#samples.length > 1 && (this.#samples[1] as Sample).at <= now - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0] as Sample;
    this.#samples.push({ at: now, read, requests });
    const seconds = (now - first.at) / 1000;
    const per = (count: number): number => (seconds > 0 ? count / seconds : 0);
    return {
      ...counts,
      recordsPerSecond: Math.round(per(read - first.read)),
      requestsPerSecond: Math.round(per(requests - first.requests) * 10) / 10,
      ...this.#outlook(counts, now),
    };
  }

  #outlook({ bytesRead, bytesTotal }: Counts, now: number): Pick<Progress, 'percent' | 'etaSeconds'> {
    if (!bytesTotal) return { percent: undefined, etaSeconds: undefined };
    // A file may have grown since.
    const share = Math.min(1, bytesRead / bytesTotal);
    const elapsedMs = now - this.#startedAt;
    // All that is read need not be delivered.
    const etaSeconds = share > 0 && share < 1 && elapsedMs >= LEAST_MS ? Math.round((elapsedMs * (1 - share)) / share / 1000) : undefined;
    return { percent: Math.floor(share * 100), etaSeconds };
  }
}
