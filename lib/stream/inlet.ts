/**
 * How elements come into a stream: written by node, one after the other, or handed over by the stream before it. Both are one
 * sequence: a step begins when the last one is done.
 */
import type { Readable, Writable } from 'node:stream';
import type { Block } from '../record/block.ts';
import type { Element } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { callBack, thrown } from './callback.ts';
import { type Outlet, outletOf } from './outlet.ts';
import type { Receiver } from './receiver.ts';

/** What a stream does with what comes in. */
export interface Intake {
  /** Takes one element. */
  readonly run: (element: Element) => void | Promise<void>;
  /** Takes a row of a block, or says false. */
  readonly row?: ((block: Block, row: number, next: Receiver) => boolean) | undefined;
  /** Takes a row that is mapped, or says false; `next` is undefined in the last stream. */
  readonly entry?: ((entry: RowEntry, next: Receiver) => boolean) | undefined;
  /** Where the stream's own elements go; undefined in the last stream. */
  readonly outlet?: Outlet | undefined;
}

const NEVER = new Promise<void>(() => {});

/** The way into one stream. */
export class Inlet implements Receiver {
  readonly #stream: Writable;
  readonly #intake: Intake;
  readonly #sources = new Set<object>();
  #isOpen = false;
  #isRunning = false;
  #busy: Promise<void> | undefined;
  #hasFailed = false;

  constructor(stream: Writable, intake: Intake) {
    this.#stream = stream;
    this.#intake = intake;
    stream.on('pipe', (source: Readable) => this.#piped(source)).on('unpipe', (source: Readable) => this.#unpiped(source));
  }

  /** Runs the stream's `open()`: nothing is taken before it is done. */
  construct(open: () => unknown, callback: (error?: Error | null) => void): void {
    callBack((error) => {
      this.#isOpen = !error;
      callback(error);
    }, open);
  }

  /** Runs the stream's `end()` behind what was handed over: of that node knows nothing. */
  end(end: () => void | Promise<void>): void | Promise<void> {
    const step = this.#step();
    return step === undefined ? end() : step.then(() => (this.#hasFailed ? NEVER : this.end(end)));
  }

  /** An element that node writes. */
  write(element: Element, callback: (error?: Error | null) => void): void {
    const step = this.#step();
    if (step === undefined) callBack(callback, this.#start, element);
    else void step.then(() => this.write(element, callback));
  }

  acceptsRows(): boolean {
    if (!this.#isIdle || this.#hasFailed || this.#stream.destroyed) return false;
    const { row, entry, outlet } = this.#intake;
    return (row ?? entry) !== undefined && (outlet === undefined || outlet.next?.acceptsRows() === true);
  }

  row(block: Block, row: number): boolean {
    const { row: take, outlet } = this.#intake;
    const next = outlet?.next;
    if (take === undefined || next === undefined || this.#hasFailed) return false;
    try {
      return take(block, row, next);
    } catch (error) {
      this.#fail(error);
      return true;
    }
  }

  entry(entry: RowEntry): boolean {
    const { entry: take, outlet } = this.#intake;
    const next = outlet === undefined ? this : outlet.next;
    if (take === undefined || next === undefined || this.#hasFailed) return false;
    try {
      return take(entry, next);
    } catch (error) {
      this.#fail(error);
      return true;
    }
  }

  take(element: Element): void | Promise<void> {
    if (this.#hasFailed || this.#stream.destroyed) return NEVER;
    if (!this.#isIdle) return this.#queue(element);
    try {
      const step = this.#start(element);
      const { outlet } = this.#intake;
      return step === undefined ? outlet?.room() : step.then(() => outlet?.room(), this.#fail);
    } catch (error) {
      return this.#fail(error);
    }
  }

  get hasEnded(): boolean {
    return this.#stream.writableEnded;
  }

  /** False while the next element has to wait, or somebody else has written what comes before it. */
  get #isIdle(): boolean {
    const { writableLength, writableCorked, writableEnded } = this.#stream;
    return this.#isOpen && this.#step() === undefined && writableLength === 0 && writableCorked === 0 && !writableEnded;
  }

  /** Behind everything that was written. If that fails, the stream is destroyed. */
  #queue(element: Element): Promise<void> {
    return new Promise((resolve) => {
      this.#stream.write(element, (error) => {
        if (!error) resolve();
      });
    });
  }

  /** A promise while there is a step that is not done. It may itself call what comes here, and has not returned then. */
  #step(): Promise<void> | undefined {
    return this.#isRunning ? Promise.resolve() : this.#busy;
  }

  readonly #start = (element: Element): void | Promise<void> => {
    let step: void | Promise<void>;
    this.#isRunning = true;
    try {
      step = this.#intake.run(element);
    } finally {
      this.#isRunning = false;
    }
    if (!(step instanceof Promise)) return;
    const done = (): void => {
      this.#busy = undefined;
    };
    this.#busy = step.then(done, done);
    return step;
  };

  /** Not at once: a stream that hears of an error within its step takes what it has buffered. */
  readonly #fail = (error: unknown): Promise<void> => {
    this.#hasFailed = true;
    process.nextTick(() => this.#stream.destroy(thrown(error)));
    return NEVER;
  };

  /** Two streams that are piped into one take turns in its buffer. */
  #piped(source: Readable): void {
    this.#sources.add(source);
    if (this.#sources.size > 1) for (const one of this.#sources) outletOf(one)?.leave();
    // Somebody who has put a write() of his own there wants to see what comes.
    else if (!Object.hasOwn(this.#stream, 'write')) outletOf(source)?.join(this);
  }

  #unpiped(source: Readable): void {
    this.#sources.delete(source);
    outletOf(source)?.leave();
  }
}
