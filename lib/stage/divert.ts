/**
 * Takes rejections out of a pipeline, so that it can end in a Writable of the user's own. Everything else passes in order;
 * a checkpoint only when the rejections before it are durable. `rejects` ends with the pipeline, however that ends.
 */
import type { Transform } from 'node:stream';
import { CioError } from '../errors.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import { recordFor } from '../record/record.ts';
import { Rejection, type RejectSink, rejectSinkFlaw } from '../record/rejection.ts';
import { drained } from '../stream/drain.ts';
import { each } from '../stream/each.ts';
import { KeptWrites } from '../stream/kept-writes.ts';

/**
 * Takes rejections out of a pipeline that ends in a Writable of your own, and writes them to `rejects`. Everything else passes in
 * order; a checkpoint passes once the rejections before it are stored. `rejects` ends with the pipeline, however that ends.
 *
 * With {@link trackWriter} you don't need it: give `rejects` to the writer.
 *
 * @param rejects A {@link rejectWriter}, {@link collectRejects}, or another Writable in object mode.
 * @returns A Transform. It fails with the error of `rejects`.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { Readable, Writable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { collectRejects, divert, validate } from 'customerio-streams';
 *
 * const rejects = collectRejects();
 * await pipeline(
 *   Readable.from([{ person_id: 1 }, { person_id: null }]),
 *   validate({ object: 'person_identify' }),
 *   divert(rejects),
 *   new Writable({
 *     objectMode: true,
 *     write(entry, _encoding, done) {
 *       console.log(entry.operation.identifiers); // { id: 1 }
 *       done();
 *     },
 *   }),
 * );
 * console.log(rejects.rejections.length); // 1
 * ```
 *
 * @category Stages
 */
export function divert(rejects: RejectSink): Transform {
  const flaw = rejectSinkFlaw(rejects);
  if (flaw !== undefined) throw new CioError('CIO_OPTIONS', `divert: rejects ${flaw}`);
  const writes = new KeptWrites(rejects);
  // Also fails if `rejects` closes too early: then nothing here may wait for it any more.
  const done = writes.done.catch(fail);
  const transform = each(
    (element, push) => {
      if (element instanceof Rejection) return take(rejects, writes, element);
      if (element instanceof Checkpoint) return flushed(writes).then(() => push(element));
      recordFor('divert', element);
      push(element);
    },
    {
      row: (block, row, next) => next.row(block, row),
      entry: (entry, next) => next.entry(entry),
      end: () => end(rejects, writes, done),
      close: () => close(rejects, done),
    },
  );
  done.catch((error) => transform.destroy(error));
  return transform;
}

function take(rejects: RejectSink, writes: KeptWrites, rejection: Rejection): void | Promise<void> {
  // If it has ended or was destroyed before, write() would lose the rejection without an error.
  if (!rejects.writable) fail(rejects.errored);
  // If it never drains, `done` fails, and that ends the pipeline.
  if (!writes.write(rejection)) return drained(rejects).catch(fail);
}

async function flushed(writes: KeptWrites): Promise<void> {
  try {
    await writes.flush();
  } catch (error) {
    fail(error);
  }
}

async function end(rejects: RejectSink, writes: KeptWrites, done: Promise<void>): Promise<void> {
  await flushed(writes);
  rejects.end();
  await done;
}

/** Whatever stopped the pipeline, the rejections that were written before are stored. */
async function close(rejects: RejectSink, done: Promise<void>): Promise<void> {
  if (!rejects.writableEnded && !rejects.destroyed) rejects.end();
  await done.catch(() => {});
}

function fail(error: unknown): never {
  throw error instanceof CioError ? error : new CioError('CIO_REJECT_STORE', 'divert: the Writable for rejections failed', error);
}
