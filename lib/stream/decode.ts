/** Bytes in, elements out: the shape of a source. The core keeps the state; text chunks are taken as UTF-8. */
import { Transform } from 'node:stream';
import type { Element } from '../record/record.ts';
import { callBack } from './callback.ts';

/** What a source must be able to do. An error thrown ends the line. */
export interface Decoder {
  /** Loads what the source needs, once. */
  open?(): Promise<void>;
  write(chunk: Buffer, push: (element: Element) => void): void | Promise<void>;
  end(push: (element: Element) => void): void | Promise<void>;
  /** Called in place of `end` if the bytes end before the input does: a record of which only a part has come stays unread. */
  stop?(push: (element: Element) => void): void;
  /** Asked at the end: why a part of the input, nobody knows how much of it, could not be read, where that is so. */
  flaw?(): string | undefined;
  /** Lets go of everything; also called after an error. */
  close?(): void;
}

/** A source that can be stopped before the end of its input, and that knows whether it has read everything. */
export type Source = Transform & {
  /** The bytes that are given end before the input does. To be called before their end. */
  stop(): void;
  flaw(): string | undefined;
};

/** A Transform from bytes to elements. */
export function decode(decoder: Decoder): Source {
  const push = (element: Element): void => {
    transform.push(element);
  };
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
  };
  const transform: Transform = new Transform({
    readableObjectMode: true,
    construct: (callback) => callBack(() => decoder.open?.(), callback),
    transform: (chunk: Buffer, _encoding, callback) => callBack(() => decoder.write(chunk, push), callback),
    flush: (callback) => callBack(() => (isStopped ? decoder.stop?.(push) : decoder.end(push)), callback),
    destroy: (error, callback) => {
      decoder.close?.();
      callback(error);
    },
  });
  return Object.assign(transform, { stop, flaw: () => decoder.flaw?.() });
}
