/**
 * The shape of a source that fetches its rows by itself, such as kafka(): a Readable whose core pushes when it has something, and
 * waits while the pipeline is busy. It ends only when its core says so.
 */
import { Readable } from 'node:stream';
import type { Element } from '../record/record.ts';
import { callBack, thrown } from './callback.ts';
import { type Push, rowsIn, type Warn } from './decode.ts';
import { Outlet } from './outlet.ts';

/** What the core of such a source does. An error that it throws ends the pipeline. */
export interface Fetcher {
  /** Fetches, from when the stream is first read. When it resolves the stream ends. Not awaited once the stream is destroyed. */
  run(): Promise<void>;
  /** Asks for the end: `run()` is to resolve soon. May be called at any time, and more than once. */
  stop(): void;
  /** The stream has ended, failed or was destroyed: frees what the core holds, at once. Nothing that is pushed then arrives. */
  close(): void | Promise<void>;
}

/** Where the core's rows go. */
export interface FetchedOutput {
  /** Passes on elements, or rows that were found. */
  readonly push: Push;
  readonly warn: Warn;
  /** A promise while the pipeline is busy with what was pushed: nothing should be fetched for it meanwhile. */
  busy(): Promise<void> | undefined;
}

/** Makes the core. */
export type MakeFetcher = (output: FetchedOutput) => Fetcher;

/** A source that fetches by itself. */
export type Fetched = Readable & {
  /** Fetches no more. What was read is delivered; then the stream ends. */
  stop(): void;
  /** Rows that were read so far. */
  rows(): number;
  /** `look` gets the first element, without taking it. */
  onFirst(look: (element: Element) => void): void;
};

/** A Readable of elements. Emits each warning of the core as `warning`. */
export function fetched(make: MakeFetcher): Fetched {
  let rows = 0;
  let hasBegun = false;
  const readable: Readable = new Readable({
    objectMode: true,
    read: () => {
      outlet.read();
      if (hasBegun) return;
      hasBegun = true;
      run();
    },
    destroy: (error, callback) => {
      outlet.close();
      callBack(
        (closing) => callback(error ?? closing ?? null),
        () => fetcher.close(),
      );
    },
  });
  const outlet: Outlet = new Outlet(readable);
  const fetcher = make({
    push: (item) => {
      rows += rowsIn(item);
      outlet.push(item);
    },
    warn: (text) => readable.emit('warning', String(text), text),
    busy: () => outlet.settled()?.then(() => outlet.room()) ?? outlet.room(),
  });
  const run = (): void => {
    const ended = fetcher.run().then(() => outlet.settled());
    // Not inside the promise: what a listener throws would become its rejection.
    ended.then(
      () => process.nextTick(() => readable.push(null)),
      (error) => process.nextTick(() => readable.destroy(thrown(error))),
    );
  };
  const onFirst = (look: (element: Element) => void): void => {
    outlet.onFirst = look;
  };
  return Object.assign(readable, { stop: () => fetcher.stop(), rows: () => rows, onFirst });
}
