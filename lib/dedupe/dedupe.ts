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

/** A stage that skips duplicate events and unchanged people. Throws `CIO_OPTIONS`; fails with `CIO_STATE` of the store. */
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
