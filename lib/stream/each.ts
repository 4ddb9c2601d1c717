/** Elements in, elements out: the shape of a stage. For each element `fn` pushes none, one or many. */
import { Transform } from 'node:stream';
import type { Element } from '../record/record.ts';
import { callBack } from './callback.ts';

/** What a stage does with one element. */
export type Each = (element: Element, push: (element: Element) => void) => void | Promise<void>;

/** What a stage does before and after its elements. */
export interface EachHooks {
  /** Loads what the stage needs, once. */
  open?(): Promise<void>;
  /** After the last element. */
  end?(push: (element: Element) => void): void | Promise<void>;
  /** Frees what the stage holds; also called after an error. */
  close?(): void | Promise<void>;
}

/** An object-mode Transform that runs `fn` on each element, in order. */
export function each(fn: Each, hooks: EachHooks = {}): Transform {
  const push = (element: Element): void => {
    transform.push(element);
  };
  const transform: Transform = new Transform({
    objectMode: true,
    construct: (callback) => callBack(callback, () => hooks.open?.()),
    transform: (element: Element, _encoding, callback) => callBack(callback, fn, element, push),
    flush: (callback) => callBack(callback, () => hooks.end?.(push)),
    destroy: (error, callback) =>
      callBack(
        (closing) => callback(error ?? closing ?? null),
        () => hooks.close?.(),
      ),
  });
  return transform;
}
