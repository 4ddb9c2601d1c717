/** Elements in, elements out: the shape of a stage. For each element `fn` pushes none, one or many. */
import { Transform } from 'node:stream';
import type { Block } from '../record/block.ts';
import type { Element } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { callBack } from './callback.ts';
import { Inlet } from './inlet.ts';
import { Outlet } from './outlet.ts';
import type { Receiver } from './receiver.ts';

/** What a stage does with one element. */
export type Each = (element: Element, push: (element: Element) => void) => void | Promise<void>;

/** What a stage does beside that. */
export interface EachHooks {
  /** Loads what the stage needs, once. */
  open?(): Promise<void>;
  /**
   * A row that nobody has parsed: passed on to `next`, or false, and then it comes again as an element. Without this hook
   * every row comes as an element.
   */
  row?(block: Block, row: number, next: Receiver): boolean;
  /** The same for a row that is mapped. What else the stage has to pass on then goes to `push`. */
  entry?(entry: RowEntry, next: Receiver, push: (element: Element) => void): boolean;
  /** After the last element. */
  end?(push: (element: Element) => void): void | Promise<void>;
  /** Frees what the stage holds; also called after an error. */
  close?(): void | Promise<void>;
}

/** An object-mode Transform that runs `fn` on each element, in order. */
export function each(fn: Each, hooks: EachHooks = {}): Transform {
  const { row, entry } = hooks;
  const transform: Transform = new Transform({
    objectMode: true,
    construct: (callback) => inlet.construct(() => hooks.open?.(), callback),
    transform: (element: Element, _encoding, callback) => inlet.write(element, callback),
    flush: (callback) => callBack(callback, () => inlet.end(() => settled(hooks.end?.(outlet.push), outlet))),
    read(size) {
      Transform.prototype._read.call(this, size);
      outlet.read();
    },
    destroy: (error, callback) => {
      outlet.close();
      callBack(
        (closing) => callback(error ?? closing ?? null),
        () => hooks.close?.(),
      );
    },
  });
  const outlet: Outlet = new Outlet(transform);
  const inlet: Inlet = new Inlet(transform, {
    run: (element) => settled(fn(element, outlet.push), outlet),
    row: row && ((block, index, next) => row.call(hooks, block, index, next)),
    entry: entry && ((mapped, next) => entry.call(hooks, mapped, next, outlet.push)),
    outlet,
  });
  return transform;
}

/** A step is done when the next stream is done with what it has pushed. */
export function settled(step: void | Promise<void>, outlet: Outlet): void | Promise<void> {
  return step instanceof Promise ? step.then(() => outlet.settled()) : outlet.settled();
}
