import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Applied } from '../../../lib/sandbox/options.ts';
import { Attributes } from '../../../lib/sandbox/workspace/attributes.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';
import { assertTaken, identify, start } from '../../support/sandbox.ts';

test('attributes merge; null and "" remove', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(
    identify({ id: 1 }, { a: 1, b: 2, c: 3, d: { e: null } }),
    identify({ id: '1' }, { a: 'new', b: null, c: '', _update: false }),
  );
  assert.equal(sandbox.state().people.length, 1);
  assert.deepEqual(sandbox.person('id', '1')?.attributes, { a: 'new', d: { e: null } });
});

test('names of every object are ordinary attributes', async (t) => {
  const sandbox = await start(t);
  const [head, tail] = ['{"type":"person","action":"identify","identifiers":{"id":"p"},"attributes":', '}'];
  assertTaken(await sandbox.post('/api/v2/entity', `${head}{"__proto__":"x","constructor":"y","toString":1}${tail}`));
  const { text } = await sandbox.get('/state');
  assert.match(text, /"attributes":\{"__proto__":"x","constructor":"y","toString":1\}/);
});

test('every digit is kept, up to GET /state and onApply', async (t) => {
  const heard: Applied[] = [];
  const sandbox = await start(t, { onApply: (applied) => heard.push(applied) });
  const attributes = '{"n":12345678901234567890,"m":0.1000000000000000055,"list":[9007199254740993]}';
  const item = `{"type":"person","action":"identify","identifiers":{"id":98765432109876543210},"attributes":${attributes}}`;
  assertTaken(await sandbox.post('/api/v2/batch', `{"batch":[ ${item} ]}`));
  const { text } = await sandbox.get('/state');
  assert.ok(text.includes(`"attributes":${attributes}`), text);
  assert.ok(text.includes('"id":98765432109876543210'), text);
  assert.equal(String(sandbox.person('id', '98765432109876543210')?.attributes.n), '12345678901234567890');
  assert.deepEqual(
    heard.map(({ text: raw, outcome }) => [raw, outcome]),
    [[item, 'applied']],
  );
});

test('an older timestamp never overwrites a newer one, per attribute', async (t) => {
  const sandbox = await start(t, { clock: new FakeClock() });
  const at = (timestamp: number | undefined, attributes: object): object => identify({ id: 1 }, attributes, { timestamp });
  await sandbox.batch(at(200, { a: 'new', gone: null, email: 'new@example.com' }));
  await sandbox.batch(at(100, { a: 'old', b: 'old', gone: 'back', email: 'old@example.com' }), at(200, { c: 1 }), at(200, { c: 2 }));
  const { attributes, email } = sandbox.person('id', '1') ?? {};
  assert.deepEqual([attributes, email], [{ a: 'new', b: 'old', c: 2 }, 'new@example.com']);
  // No time, one in the future and milliseconds are the time of arrival.
  await sandbox.batch(at(undefined, { a: 1 }), at(100, { a: 2 }), at(1_900_000_000_000, { b: 1 }), at(4_000_000_000, { c: 3 }));
  await sandbox.batch(at(undefined, { c: 4 }), at(-1, { b: 2 }));
  assert.deepEqual(sandbox.person('id', '1')?.attributes, { a: 1, b: 2, c: 4 });
});

test('law: in whatever order updates arrive, the newest of each attribute counts', () => {
  const update = fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y', null, ''), fc.nat(9));
  const updates = fc.uniqueArray(update, { selector: ([name, , at]) => `${name} ${at}` });
  fc.assert(
    fc.property(
      updates.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const held = new Attributes();
        for (const [name, value, at] of shuffled) held.set(name, value, at);
        const newest = [...all].sort((one, two) => one[2] - two[2]);
        const expected = Object.entries(Object.fromEntries(newest)).filter(([, value]) => value);
        assert.deepEqual(new Map(Object.entries(held.toObject())), new Map(expected));
      },
    ),
    { numRuns: runs(500) },
  );
});
