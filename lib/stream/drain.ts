/**
 * Room in a Writable that somebody else may end: it emits no 'drain' any more then. Where the stream fails there is never
 * room again; who waits must hear of that in another way.
 */
import type { Writable } from 'node:stream';

/** Resolves when the stream takes more, or has taken all that it was given. */
export function drained(writable: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      writable.off('drain', done).off('finish', done);
      resolve();
    };
    writable.on('drain', done).on('finish', done);
  });
}
