/** Bytes in, or messages, elements out: the shape of a source. The core keeps the state; text chunks are taken as UTF-8. */
import { Transform } from 'node:stream';
import { Block } from '../record/block.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import type { Element } from '../record/record.ts';
import type { Text } from '../wording.ts';
import { callBack } from './callback.ts';
import { settled } from './each.ts';
import { Outlet } from './outlet.ts';

/** Takes the elements that a source has read, or rows that it has found. */
export type Push = (item: Element | Block) => void;

/** Takes a text that people should read. */
export type Warn = (text: Text) => void;

/** What a source must be able to do. An error that it throws ends the pipeline. */
export interface Decoder<C = Buffer> {
  /** Loads what the source needs, once. */
  open?(): Promise<void> | undefined;
  write(chunk: C): void | Promise<void>;
  end(): void | Promise<void>;
  /** Called in place of `end` if the bytes end before the input does: a record of which only a part has come stays unread. */
  stop?(): void;
  /** Asked at the end: why a part of the input, of unknown size, could not be read. Undefined if all was read. */
  flaw?(): string | undefined;
  /** Frees what the source holds, at once; also called after an error. */
  close?(): void;
}

/** Makes the core of a source that gives its elements to `push`. */
export type MakeDecoder<C = Buffer> = (push: Push, warn: Warn) => Decoder<C>;

/**
 * A source: a Transform from bytes to {@link Element | elements} that can be stopped before the end of its input.
 *
 * @category Sources
 */
export type Source = Transform & {
  /** Call it before you end the input early: a row of which only a part has come stays unread. */
  stop(): void;
  /** @internal */
  flaw(): string | undefined;
  /** Rows read so far. */
  rows(): number;
  /** @internal */
  onFirst(look: (element: Element) => void): void;
};

/** A Transform from bytes to elements, or from `objects`. Emits each warning of the decoder as `warning`. */
export function decode<C = Buffer>(make: MakeDecoder<C>, { objects = false } = {}): Source {
  let rows = 0;
  const decoder = make(
    (item) => {
      rows += rowsIn(item);
      outlet.push(item);
    },
    (text) => transform.emit('warning', String(text), text),
  );
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
  };
  const transform: Transform = new Transform({
    readableObjectMode: true,
    writableObjectMode: objects,
    construct: (callback) => callBack(callback, () => decoder.open?.()),
    transform: (chunk: C, _encoding, callback) => callBack(callback, () => settled(decoder.write(chunk), outlet)),
    flush: (callback) => callBack(callback, () => settled(isStopped ? decoder.stop?.() : decoder.end(), outlet)),
    destroy: (error, callback) => {
      outlet.close();
      decoder.close?.();
      callback(error);
    },
  });
  const outlet: Outlet = new Outlet(transform);
  const onFirst = (look: (element: Element) => void): void => {
    outlet.onFirst = look;
  };
  return Object.assign(transform, { stop, onFirst, flaw: () => decoder.flaw?.(), rows: () => rows });
}

/** How many rows an item stands for. */
export function rowsIn(item: Element | Block): number {
  if (item instanceof Block) return item.size;
  return item instanceof Checkpoint ? 0 : 1;
}
