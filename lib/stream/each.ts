/** Elements in, elements out: the shape of a stage. `fn` pushes none, one or many for each. */
import { Transform } from 'node:stream';
import type { Element } from '../record/record.ts';
import { settle, settled } from './settle.ts';

/** What a stage does with one element. */
export type Each = (element: Element, push: (element: Element) => void) => void | Promise<void>;

/** An object-mode Transform that runs `fn` on each element, in order; `end` runs after the last, `close` after an error too. */
export function each(fn: Each, end?: () => void | Promise<void>, close?: () => void | Promise<void>): Transform {
  const push = (element: Element): void => {
    transform.push(element);
  };
  const transform: Transform = new Transform({
    objectMode: true,
    // The hottest lines of the package: no closure per element.
    transform: (element: Element, _encoding, callback) => {
      let result: unknown;
      try {
        result = fn(element, push);
      } catch (error) {
        return callback(error as Error);
      }
      settled(result, callback);
    },
    flush: (callback) => settle(() => end?.(), callback),
    destroy: (error, callback) =>
      settle(
        () => close?.(),
        (closing) => callback(error ?? closing ?? null),
      ),
  });
  return transform;
}
