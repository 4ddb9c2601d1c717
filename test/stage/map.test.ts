import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Entry } from '../../lib/record/entry.ts';
import { type Origin, originOf, withOrigin } from '../../lib/record/origin.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { type MapResult, map } from '../../lib/stage/map.ts';
import { originFrom } from '../support/flat-origin.ts';
import { GetterDocument, JsonDocument } from '../support/mapper-documents.ts';

type Row = Record<string, unknown>;
const row = (n: number): Row => withOrigin({ n }, originFrom({ source: 's', line: n, raw: `{"n":${n}}`, eventId: 'E' }));
const run = (rows: object[], fn: (record: Row) => MapResult | Promise<MapResult>): Promise<unknown[]> =>
  Readable.from(rows).pipe(map(fn)).toArray();

test('changes a record and keeps where it came from, also where the function forgets it', async () => {
  const [spread, fresh] = (await run([row(1), row(2)], (r) => (r.n === 1 ? { ...r, a: 1 } : { b: 2 }))) as [Row, Row];
  assert.deepEqual({ ...spread }, { ...row(1), a: 1 });
  assert.equal(originOf(fresh)?.line, 2);
});

test('async results keep the order', async () => {
  const out = await run([row(30), row(1), row(10)], async (r) => {
    await sleep(Number(r.n));
    return r;
  });
  assert.deepEqual(
    out.map((r) => (r as Row).n),
    [30, 1, 10],
  );
});

test('drops become skips, so that the count adds up', async () => {
  const out = await run([row(1), row(2), row(3), row(4)], (r) => [null, undefined, [], r][Number(r.n) - 1] as MapResult);
  assert.deepEqual(
    out.map((element) => (element instanceof Skipped ? element.reason : 'record')),
    ['filtered', 'filtered', 'filtered', 'record'],
  );
});

test('a function may reject its row with words of its own, or skip it', async () => {
  const cause = { reason: 'invalid', field: 'n', message: 'is odd', stage: 'even' } as const;
  const out = await run([row(1), row(2), row(3)], (r) => [new Rejection(cause, r), r, new Skipped('filtered', r)][Number(r.n) - 1]);
  const [rejection, , skipped] = out as [Rejection, Row, Skipped];
  assert.deepEqual([rejection.cause, rejection.origin?.line, rejection.origin?.raw], [cause, 1, '{"n":1}']);
  assert.deepEqual([skipped.reason, skipped.origin?.line], ['filtered', 3]);
});

test('one to many: parts have numbers of their own, and do not share the id of an earlier run', async () => {
  const out = await run([row(7)], (r) => [{ ...r, part: 'a' }, { ...r, part: 'b' }, r]);
  assert.deepEqual(
    out.map((r) => originOf(r)?.part),
    [0, 1, 2],
  );
  assert.deepEqual(
    out.map((r) => originOf(r)?.eventId),
    [undefined, undefined, undefined],
  );
  assert.ok(out.every((r) => originOf(r)?.line === 7));
});

test('a failing function rejects its record and stops nothing', async () => {
  const out = await run([row(1), row(2), row(3), row(4)], (r) => {
    if (r.n === 1) throw new TypeError('no n');
    if (r.n === 2) return Promise.reject(new Error('later'));
    return r.n === 3 ? ('text' as unknown as object) : r;
  });
  const [first, second, third, fourth] = out;
  assert.ok(first instanceof Rejection && second instanceof Rejection && third instanceof Rejection);
  assert.match(first.cause.message, /TypeError: no n/);
  assert.match(second.cause.message, /later/);
  assert.match(third.cause.message, /returned a string, not a record/);
  assert.equal(originOf(fourth)?.line, 4);
});

test('other elements go by; entries are a mistake in the pipeline', async () => {
  const others = [
    new Rejection({ reason: 'malformed', message: '', stage: 'x' }, undefined),
    new Skipped('duplicate', {}),
    new Checkpoint(1),
  ];
  assert.deepEqual(await run(others, () => assert.fail('called')), others);
  await assert.rejects(
    run([new Entry({}, '{}', {}, undefined)], (r) => r),
    /put it before validate\(\)/,
  );
  assert.throws(() => map(undefined as never), /needs a function/);
});

test('async generators and thenables of any kind', async () => {
  const twice = await run([row(1)], async function* (r) {
    yield { ...r, part: 'a' };
    yield { ...r, part: 'b' };
  });
  assert.deepEqual(
    twice.map((r) => [(r as Row).n, (r as Row).part]),
    [
      [1, 'a'],
      [1, 'b'],
    ],
  );
  // biome-ignore lint/suspicious/noThenProperty: a promise of another library
  const [later] = await run([row(2)], (r) => ({ then: (done: (value: Row) => void) => done({ ...r, late: true }) }));
  assert.equal((later as Row).late, true);
  const [broken] = await run([row(3)], async function* () {
    yield* [];
    throw new Error('half-way');
  });
  assert.ok(broken instanceof Rejection);
  assert.match(broken.cause.message, /half-way/);
});

test('whatever is thrown rejects its record and nothing else', async () => {
  const nothing = Object.create(null);
  const fail = (r: Row): Row => {
    if (r.n === 1) throw nothing;
    return r;
  };
  for (const fn of [fail, async (r: Row) => fail(r)]) {
    const [first, second] = await run([row(1), row(2)], fn);
    assert.ok(first instanceof Rejection);
    assert.match(first.cause.message, /^the function failed: /);
    assert.equal((second as Row).n, 2);
  }
});

test('an object that is copied, since it is frozen or shared, is not copied with its insides', async () => {
  const frozen = Object.freeze(new JsonDocument({ email: 'a@b.c' }));
  const [said, silent, again] = await run(
    [row(1), row(2), row(3)],
    (r) => [frozen, Object.freeze(new GetterDocument({})), [r, r]][Number(r.n) - 1] as object,
  );
  assert.deepEqual({ ...(said as Row) }, withOrigin({ email: 'a@b.c' }, originOf(said) as Origin));
  assert.equal(originOf(said)?.line, 1);
  assert.match(silent instanceof Rejection ? silent.cause.message : '', /the record is a GetterDocument, not plain data/);
  assert.equal((again as Row).n, 3);
});

test('one object given twice, or again for a later row, is a row of its own each time', async () => {
  const twice = await run([row(7)], (r) => {
    const copy = { ...r, a: 1 };
    return [copy, copy];
  });
  assert.deepEqual(
    twice.map((r) => originOf(r)?.part),
    [0, 1],
  );
  const kept: Row = {};
  const out = await run([row(1), row(2), row(3)], (r) => Object.assign(kept, r));
  assert.deepEqual(
    out.map((r) => [(r as Row).n, originOf(r)?.line]),
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  );
});

test('what holds something that is not a record rejects its row once, and nothing of it passes', async () => {
  const odd = [new Map([['a', 1]]), Buffer.from('abc'), new Uint8Array(2), Object('abc'), [{ a: 1 }, 'b', null], [[{ a: 1 }]]];
  const out = await run(
    odd.map((_, index) => row(index)),
    (r) => odd[Number(r.n)] as object,
  );
  assert.equal(out.length, odd.length);
  for (const element of out) {
    assert.ok(element instanceof Rejection);
    assert.match(element.cause.message, /something that is not a record/);
  }
});

test('the parts of a part have numbers of their own, too', async () => {
  const split = (r: Row): Row[] => [
    { ...r, a: 1 },
    { ...r, a: 2 },
  ];
  const out = await Readable.from([row(7)])
    .pipe(map(split))
    .pipe(map(split))
    .toArray();
  assert.equal(new Set(out.map((r) => originOf(r)?.part)).size, 4);
});

test('of a row read from rejects only the part is made again that was rejected, with the id of the first time', async () => {
  const split = (r: Row): Row[] => [
    { ...r, a: 1 },
    { ...r, a: 2 },
  ];
  const first = await Readable.from([row(7)])
    .pipe(map(split))
    .pipe(map(split))
    .toArray();
  const wanted = originOf(first[2])?.part as number;
  const rejected = (part: number): Row => withOrigin({ n: 7 }, originFrom({ source: 's', line: 7, eventId: 'E', part, wanted: part }));
  const out = await Readable.from([rejected(wanted)])
    .pipe(map(split))
    .pipe(map(split))
    .toArray();
  assert.deepEqual(
    out.map((r) => [(r as Row).a, originOf(r)?.part, originOf(r)?.eventId, originOf(r)?.wanted]),
    [[(first[2] as Row).a, wanted, 'E', undefined]],
  );
  const [zero] = await run([rejected(0)], split);
  assert.deepEqual([(zero as Row).a, originOf(zero)?.eventId], [1, 'E']);
  const [fewer] = await run([rejected(2)], split);
  assert.match(fewer instanceof Rejection ? fewer.cause.message : '', /now returns fewer records/);
  assert.equal((fewer as Rejection).origin?.part, 2);
});
