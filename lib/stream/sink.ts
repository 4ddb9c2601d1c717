/** Elements in, nothing out: the shape of a writer. */
import { Writable } from 'node:stream';
import type { Element } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { callBack } from './callback.ts';
import { Inlet } from './inlet.ts';

/** What a writer must be able to do. */
export interface Sink<T> {
  /** Loads what the writer needs, once. */
  open?(): Promise<void>;
  /** Takes one element; the next one waits for a promise to resolve. */
  write(element: T): void | Promise<void>;
  /** Takes a row that is mapped, or says false: then it comes again as an element. */
  entry?(entry: RowEntry): boolean;
  /** All is written. The stream finishes when this resolves. */
  end(): void | Promise<void>;
  /** The stream is destroyed, with an error or without: `open()` should end now, since the stream waits for it before it closes. */
  leave?(error: Error | undefined): void;
  /** Lets go of everything; also called after an error. */
  close?(): void | Promise<void>;
}

/** An object-mode Writable over `sink`. */
export function sink<T>(sink: Sink<T>): Writable {
  const writable: Writable = new Writable({
    objectMode: true,
    construct: (callback) => inlet.construct(() => sink.open?.(), callback),
    write: (element: Element, _encoding, callback) => inlet.write(element, callback),
    final: (callback) => callBack(callback, () => inlet.end(() => sink.end())),
    destroy: (error, callback) =>
      callBack(
        (closing) => callback(error ?? closing ?? unfinished(writable)),
        () => sink.close?.(),
      ),
  });
  const inlet: Inlet = new Inlet(writable, {
    run: (element) => sink.write(element as T),
    entry: sink.entry && ((entry) => sink.entry?.(entry) ?? false),
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
