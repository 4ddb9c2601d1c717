/** Elements in, nothing out: the shape of a writer. */
import { Writable } from 'node:stream';
import { callBack, failed, settled } from './callback.ts';

/** What a writer must be able to do. */
export interface Sink<T> {
  /** Loads what the writer needs, once. */
  open?(): Promise<void>;
  /** Takes one element; a promise holds the line until it resolves. */
  write(element: T): void | Promise<void>;
  /** All is written: settle everything. */
  end(): void | Promise<void>;
  /** It is over, with an error or without: `open()` should end now, since the stream waits for it before it closes. */
  leave?(error: Error | undefined): void;
  /** Lets go of everything; also called after an error. */
  close?(): void | Promise<void>;
}

/** An object-mode Writable over `sink`. */
export function sink<T>(sink: Sink<T>, highWaterMark?: number): Writable {
  const writable: Writable = new Writable({
    objectMode: true,
    ...(highWaterMark === undefined ? {} : { highWaterMark }),
    construct: (callback) => callBack(() => sink.open?.(), callback),
    write: (element: T, _encoding, callback) => {
      let result: unknown;
      try {
        result = sink.write(element);
      } catch (error) {
        return failed(error, callback);
      }
      settled(result, callback);
    },
    final: (callback) => callBack(() => sink.end(), callback),
    destroy: (error, callback) =>
      callBack(
        () => sink.close?.(),
        (closing) => callback(error ?? closing ?? unfinished(writable)),
      ),
  });
  const destroy = writable.destroy.bind(writable);
  writable.destroy = (error) => {
    sink.leave?.(error);
    return destroy(error);
  };
  return writable;
}

/** Destroyed between its end and its finish: pipeline() would take that for success, though not all is settled. */
export function unfinished({ writableEnded, writableFinished }: Writable): Error | null {
  if (!writableEnded || writableFinished) return null;
  return Object.assign(new Error('closed before all was settled'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
}
