/** Elements in, nothing out: the shape of a writer. */
import { Writable } from 'node:stream';
import { callBack } from './callback.ts';

/** What a writer must be able to do. */
export interface Sink<T> {
  /** Loads what the writer needs, once. */
  open?(): Promise<void>;
  /** Takes one element; the next one waits for a promise to resolve. */
  write(element: T): void | Promise<void>;
  /** All is written. The stream finishes when this resolves. */
  end(): void | Promise<void>;
  /** The stream is destroyed, with an error or without: `open()` should end now, since the stream waits for it before it closes. */
  leave?(error: Error | undefined): void;
  /** Lets go of everything; also called after an error. */
  close?(): void | Promise<void>;
}

/** An object-mode Writable over `sink`. */
export function sink<T>(sink: Sink<T>): Writable {
  const write = (element: T): void | Promise<void> => sink.write(element);
  const writable: Writable = new Writable({
    objectMode: true,
    construct: (callback) => callBack(callback, () => sink.open?.()),
    write: (element: T, _encoding, callback) => callBack(callback, write, element),
    final: (callback) => callBack(callback, () => sink.end()),
    destroy: (error, callback) =>
      callBack(
        (closing) => callback(error ?? closing ?? unfinished(writable)),
        () => sink.close?.(),
      ),
  });
  const destroy = writable.destroy.bind(writable);
  writable.destroy = (error) => {
    sink.leave?.(error);
    return destroy(error);
  };
  return writable;
}

/** The error of a stream that is destroyed between its end and its finish: pipeline() would take that for success. */
export function unfinished({ writableEnded, writableFinished }: Writable): Error | null {
  if (!writableEnded || writableFinished) return null;
  return Object.assign(new Error('closed before all was written'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
}
