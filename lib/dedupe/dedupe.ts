/**
 * Skips what needs no delivery: an event whose id was delivered before, a person whose attributes are those delivered
 * last. It compares only with what the API took, never with what is on its way there, so that a refusal or a kill can't
 * lose a row. In doubt a row is sent. Put it right before trackWriter(): its checkpoints commit what was delivered.
 */
import type { Transform } from 'node:stream';
import { readOptions } from '../options.ts';
import type { Element } from '../record/record.ts';
import type { RowEntry } from '../record/row-entry.ts';
import { each } from '../stream/each.ts';
import type { Receiver } from '../stream/receiver.ts';
import { DeliveryFilter } from './delivery-filter.ts';
import { memoryStore } from './memory-store.ts';
import { DEDUPE_OPTIONS, type DedupeOptions } from './options.ts';

/**
 * Skips what needs no delivery: an event whose id was delivered before, and a person whose attributes are those delivered last. It
 * compares only with what the API took, so a refusal or a kill can't lose a row; when in doubt, a row is sent. Put it right before
 * {@link trackWriter}.
 *
 * @returns A Transform from entries to entries. It fails with `CIO_STATE` if the store fails.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { createSandbox, dedupe, memoryStore, trackWriter, validate } from 'customerio-streams';
 *
 * const sandbox = await createSandbox();
 * const store = memoryStore(); // lmdbStore({ path: 'state/' }) remembers between runs
 * for (let run = 1; run <= 2; run++) {
 *   const writer = trackWriter({ ...sandbox.account });
 *   await pipeline(Readable.from([{ person_id: 1, plan: 'pro' }]), validate({ object: 'person_identify' }), dedupe({ store }), writer);
 *   console.log(writer.summary.delivered, writer.summary.skipped.byReason.unchanged); // 1 0, then 0 1
 * }
 * await store.close();
 * await sandbox.close();
 * ```
 *
 * @category Dedupe
 */
export function dedupe(options?: DedupeOptions): Transform {
  const given = readOptions('dedupe', DEDUPE_OPTIONS, options);
  const core = new DeliveryFilter({ ...given, store: given.store ?? memoryStore() }, (error) => stage.destroy(error));
  const stage = each((element, push) => core.take(element, push), {
    open: () => core.open(),
    ...(!core.asksAhead && { entry: (row: RowEntry, next: Receiver, push: (element: Element) => void) => core.row(row, next, push) }),
    end: (push) => core.end(push),
    close: () => core.close(),
  });
  return stage;
}
