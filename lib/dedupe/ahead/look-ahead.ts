/**
 * Asks a store that answers later about many entries at once: about all that have come while the last question was out. So nothing
 * waits for more input, and a fast input costs a question for a thousand entries. What comes is dealt with in its order.
 */
import type { Element } from '../../record/record.ts';
import type { Answers } from '../delivery-index.ts';
import type { Subject } from '../subject.ts';

/** With so many in one question, no more is taken before it is asked. */
const MOST = 1_000;

/** What has come since the last question. */
interface Window {
  readonly elements: Element[];
  /** How many subjects each element has. */
  readonly counts: number[];
  readonly subjects: Subject[];
}

/** What it needs. */
export interface LookAheadOptions {
  readonly ask: (subjects: readonly Subject[]) => Promise<Answers>;
  /** Deals with an element. The answers about its subjects begin at `place`. */
  readonly turn: (element: Element, subjects: readonly Subject[], answers: Answers, place: number) => void | Promise<void>;
  readonly fail: (error: Error) => void;
}

/** Elements that wait for the store's answers. */
export class LookAhead {
  readonly #options: LookAheadOptions;
  #coming = emptyWindow();
  #running: Promise<void> | undefined;
  #asked: Promise<void> | undefined;
  #onAsked: () => void = () => {};

  constructor(options: LookAheadOptions) {
    this.#options = options;
  }

  /** Takes an element; a promise while too many wait. */
  add(element: Element, subjects: readonly Subject[]): void | Promise<void> {
    const { elements, counts, subjects: all } = this.#coming;
    elements.push(element);
    counts.push(subjects.length);
    all.push(...subjects);
    if (this.#running === undefined) {
      this.#running = this.#run();
      this.#running.catch(this.#options.fail);
    }
    if (elements.length < MOST) return;
    this.#asked ??= new Promise((resolve) => {
      this.#onAsked = resolve;
    });
    return this.#asked;
  }

  /** Resolves when nothing waits. */
  async drain(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What comes in the same turn of the event loop is asked together.
    await Promise.resolve();
    for (let window = this.#take(), answers = this.#ask(window); window.elements.length > 0; ) {
      const answered = await answers;
      // The next question is out while the answers to this one are dealt with.
      const next = this.#take();
      answers = this.#ask(next);
      await this.#deal(window, answered);
      window = next;
      if (next.elements.length > 0 || this.#coming.elements.length === 0) continue;
      window = this.#take();
      answers = this.#ask(window);
    }
    this.#running = undefined;
  }

  async #deal({ elements, counts, subjects }: Window, first: Answers): Promise<void> {
    let answers = first;
    let place = 0;
    for (let n = 0; n < elements.length; n++) {
      const count = counts[n] as number;
      if (count > 0 && answers.isStale) answers = await this.#options.ask(subjects);
      const wait = this.#options.turn(elements[n] as Element, subjects.slice(place, place + count), answers, place);
      if (wait !== undefined) await wait;
      place += count;
    }
  }

  /** Begins a new window. */
  #take(): Window {
    const window = this.#coming;
    this.#coming = emptyWindow();
    this.#asked = undefined;
    this.#onAsked();
    return window;
  }

  #ask({ subjects }: Window): Promise<Answers> {
    const answers = subjects.length === 0 ? Promise.resolve(NOTHING) : this.#options.ask(subjects);
    // Its error is that of whoever waits for it, who may be busy.
    answers.catch(() => {});
    return answers;
  }
}

const NOTHING: Answers = { isStale: false, start: () => undefined };

function emptyWindow(): Window {
  return { elements: [], counts: [], subjects: [] };
}
