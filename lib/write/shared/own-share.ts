/** A process on its own: its share of the rate by a pacer of its own, while Redis does not answer. */
import type { Clock } from '../../clock.ts';
import { Pacer } from '../request/pacer.ts';
import type { Permit } from '../request/rate-window.ts';

/** Who waits for permits. */
export interface PermitTakers {
  readonly isWaiting: () => boolean;
  /** Gives the permit to the first who waits. */
  readonly give: (permit: Permit) => void;
}

/** Runs between `start()` and `stop()`. */
export class OwnShare {
  readonly #clock: Clock;
  readonly #waiting: PermitTakers;
  /** When the last requests left at this or an earlier share. */
  #sentAt: number[] = [];
  #run: AbortController | undefined;
  #pacer: Pacer | undefined;
  #isAsking = false;

  constructor(clock: Clock, waiting: PermitTakers) {
    this.#clock = clock;
    this.#waiting = waiting;
  }

  /** Gives `share` permits a second, the first not before `pausedMs` have passed. */
  start(share: number, pausedMs: number): void {
    this.stop();
    const run = new AbortController();
    this.#run = run;
    this.#sentAt = this.#sentAt.slice(-Math.ceil(share));
    // All begin at the same moment. If each may send less than one a second, it is as if it had sent one at some time before.
    if (share < 1)
      this.#sentAt = [Math.max(this.#sentAt[0] ?? Number.NEGATIVE_INFINITY, this.#clock.now() - (this.#clock.random() * 1_000) / share)];
    void Pacer.open(share, this.#clock, this.#sentAt).then((pacer) => {
      if (run.signal.aborted) return pacer.stop();
      if (pausedMs > 0) pacer.pause(pausedMs);
      this.#pacer = pacer;
      this.wake();
    });
  }

  /** Somebody waits. */
  wake(): void {
    const [pacer, run] = [this.#pacer, this.#run];
    if (pacer === undefined || run === undefined || this.#isAsking || !this.#waiting.isWaiting()) return;
    this.#isAsking = true;
    const done = (): void => {
      if (this.#run === run) this.#isAsking = false;
    };
    pacer.acquire(run.signal).then(
      (permit) => {
        done();
        this.#waiting.give(permit);
        this.wake();
      },
      // It was stopped.
      done,
    );
  }

  /** A request left. */
  sent(at: number): void {
    this.#sentAt.push(at);
  }

  pause(ms: number): void {
    this.#pacer?.pause(ms);
  }

  stop(): void {
    this.#run?.abort(new Error('stopped'));
    this.#pacer?.stop();
    this.#run = undefined;
    this.#pacer = undefined;
    this.#isAsking = false;
  }
}
