import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingDeliveries } from '../../lib/dedupe/pending-deliveries.ts';
import { mostMemory } from '../support/read-all.ts';
import { subjectOf } from '../support/subject.ts';

const person = (value: bigint | undefined) => subjectOf(1n, value);

/** Deliveries to one person, each after the one before, all in one batch; the first has the number 0. */
function inBatch(...values: (bigint | undefined)[]): PendingDeliveries {
  const deliveries = new PendingDeliveries();
  for (const value of values) {
    deliveries.prepare(person(value), false);
    deliveries.waitsIn(deliveries.add(deliveries.next - 1), 1);
  }
  return deliveries;
}

const asked = (deliveries: PendingDeliveries, ...which: number[]): string[] => which.map((delivery) => deliveries.ask(delivery));

test('a repeat waits for the first, and is skipped only when the API took that', () => {
  const taken = inBatch(5n, 5n, 5n);
  assert.deepEqual(asked(taken, 0, 1, 2), ['send', 'wait', 'wait']);
  taken.delivered(0);
  assert.deepEqual(asked(taken, 1, 2), ['unchanged', 'unchanged']);
  const refused = inBatch(5n, 5n, 5n);
  refused.rejected(0);
  assert.deepEqual(asked(refused, 1, 2), ['send', 'wait']);
  refused.delivered(1);
  assert.equal(refused.ask(2), 'unchanged');
});

test('a repeat that something else follows does not wait: it would come too late', () => {
  assert.deepEqual(asked(inBatch(5n, 5n, 6n), 0, 1, 2), ['send', 'send', 'send']);
  assert.deepEqual(asked(inBatch(5n, 5n, undefined), 0, 1, 2), ['send', 'send', 'send']);
});

test('A, B, A: the last A is sent, whatever A was before', () => {
  const deliveries = inBatch(5n, 6n, 5n);
  assert.deepEqual(asked(deliveries, 0, 1, 2), ['send', 'send', 'send']);
  deliveries.delivered(0);
  deliveries.delivered(1);
  assert.equal(deliveries.ask(2), 'send');
});

test('nothing waits for what is in another batch', () => {
  const deliveries = inBatch(5n, 5n);
  deliveries.waitsIn(1, 2);
  assert.equal(deliveries.ask(1), 'send');
  deliveries.delivered(0);
  assert.equal(deliveries.ask(1), 'unchanged');
});

test('after something that leaves nothing, everything is sent', () => {
  const deliveries = inBatch(5n, undefined, 5n);
  deliveries.delivered(0);
  deliveries.delivered(1);
  assert.equal(deliveries.ask(2), 'send');
  assert.equal(deliveries.hasDelivered(1), false);
});

test('a repeat still learns of the first when that is committed already', () => {
  const deliveries = inBatch(5n, 5n);
  deliveries.waitsIn(1, 2);
  deliveries.delivered(0);
  deliveries.done(0, true);
  for (let n = 0; n < 5_000; n++) {
    deliveries.prepare(subjectOf(2n, 9n), false);
    deliveries.done(deliveries.add(-1), true);
  }
  assert.equal(deliveries.ask(1), 'unchanged');
});

test('one that is dropped is asked as before, until it has its outcome', () => {
  const deliveries = inBatch(5n, 5n);
  for (const delivery of [0, 1]) deliveries.done(delivery, false);
  assert.deepEqual(asked(deliveries, 0, 1), ['send', 'wait']);
  deliveries.delivered(0);
  assert.equal(deliveries.ask(1), 'unchanged');
});

test('of a delivery that got lost and was committed, nothing is said about another in its memory', () => {
  const deliveries = inBatch(5n);
  deliveries.done(0, true);
  // As many more as there is memory for, so that one lies where the first lay.
  for (let n = 0; n < 1_024; n++) {
    deliveries.prepare(subjectOf(BigInt(n + 2), 7n), false);
    deliveries.add(-1);
  }
  deliveries.delivered(0);
  assert.equal(deliveries.ask(0), 'send');
  for (let delivery = 1; delivery <= 1_024; delivery++) assert.equal(deliveries.hasDelivered(delivery), false);
});

test('when memory for more is needed, nothing is mixed up', () => {
  const deliveries = new PendingDeliveries();
  for (let n = 0; n < 10_000; n++) {
    deliveries.prepare(subjectOf(BigInt(n), BigInt(2 * n), 'duplicate'), n % 3 === 0);
    const delivery = deliveries.add(-1);
    assert.equal(delivery, n);
    if (n % 2 === 0) deliveries.delivered(delivery);
    // Some are done, so that the ring does not begin at its beginning.
    if (n < 700) deliveries.done(delivery, true);
  }
  for (let n = 700; n < 10_000; n++) {
    const [same, other] = [subjectOf(BigInt(n), BigInt(2 * n)), subjectOf(BigInt(n), BigInt(2 * n + 1))];
    assert.deepEqual([deliveries.key(n), deliveries.mustForget(n)], [BigInt(n), n % 3 === 0]);
    assert.equal(deliveries.hasDeliveredSame(n, same), n % 2 === 0);
    assert.equal(deliveries.hasDeliveredSame(n, other), false);
    assert.equal(deliveries.latest(same), n);
  }
});

test('a long row of deliveries to one person keeps no memory of those that have their outcome', async () => {
  const deliveries = new PendingDeliveries();
  let last = -1;
  let n = 0n;
  const most = await mostMemory(25_000, () => {
    deliveries.prepare(person(n++), false);
    const delivery = deliveries.add(last);
    if (last >= 0) {
      deliveries.delivered(last);
      deliveries.done(last, true);
    }
    last = delivery;
  });
  assert.ok(most < 2_500_000, `${most} bytes`);
});
