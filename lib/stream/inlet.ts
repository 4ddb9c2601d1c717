/**
 * How elements come into a stream: written by node, one after the other, or handed over by the stream before it. Both are one
 * sequence: a step begins when the last one is done.
 */
import type { Readable, Writable } from 'node:stream';
import type { Block } from '../record/block.ts';
import type { Element } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { callBack } from './callback.ts';
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
  #onOpen: () => void = () => {};
  readonly #opened: Promise<void>;
  #busy: Promise<void> | undefined;
  #hasFailed = false;

  constructor(stream: Writable, intake: Intake) {
    this.#stream = stream;
    this.#intake = intake;
    this.#opened = new Promise((resolve) => {
      this.#onOpen = resolve;
    });
    stream.on('pipe', (source: Readable) => this.#piped(source)).on('unpipe', (source: Readable) => this.#unpiped(source));
  }

  /** Runs the stream's `open()`: nothing is taken before it is done. */
  construct(open: () => unknown, callback: (error?: Error | null) => void): void {
    callBack((error) => {
      if (!error) {
        this.#isOpen = true;
        this.#onOpen();
      }
      callback(error);
    }, open);
  }

  /** An element that node writes. */
  write(element: Element, callback: (error?: Error | null) => void): void {
    if (this.#busy === undefined) callBack(callback, this.#start, element);
    else void this.#busy.then(() => this.write(element, callback));
  }

  acceptsRows(): boolean {
    if (!this.#isOpen || this.#busy !== undefined || this.#hasFailed) return false;
    const { destroyed, writableEnded, writableLength } = this.#stream;
    if (destroyed || writableEnded || writableLength > 0) return false;
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
    if (!this.#isOpen) return this.#opened.then(() => this.take(element));
    if (this.#busy !== undefined) return this.#busy.then(() => this.take(element));
    if (this.#stream.writableEnded) return this.#refuse(element);
    try {
      const step = this.#start(element);
      const { outlet } = this.#intake;
      return step === undefined ? outlet?.room() : step.then(() => outlet?.room(), this.#fail);
    } catch (error) {
      return this.#fail(error);
    }
  }

  readonly #start = (element: Element): void | Promise<void> => {
    const step = this.#intake.run(element);
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
    process.nextTick(() => this.#stream.destroy((error || new Error('failed without an error')) as Error));
    return NEVER;
  };

  /** The stream was ended by somebody else: node's own error says so. */
  #refuse(element: Element): Promise<void> {
    this.#stream.write(element);
    return NEVER;
  }

  /** Two streams that are piped into one take turns in its buffer. */
  #piped(source: Readable): void {
    this.#sources.add(source);
    if (this.#sources.size > 1) for (const one of this.#sources) outletOf(one)?.leave();
    else outletOf(source)?.join(this);
  }

  #unpiped(source: Readable): void {
    this.#sources.delete(source);
    outletOf(source)?.leave();
  }
}
