/** Rejections kept in memory: for tests, and for programs that look at them when a small run is over. */
import type { Writable } from 'node:stream';
import { notARejection } from '../record/record.ts';
import { Rejection } from '../record/rejection.ts';
import { GatheringSink } from '../stream/gathering-sink.ts';

/**
 * A Writable that keeps {@link Rejection | rejections} in memory.
 *
 * @category Rejects
 */
export type CollectedRejects = Writable & {
  /** Everything written since the last `clear()`, in order. You can read it after the end, too. */
  readonly rejections: readonly Rejection[];
  /** Empties `rejections`. */
  clear(): void;
  /** Resolves when everything written so far is in `rejections`. */
  flush(): Promise<void>;
};

/**
 * Keeps rejected rows in memory, however many there are: for tests, and for programs that look at them after a small run.
 *
 * @returns A Writable in object mode. It fails with `CIO_LINE` if anything other than a rejection is written.
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { collectRejects, createSandbox, trackWriter, validate } from 'customerio-streams';
 *
 * const sandbox = await createSandbox();
 * const rejects = collectRejects();
 * await pipeline(
 *   Readable.from([{ person_id: 1 }, { person_id: 'NULL' }]),
 *   validate({ object: 'person_identify' }),
 *   trackWriter({ ...sandbox.account, rejects }),
 * );
 * console.log(rejects.rejections[0]?.cause.field); // person_id
 * await sandbox.close();
 * ```
 *
 * @category Rejects
 */
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
