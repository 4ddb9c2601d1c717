/** The ring knows the last delivery about each key, as a Map does, however far it has turned and grown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingDeliveries } from '../../lib/dedupe/pending-deliveries.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';
import { subjectOf } from '../support/subject.ts';

/** How many deliveries begin, how many of the oldest are done then, and of how many keys they are. */
const step = fc.record({
  begun: fc.integer({ min: 0, max: 900 }),
  done: fc.integer({ min: 0, max: 900 }),
  keys: fc.constantFrom(3, 500, 1_000_000),
});

test('law: of each key the last delivery that is not done is known, and of others nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12, size: 'max' }), fc.nat(), (steps, seed) => {
      const deliveries = new PendingDeliveries();
      const latest = new Map<bigint, number>();
      const keyOf: bigint[] = [];
      let finished = 0;
      for (const { begun, done, keys } of steps) {
        for (let n = 0; n < begun; n++) {
          const key = BigInt((keyOf.length * 7_919 + seed) % keys);
          const subject = subjectOf(key, BigInt(keyOf.length));
          const last = deliveries.latest(subject);
          assert.equal(last, latest.get(key) ?? -1);
          deliveries.prepare(subject, false);
          // Made ready, it has not begun.
          assert.equal(deliveries.latest(subject), last);
          latest.set(key, deliveries.add(last));
          keyOf.push(key);
        }
        for (const end = Math.min(keyOf.length, finished + done); finished < end; finished++) {
          const key = keyOf[finished] as bigint;
          deliveries.delivered(finished);
          deliveries.done(finished, true);
          if (latest.get(key) === finished) latest.delete(key);
        }
        for (const key of new Set(keyOf)) assert.equal(deliveries.latest(subjectOf(key, undefined)), latest.get(key) ?? -1);
      }
    }),
    { numRuns: runs(200) },
  );
});
