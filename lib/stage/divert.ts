/**
 * Takes rejections out mid-way, so that a line can end in a Writable of the user's own. Everything else goes on in
 * order; a checkpoint only when the rejections before it are durable. `rejects` ends with the line, however that ends.
 */
import type { Transform, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CioError } from '../errors.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import { Rejection } from '../record/rejection.ts';
import { each } from '../stream/each.ts';

/** A stage that writes rejections to `rejects`, a rejectWriter(). Throws `CIO_OPTIONS`; fails with the error of `rejects`. */
export function divert(rejects: Writable & { flush(): Promise<void> }): Transform {
  if (typeof rejects?.write !== 'function' || typeof rejects.flush !== 'function') {
    throw new CioError('CIO_OPTIONS', 'divert: needs a rejectWriter(), or a Writable with flush()');
  }
  const diversion = new Diversion(rejects);
  const transform = each(
    async (element, push) => {
      if (element instanceof Rejection) return diversion.take(element);
      if (element instanceof Checkpoint) await diversion.flush();
      push(element);
    },
    () => diversion.end(),
    () => diversion.close(),
  );
  diversion.failed.catch((error) => transform.destroy(error));
  return transform;
}
