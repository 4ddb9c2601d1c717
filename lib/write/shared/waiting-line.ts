/** Who waits for a permit: first come, first served. */
import type { Permit } from '../request/rate-window.ts';

export class WaitingLine {
  readonly #takers: ((permit: Permit) => void)[] = [];

  /** Resolves with a permit; rejects with the signal's reason. */
  wait(signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        this.#takers.splice(this.#takers.indexOf(take), 1);
        reject(signal.reason);
      };
      const take = (permit: Permit): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(permit);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#takers.push(take);
    });
  }

  get length(): number {
    return this.#takers.length;
  }

  /** Gives it to the first; gives it back if nobody waits any more. */
  give(permit: Permit): void {
    const take = this.#takers.shift();
    if (take === undefined) permit.release();
    else take(permit);
  }
}
