/** Rejections kept in memory: for tests, and for programs that look at them when a small run is over. */
import type { Writable } from 'node:stream';
import { notARejection } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { GatheringSink } from '../stream/gathering-sink.ts';

/** An object-mode Writable of {@link Rejection} that keeps them. */
export type CollectedRejects = Writable & {
  /** All that came since the last `clear()`, in order. It can be read after the end, too. */
  readonly rejections: readonly Rejection[];
  /** Empties `rejections`. */
  clear(): void;
  /** Resolves when everything written so far is in `rejections`. */
  flush(): Promise<void>;
};

/** A Writable that keeps rejections in memory, however many come. It fails with `CIO_LINE` if anything else is written. */
export function collectRejects(): CollectedRejects {
  const rejections: Rejection[] = [];
  const writable = new GatheringSink<unknown>(
    {
      write: async (elements) => {
        for (const element of elements) {
          if (!(element instanceof Rejection)) throw notARejection('collectRejects', element);
          rejections.push(element);
        }
      },
      flush: async () => {},
      end: async () => {},
      close: async () => {},
    },
    { elements: 256 },
  );
  return Object.assign(writable, {
    rejections,
    clear: () => {
      rejections.length = 0;
    },
  });
}
