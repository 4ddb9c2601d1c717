/** What was fetched of a partition -> its rows. */
import type { Push } from '../../../stream/decode.ts';
import { MessageRows, type MessageRowsOptions, ValueBuffer } from '../message-rows.ts';
import type { Assignment } from './assignment.ts';
import type { Messages } from './batches.ts';

/** Of all partitions of one source: their values share one buffer. */
export class FetchedRows {
  readonly #options: Omit<MessageRowsOptions, 'place'>;
  readonly #push: Push;
  readonly #rows = new WeakMap<Assignment, MessageRows>();

  constructor(options: Omit<MessageRowsOptions, 'place' | 'stage' | 'values'>, push: Push) {
    this.#options = { ...options, stage: 'kafka', values: new ValueBuffer() };
    this.#push = push;
  }

  /** Pushes them; returns how many there are. */
  push(assignment: Assignment, { stretches }: Messages): number {
    const rows = this.#rowsOf(assignment);
    let count = 0;
    for (const { firstOffset, records, from } of stretches) {
      for (let at = from; at < records.length; at++) {
        const { offsetDelta, key, value } = records[at] as (typeof records)[number];
        rows.take(firstOffset + offsetDelta, key, value);
      }
      count += records.length - from;
    }
    rows.flush();
    return count;
  }

  #rowsOf(assignment: Assignment): MessageRows {
    const known = this.#rows.get(assignment);
    if (known !== undefined) return known;
    const rows = new MessageRows({ ...this.#options, place: assignment.place }, this.#push);
    this.#rows.set(assignment, rows);
    return rows;
  }
}
