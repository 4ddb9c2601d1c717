/** What the comparison counts, and the inputs that it counts in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badEvents, events, exactEvents, hugeEvent, type Input, updates } from '../../bench/comparison/inputs.ts';
import { secondsIn } from '../../bench/comparison/measure.ts';
import { rowIn, Tally } from '../../bench/comparison/tally.ts';
import { COMPARISON_TABLES } from '../../bench/page/comparison.ts';
import { readResults } from '../../bench/page/results.ts';

const applied = (row: number, who = `person.${row}@example.com`, more = '') => ({
  text: `{"type":"person","action":"event","identifiers":{"email":"${who}"},"timestamp":${1_760_000_000 + row},"attributes":{"row":${row}${more}}}`,
  outcome: 'applied' as const,
});

const request = (bytes: number) => ({ id: 1, at: '', method: 'POST', path: '/api/v2/batch', bytes, refused: 0, ms: 1, headers: {} });

test('a row is delivered once or twice, handed back, or lost; not sent if the tool says that it has failed', () => {
  const tally = new Tally(events(6).expected);
  for (const row of [0, 1, 1]) tally.hear(applied(row));
  tally.hear({ ...applied(0), outcome: 'duplicate' as never });
  assert.equal(tally.delivered, 2);
  const { rows, delivered, twice, handedBack, lost, unsent, overLimit } = tally.end(6, new Set([3]), false, [
    request(500_000),
    request(500_001),
  ]);
  assert.deepEqual(
    { rows, delivered, twice, handedBack, lost, unsent, overLimit },
    { rows: 6, delivered: 2, twice: 1, handedBack: 1, lost: 3, unsent: 0, overLimit: 1 },
  );
  const failed = tally.end(6, new Set([3]), true, []);
  assert.deepEqual([failed.lost, failed.unsent], [0, 3]);
});

test('an update after a newer one is overtaken, and a person whose last one is not the newest is stale', () => {
  const tally = new Tally(updates(10, 2).expected);
  for (const [row, who] of [
    [0, 0],
    [4, 0],
    [2, 0],
    [1, 1],
    [3, 1],
  ] as const)
    tally.hear(applied(row, `person.${who}@example.com`));
  const { overtaken, stale, people } = tally.end(10, new Set(), false, []);
  assert.deepEqual({ overtaken, stale, people }, { overtaken: 1, stale: 1, people: 2 });
});

test('a value that is not that of the row is wrong', () => {
  const tally = new Tally(exactEvents(100).expected);
  const ids = [0, 1, 2].map((row) => String(1_790_000_000_000_000_001n + BigInt(row)));
  const text = (row: number, id: string | undefined, order: bigint, time = 1_760_000_000 + row): string =>
    `{"id":"01J","identifiers":{"id":"${id}"},"timestamp":${time},"attributes":{"row":${row},"order":${order}}}`;
  const orderOf = (row: number): bigint => 1_790_000_000_000_000_101n + BigInt(row);
  tally.hear({ text: text(0, ids[0], orderOf(0)), outcome: 'applied' });
  tally.hear({ text: text(1, ids[0], orderOf(1)), outcome: 'applied' });
  tally.hear({ text: text(2, ids[2], orderOf(2) + 1n), outcome: 'applied' });
  tally.hear({ text: text(25, String(BigInt(ids[0] ?? 0) + 25n), orderOf(25)), outcome: 'applied' });
  const { wrong, people } = tally.end(100, new Set(), false, []);
  assert.deepEqual({ wrong, people }, { wrong: 3, people: 3 });
});

test('each input: rows that are to arrive can be read as they are, the others are as bad as they are said to be', () => {
  const badOf = (input: Input): number[] => [...Array(input.rows).keys()].filter((row) => input.expected(row) === undefined);
  for (const input of [events(300), badEvents(1_000), hugeEvent(300), exactEvents(300), updates(300, 7)])
    for (let row = 0; row < input.rows; row++) {
      const line = input.lineOf(row);
      assert.equal(rowIn(line), row);
      assert.equal(rowIn(JSON.stringify({ reason: '', row: line })), row, 'also as text within JSON');
      if (input.expected(row) !== undefined)
        assert.equal(typeof JSON.parse(line)[input.identifier], input.identifier === 'id' ? 'number' : 'string');
    }
  assert.deepEqual(
    [events(300), updates(300, 7), hugeEvent(300)].map((input) => badOf(input).length),
    [0, 0, 1],
  );
  assert.equal(badOf(badEvents(1_000)).length, 10);
  assert.equal(badOf(exactEvents(300)).length, 6);
});

test('what the shell says of its children is user and system time', () => {
  assert.equal(secondsIn('0m0.00s 0m0.01s\n1m2.50s 0m0.25s\n'), 62.75);
});

test('tables without results say so, and those of the README stay small', () => {
  for (const make of Object.values(COMPARISON_TABLES)) assert.match(make({}), /not measured|–/);
  assert.ok(Buffer.byteLength(COMPARISON_TABLES.comparison?.(readResults()) ?? '') <= 1_600);
});
