import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingDelivery } from '../../lib/dedupe/pending-delivery.ts';
import { mostMemory } from '../support/read-all.ts';

const person = (value: bigint | undefined) => ({ key: 1n, value, reason: 'unchanged' as const });

/** Deliveries to one person, each after the one before, all in one batch. */
function inBatch(...values: (bigint | undefined)[]): PendingDelivery[] {
  const deliveries: PendingDelivery[] = [];
  for (const value of values) deliveries.push(new PendingDelivery(person(value), deliveries.at(-1), false));
  for (const delivery of deliveries) delivery.waitsIn(1);
  return deliveries;
}

const asked = (deliveries: PendingDelivery[]): string[] => deliveries.map((delivery) => delivery.ask());

test('a repeat waits for the first, and is skipped only when the API took that', () => {
  const [first, second, third] = inBatch(5n, 5n, 5n) as [PendingDelivery, PendingDelivery, PendingDelivery];
  assert.deepEqual(asked([first, second, third]), ['send', 'wait', 'wait']);
  first.delivered();
  assert.deepEqual(asked([second, third]), ['unchanged', 'unchanged']);
  const [refused, repeat, next] = inBatch(5n, 5n, 5n) as [PendingDelivery, PendingDelivery, PendingDelivery];
  refused.rejected();
  assert.deepEqual(asked([repeat, next]), ['send', 'wait']);
  repeat.delivered();
  assert.equal(next.ask(), 'unchanged');
});

test('a repeat that something else follows does not wait: it would come too late', () => {
  assert.deepEqual(asked(inBatch(5n, 5n, 6n)), ['send', 'send', 'send']);
  assert.deepEqual(asked(inBatch(5n, 5n, undefined)), ['send', 'send', 'send']);
});

test('A, B, A: the last A is sent, whatever A was before', () => {
  const [first, second, third] = inBatch(5n, 6n, 5n) as [PendingDelivery, PendingDelivery, PendingDelivery];
  assert.deepEqual(asked([first, second, third]), ['send', 'send', 'send']);
  first.delivered();
  second.delivered();
  assert.equal(third.ask(), 'send');
});

test('nothing waits for what is in another batch', () => {
  const [first, second] = inBatch(5n, 5n) as [PendingDelivery, PendingDelivery];
  second.waitsIn(2);
  assert.equal(second.ask(), 'send');
  first.delivered();
  assert.equal(second.ask(), 'unchanged');
});

test('after something that leaves nothing, everything is sent', () => {
  const [first, second, third] = inBatch(5n, undefined, 5n) as [PendingDelivery, PendingDelivery, PendingDelivery];
  first.delivered();
  second.delivered();
  assert.equal(third.ask(), 'send');
  assert.equal(second.deliveredValue, undefined);
});

test('a long row of deliveries to one person keeps no memory of those that have their outcome', async () => {
  let last: PendingDelivery | undefined;
  let n = 0n;
  const most = await mostMemory(25_000, () => {
    const delivery: PendingDelivery = new PendingDelivery(person(n++), last, false);
    last?.delivered();
    last = delivery;
  });
  assert.ok(most < 2_500_000, `${most} bytes`);
});
