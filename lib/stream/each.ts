/** Elements in, elements out: the shape of a stage. `fn` pushes none, one or many for each. */
import { Transform } from 'node:stream';
import type { Element } from '../record/record.ts';
import { settle } from './settle.ts';

/** What a stage does with one element. */
export type Each = (element: Element, push: (element: Element) => void) => void | Promise<void>;

/** An object-mode Transform that runs `fn` on each element, in order; `end` runs after the last. */
export function each(fn: Each, end?: () => void | Promise<void>): Transform {
  const push = (element: Element): void => {
    transform.push(element);
  };
  const transform: Transform = new Transform({
    objectMode: true,
    transform: (element: Element, _encoding, callback) => settle(() => fn(element, push), callback),
    flush: (callback) => settle(() => end?.(), callback),
  });
  return transform;
}
