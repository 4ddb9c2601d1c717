/** Each record that reaches the writer has one outcome: it is counted, its observer hears of it, and a rejection is stored. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryObserver } from '../../lib/record/delivery-observer.ts';
import { Entry } from '../../lib/record/entry.ts';
import type { Origin } from '../../lib/record/origin.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { Batch, EMPTY_BODY_BYTES } from '../../lib/write/batch.ts';
import { TRACK_WRITER_OPTIONS } from '../../lib/write/options.ts';
import { Outcomes } from '../../lib/write/outcomes.ts';
import { TextPages } from '../../lib/write/text-pages.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { turn } from '../support/fake-clock.ts';
import { originFrom } from '../support/flat-origin.ts';

const MAX_BYTES = 1_000;
const CAUSE = { reason: 'refused', message: 'no', stage: 'trackWriter', status: 400 } as const;

function open() {
  const rejects = rejectKeeper();
  const settings = TRACK_WRITER_OPTIONS.parse({ siteId: 'a', apiKey: 'b', maxBatchBytes: MAX_BYTES, rejects });
  return { outcomes: new Outcomes(settings, (error) => assert.fail(error)), kept: rejects.kept };
}

/** An entry in a batch, and what its observer hears. */
function inBatch(record: object, origin?: Origin) {
  const heard: string[] = [];
  const observer: DeliveryObserver = {
    waitsIn: () => {},
    ask: () => 'send',
    delivered: () => heard.push('delivered'),
    rejected: () => heard.push('rejected'),
  };
  const entry = new Entry({}, '{}', record, origin, ['truncated']);
  entry.observer = observer;
  const batch = new Batch(MAX_BYTES, new TextPages(MAX_BYTES));
  batch.add(entry, { pending: 0, checkpoint: undefined });
  return { entry, batch, heard };
}

test('delivered: counted with its warnings, and the observer hears of it', () => {
  const { outcomes, kept } = open();
  const { batch, heard } = inBatch({});
  outcomes.delivered(batch, 0);
  assert.deepEqual([outcomes.summary.delivered, outcomes.summary.warnings, heard], [1, { truncated: 1 }, ['delivered']]);
  assert.equal(kept.length, 0);
});

test('rejected: the record comes back as it was, read again from its text if that is what was kept', async () => {
  const { outcomes, kept } = open();
  const record = { a: 1 };
  const given = inBatch(record);
  await outcomes.rejected(given.batch, 0, CAUSE);
  const read = inBatch(record, originFrom({ raw: '{"a":12345678901234567890}', line: 3, source: 'f' }));
  await outcomes.rejected(read.batch, 0, CAUSE);
  await turn();
  assert.equal(kept[0]?.record, record);
  assert.equal(String(Object(kept[1]?.record).a), '12345678901234567890');
  assert.deepEqual([kept[1]?.origin?.line, kept[1]?.origin?.source], [3, 'f']);
  assert.deepEqual(
    kept.map(({ cause }) => cause),
    [CAUSE, CAUSE],
  );
  assert.deepEqual([given.heard, read.heard], [['rejected'], ['rejected']]);
  assert.equal(outcomes.summary.rejected.byReason.refused, 2);
});

test('an entry is too large if it and an empty body together are, and is rejected with both sizes', async () => {
  const { outcomes, kept } = open();
  const most = MAX_BYTES - EMPTY_BODY_BYTES;
  const sized = (bytes: number): Entry => new Entry({}, 'é'.repeat(bytes / 2).padEnd(bytes - Math.floor(bytes / 2), 'x'), {}, undefined);
  for (const bytes of [most - 1, most, most + 1]) {
    const entry = sized(bytes);
    assert.deepEqual([entry.bytes, outcomes.isTooLarge(entry)], [bytes, bytes > most]);
  }
  const { entry, heard } = inBatch({ a: 1 });
  await outcomes.rejectTooLarge(entry);
  await turn();
  assert.deepEqual(kept[0]?.cause, {
    ...{ reason: 'too_large', message: `the entry has 2 bytes, a request can take ${most}`, stage: 'trackWriter' },
  });
  assert.equal(kept[0]?.record, entry.record);
  assert.deepEqual(heard, ['rejected']);
});

test('what is not an entry has its outcome already; a record that nobody has made an entry of is a mistake', async () => {
  const { outcomes, kept } = open();
  const rejection = new Rejection(CAUSE, {});
  await outcomes.accept(rejection);
  await outcomes.accept(new Skipped('duplicate', {}));
  await turn();
  assert.deepEqual(kept, [rejection]);
  assert.equal(outcomes.summary.skipped.byReason.duplicate, 1);
  assert.throws(() => outcomes.accept({ person_id: 1 }), { code: 'CIO_LINE' });
});
