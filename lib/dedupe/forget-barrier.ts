/**
 * Passes elements on in order. An element that makes a value in the store wrong waits, and so do all behind it, until
 * the store has forgotten that value: if the process is killed then, the next run sends too much, never too little. A
 * commit syncs the disk, which takes its time, so the elements of a few milliseconds share one.
 */
import type { Clock } from '../clock.ts';
import type { Element } from '../record/record.ts';
import type { Store } from './store.ts';

const GATHER_MS = 10;
/** When this many elements wait, the stage takes no more. */
const MAX_WAITING = 4_096;

type Push = (element: Element) => void;

/** Lets elements wait while the store forgets. */
export class ForgetBarrier {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #fail: (error: Error) => void;
  #waiting: Element[] = [];
  #keys = new Map<bigint, undefined>();
  #running: Promise<void> | undefined;
  #stopGathering: () => void = () => {};

  constructor(store: Store, clock: Clock, fail: (error: Error) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#fail = fail;
  }

  /** The next element waits until the store has forgotten this key. */
  forget(key: bigint): void {
    this.#keys.set(key, undefined);
  }

  /** True while an element that came now would have to wait. */
  get isClosed(): boolean {
    return this.#running !== undefined || this.#keys.size > 0;
  }

  /** Pushes the element, now or after those that wait; a promise when too many wait. */
  pass(element: Element, push: Push): void | Promise<void> {
    if (!this.isClosed) return push(element);
    this.#waiting.push(element);
    if (this.#running === undefined) {
      this.#running = this.#run(push);
      this.#running.catch(this.#fail);
    }
    if (this.#waiting.length >= MAX_WAITING) return this.drain();
  }

  /** Resolves when nothing waits. */
  async drain(): Promise<void> {
    this.#stopGathering();
    await this.#running;
  }

  /** Stops the timer. */
  close(): void {
    this.#stopGathering();
  }

  async #run(push: Push): Promise<void> {
    await this.#gather();
    while (this.#waiting.length > 0) {
      const [elements, keys] = [this.#waiting, this.#keys];
      this.#waiting = [];
      this.#keys = new Map();
      await this.#store.commit(keys);
      elements.forEach(push);
    }
    this.#running = undefined;
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.timer(GATHER_MS, resolve);
      this.#stopGathering = () => {
        cancel();
        resolve();
      };
    });
  }
}
