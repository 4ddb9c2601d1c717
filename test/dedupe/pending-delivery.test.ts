import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingDelivery } from '../../lib/dedupe/pending-delivery.ts';
import { mostMemory } from '../support/read-all.ts';

const person = (value: bigint | undefined) => ({ key: 1n, value, reason: 'unchanged' as const });
const identify = (attributes: object) => ({ type: 'person', action: 'identify', attributes });

/** Claims about one person, each after the one before, all in one batch. */
function inBatch(...values: (bigint | undefined)[]): PendingDelivery[] {
  const claims: PendingDelivery[] = [];
  for (const value of values) claims.push(new PendingDelivery(person(value), claims.at(-1)));
  for (const claim of claims) claim.waitsIn(1);
  return claims;
}

const asked = (claims: PendingDelivery[]): string[] => claims.map((claim) => claim.ask());

test('a repeat waits for the first, and is skipped only when the API took that', () => {
  const [first, second, third] = inBatch(5n, 5n, 5n) as [PendingDelivery, PendingDelivery, PendingDelivery];
  assert.deepEqual(asked([first, second, third]), ['send', 'later', 'later']);
  first.delivered();
  assert.deepEqual(asked([second, third]), ['unchanged', 'unchanged']);
  const [refused, repeat, next] = inBatch(5n, 5n, 5n) as [PendingDelivery, PendingDelivery, PendingDelivery];
  refused.rejected();
  assert.deepEqual(asked([repeat, next]), ['send', 'later']);
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
  assert.ok(!second.leaves(undefined));
});

/** Identifies that may stand in for each other. */
function updates(...bags: object[]): PendingDelivery[] {
  const claims: PendingDelivery[] = [];
  for (const [n, bag] of bags.entries()) claims.push(new PendingDelivery(person(BigInt(n + 1)), claims.at(-1), identify(bag)));
  for (const claim of claims) claim.waitsIn(1);
  return claims;
}

test('collapse: the last of a row is sent; when it is refused, the one before', () => {
  const [one, two, three] = updates({ a: 1 }, { a: 2 }, { a: 3 }) as [PendingDelivery, PendingDelivery, PendingDelivery];
  assert.deepEqual(asked([one, two, three]), ['later', 'later', 'send']);
  three.delivered();
  assert.deepEqual(asked([one, two]), ['collapsed', 'collapsed']);
  const [first, second, third] = updates({ a: 1 }, { a: 2 }, { a: 3 }) as [PendingDelivery, PendingDelivery, PendingDelivery];
  asked([first, second, third]);
  third.rejected();
  assert.deepEqual(asked([first, second]), ['later', 'send']);
  second.delivered();
  assert.equal(first.ask(), 'collapsed');
});

test('collapse: none is left out that something else follows, and none whose stand-in is in another batch', () => {
  assert.deepEqual(asked(updates({ a: 1 }, { a: 2 }, { b: 3 })), ['send', 'send', 'send']);
  const [one, two] = updates({ a: 1 }, { a: 2 }) as [PendingDelivery, PendingDelivery];
  one.bar();
  assert.deepEqual(asked([one, two]), ['send', 'send']);
  const [first, second] = updates({ a: 1 }, { a: 2 }) as [PendingDelivery, PendingDelivery];
  second.waitsIn(2);
  assert.equal(first.ask(), 'send');
});

test('a long row of claims about one person keeps no memory of those that are settled', async () => {
  let last: PendingDelivery | undefined;
  let n = 0n;
  const most = await mostMemory(25_000, () => {
    const claim: PendingDelivery = new PendingDelivery(person(n++), last, identify({ a: String(n) }));
    last?.delivered();
    last = claim;
  });
  assert.ok(most < 2_500_000, `${most} bytes`);
});
