import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PendingState, StateBudget } from '../../../lib/airbyte/sync/pending-state.ts';
import { Streams } from '../../../lib/airbyte/sync/streams.ts';

const plan = {
  name: 'people',
  namespace: undefined,
  object: 'person_identify',
  mode: 'append',
  primaryKey: [],
  cursor: undefined,
} as const;

function intervals(
  counts: [read: number, rejected: number][],
): PendingState['released'] extends () => string ? ReturnType<Streams['nextIntervals']> : never {
  return counts.map(([read, rejected]) => {
    const [interval] = new Streams([plan]).nextIntervals(undefined);
    assert.ok(interval);
    return Object.assign(interval, { read, rejected });
  });
}

test('comes out as it came in, plus the stats as doubles', () => {
  const text = '{"type":"STATE","state":{"id":7,"data":{"lsn":12345678901234567890,"x" : 1.50},"unknown":[null]},"other":"}"}';
  assert.equal(
    new PendingState(text, intervals([[10, 1]])).released(),
    '{"type":"STATE","state":{"id":7,"data":{"lsn":12345678901234567890,"x" : 1.50},"unknown":[null],"destinationStats":{"recordCount":9.0,"rejectedRecordCount":1.0}},"other":"}"}',
  );
});

test('stats that were there are replaced; an empty state gets no stray comma', () => {
  const stats = '"destinationStats":{"recordCount":0.0,"rejectedRecordCount":0.0}';
  assert.equal(new PendingState('{"state":{"destinationStats":null,"a":1}}', []).released(), `{"state":{${stats},"a":1}}`);
  assert.equal(new PendingState('{"state":{ }}', []).released(), `{"state":{ ${stats}}}`);
  assert.equal(new PendingState('{"state":{"a":{} }}', []).released(), `{"state":{"a":{} ,${stats}}}`);
});

test('a STATE of several streams counts them all, as late as it is released', () => {
  const both = intervals([
    [2, 0],
    [3, 1],
  ]);
  const state = new PendingState('{"state":{"a":1}}', both);
  if (both[0]) both[0].rejected = 2;
  assert.match(state.released(), /"recordCount":2\.0,"rejectedRecordCount":3\.0/);
});

test('the budget lets a source wait for what is pending, and continue', async () => {
  const budget = new StateBudget();
  const large = new PendingState(`{"state":{"x":"${'y'.repeat(40 * 1024 * 1024)}"}}`, []);
  budget.add(new PendingState('{"state":{}}', []));
  assert.equal(budget.drained(), undefined);
  budget.add(large);
  const waiting = budget.drained();
  assert.ok(waiting);
  assert.equal(budget.drained(), waiting);
  budget.remove(large);
  await waiting;
  assert.equal(budget.drained(), undefined);
});
