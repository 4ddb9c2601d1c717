/**
 * Where a stream's elements go: into its buffer, as everywhere in node, or by a call to the next stream if that is one of
 * ours as well and nobody else listens. The buffers between two streams, and what node does for each element there, would cost
 * more than the elements. As soon as somebody else wants to see them, they go through the buffer again. End, errors and
 * destruction always go by the pipe.
 */
import type { Readable } from 'node:stream';
import { Block } from '../record/block.ts';
import type { Element } from '../record/record.ts';
import type { Receiver } from './receiver.ts';

const OUTLET = Symbol('customerio-streams.outlet');

/** The outlet of a stream of ours; undefined for every other stream. */
export function outletOf(stream: object): Outlet | undefined {
  return (stream as { [OUTLET]?: Outlet })[OUTLET];
}

/** Passes on the elements of one stream, in order. */
export class Outlet {
  readonly #stream: Readable;
  #next: Receiver | undefined;
  /** Set while the next stream has something that it is not done with. */
  #pending: Promise<void> | undefined;
  /** What comes meanwhile. */
  readonly #waiting: (Element | Block)[] = [];
  #isClosed = false;
  #onLeave: () => void = () => {};
  #onFirst: ((element: Element) => void) | undefined;
  /** Set while the buffer is full. */
  #full: Promise<void> | undefined;
  #onRead: () => void = () => {};

  constructor(stream: Readable) {
    this.#stream = stream;
    Object.defineProperty(stream, OUTLET, { value: this });
    const look = (event: string | symbol): void => {
      if (event === 'data' || event === 'readable') this.leave();
    };
    stream.on('newListener', look).on('removeListener', look);
    stream.on('pause', () => this.leave());
  }

  /** The next stream, if rows can be handed to it now. */
  get next(): Receiver | undefined {
    return this.#pending === undefined ? this.#next : undefined;
  }

  /** Passes on an element, or the rows of a block. If the next stream is busy, they wait. */
  readonly push = (item: Element | Block): void => {
    if (this.#onFirst !== undefined) this.#first(item);
    if (this.#pending !== undefined) this.#waiting.push(item);
    else {
      const wait = this.#give(item, 0);
      if (wait !== undefined) this.#pending = this.#drain(wait);
    }
  };

  /** A promise while something that was pushed waits for the next stream. */
  settled(): Promise<void> | undefined {
    return this.#pending;
  }

  /** A promise while the buffer is full. */
  room(): Promise<void> | undefined {
    return this.#full;
  }

  /** Node wants more for the buffer. */
  read(): void {
    this.#full = undefined;
    this.#onRead();
  }

  /** `look` gets the first element. */
  set onFirst(look: (element: Element) => void) {
    this.#onFirst = look;
  }

  /** Hands everything to `next` from now on, if nobody else sees the elements and none is on its way through the buffer. */
  join(next: Receiver): void {
    const stream = this.#stream;
    // The pipe listens, too.
    const isAlone = stream.listenerCount('data') === 1 && stream.listenerCount('readable') === 0 && !Object.hasOwn(stream, 'push');
    if (!isAlone || stream.readableLength > 0 || this.#pending !== undefined) return;
    this.#next = next;
    this.read();
  }

  /** From now on everything goes through the buffer. */
  leave(): void {
    this.#next = undefined;
    this.#onLeave();
  }

  /** The stream is destroyed. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.leave();
    this.read();
  }

  async #drain(wait: Promise<void>): Promise<void> {
    try {
      await wait;
      for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
        const more = this.#give(item, 0);
        if (more !== undefined) await more;
      }
      this.#pending = undefined;
    } catch (error) {
      this.#stream.destroy(error as Error);
    }
  }

  /** Waits for the next stream. If it is no longer the next one, nothing is to be waited for. */
  #until(wait: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onLeave = resolve;
      wait.then(resolve, reject);
    });
  }

  /** Passes on an element, or the rows of a block from one on. */
  #give(item: Element | Block, from: number): void | Promise<void> {
    if (!(item instanceof Block)) {
      const wait = this.#element(item);
      return wait && this.#until(wait);
    }
    for (let row = from, next = this.#rowsTo(); row < item.size; row++) {
      if (next !== undefined && next === this.#next && next.row(item, row)) continue;
      const wait = this.#element(item.read(row));
      if (wait !== undefined) return this.#until(wait).then(() => this.#give(item, row + 1));
      next = this.#rowsTo();
    }
  }

  #rowsTo(): Receiver | undefined {
    return this.#stream.readableLength === 0 && this.#next?.acceptsRows() ? this.#next : undefined;
  }

  #element(element: Element): void | Promise<void> {
    if (this.#next?.hasEnded) this.leave();
    // What somebody has pushed comes first.
    if (this.#next !== undefined && this.#stream.readableLength === 0) return this.#next.take(element);
    if (this.#isClosed || this.#stream.push(element)) return;
    this.#full ??= new Promise((resolve) => {
      this.#onRead = resolve;
    });
  }

  #first(item: Element | Block): void {
    const look = this.#onFirst;
    this.#onFirst = undefined;
    look?.(item instanceof Block ? item.read(0) : item);
  }
}
