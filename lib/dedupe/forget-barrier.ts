/**
 * Elements go by in order. One that makes something in the store wrong waits, and all behind it, until the store has
 * forgotten that: if the process is killed then, a later run sends once too often, never once too seldom. A commit costs
 * a sync of the disk, so what comes within a few milliseconds shares one.
 */
import type { Clock } from '../clock.ts';
import type { Element } from '../record/record.ts';
import type { Store } from './store.ts';

const GATHER_MS = 10;
/** So many elements may wait before the line does. */
const MOST = 4_096;

type Push = (element: Element) => void;

/** Holds elements back while the store forgets. */
export class ForgetBarrier {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #fail: (error: Error) => void;
  #held: Element[] = [];
  #forget = new Map<bigint, undefined>();
  #running: Promise<void> | undefined;
  /** Ends the gathering. */
  #hurry: () => void = () => {};

  constructor(store: Store, clock: Clock, fail: (error: Error) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#fail = fail;
  }

  /** The next element must not go before the store has forgotten this key. */
  forget(key: bigint): void {
    this.#forget.set(key, undefined);
  }

  /** Pushes the element, now or in its turn; a promise where too much waits. */
  pass(element: Element, push: Push): void | Promise<void> {
    if (this.#running === undefined && this.#forget.size === 0) return push(element);
    this.#held.push(element);
    if (this.#running === undefined) {
      this.#running = this.#run(push);
      this.#running.catch(this.#fail);
    }
    if (this.#held.length >= MOST) return this.empty();
  }

  /** Resolves when nothing waits. */
  async empty(): Promise<void> {
    this.#hurry();
    await this.#running;
  }

  /** Forgets the timer. */
  close(): void {
    this.#hurry();
  }

  async #run(push: Push): Promise<void> {
    await this.#gather();
    while (this.#held.length > 0) {
      const [elements, keys] = [this.#held, this.#forget];
      this.#held = [];
      this.#forget = new Map();
      await this.#store.commit(keys);
      elements.forEach(push);
    }
    this.#running = undefined;
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.timer(GATHER_MS, resolve);
      this.#hurry = () => {
        cancel();
        resolve();
      };
    });
  }
}
