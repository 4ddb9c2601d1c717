/** The one wait for a Writable that is full. Somebody else may end or destroy it meanwhile: it emits no 'drain' then. */
import type { Writable } from 'node:stream';

/**
 * Resolves when the stream takes more, or has finished. Throws when it is gone and never will: a writer fails then, and who
 * only reads for that stream stops.
 */
export function drained(writable: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      writable.off('drain', done).off('finish', done).off('close', done);
      if (!writable.destroyed || writable.writableFinished) resolve();
      else reject(writable.errored ?? Object.assign(new Error('closed before it took all'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
    };
    if (writable.destroyed) done();
    else writable.on('drain', done).on('finish', done).on('close', done);
  });
}
