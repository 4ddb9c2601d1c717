/** Elements in, nothing out: the shape of a writer. */
import { Writable } from 'node:stream';
import { settle, settled } from './settle.ts';

/** What a writer must be able to do. */
export interface Sink<T> {
  /** Loads what the writer needs, once. */
  open?(): Promise<void>;
  /** Takes one element; a promise holds the line until it resolves. */
  write(element: T): void | Promise<void>;
  /** All is written: settle everything. */
  end(): void | Promise<void>;
  /** Lets go of everything; also called after an error, which is then `error`. */
  close?(error: Error | null): void | Promise<void>;
}

/** An object-mode Writable over `sink`. */
export function sink<T>(sink: Sink<T>, highWaterMark?: number): Writable {
  return new Writable({
    objectMode: true,
    ...(highWaterMark === undefined ? {} : { highWaterMark }),
    construct: (callback) => settle(() => sink.open?.(), callback),
    write: (element: T, _encoding, callback) => {
      let result: unknown;
      try {
        result = sink.write(element);
      } catch (error) {
        return callback(error as Error);
      }
      settled(result, callback);
    },
    final: (callback) => settle(() => sink.end(), callback),
    destroy: (error, callback) =>
      settle(
        () => sink.close?.(error),
        (closing) => callback(error ?? closing ?? null),
      ),
  });
}
