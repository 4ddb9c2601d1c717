import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../support/fake-clock.ts';
import { assertTaken, event, start } from '../../support/sandbox.ts';

const ULID = '01J9ZK3Q5W7X8Y9Z0A1B2C3D4E';

test('an event creates its person, keeps its data apart, and loses a time that is none', async (t) => {
  const clock = new FakeClock();
  const sandbox = await start(t, { clock });
  await sandbox.batch(
    event({ id: 1 }, ' bought ', { timestamp: 1_600_000_000, attributes: { total: 5, email: 'x@example.com' } }),
    { ...event({ id: 1 }, '/home'), action: 'page' },
    { ...event({ id: 1 }, 'late', { timestamp: 1_600_000_000_000 }), action: 'screen' },
  );
  const { events, people } = sandbox.state();
  assert.deepEqual(people[0]?.attributes, {});
  assert.deepEqual([people[0]?.id, people[0]?.email, people[0]?.events], [1, undefined, 3]);
  const now = clock.wall() / 1000;
  assert.deepEqual(
    events.map(({ kind, name, timestamp, attributes }) => [kind, name, timestamp, attributes]),
    [
      ['event', 'bought', 1_600_000_000, { total: 5, email: 'x@example.com' }],
      ['page', '/home', now, {}],
      ['screen', 'late', now, {}],
    ],
  );
});

test('a ULID counts once, in either case; what is no ULID counts again', async (t) => {
  const sandbox = await start(t);
  const send = (id: string): object => event({ id: 1 }, 'bought', { id });
  assertTaken(await sandbox.batch(send(ULID), send('order-1'), send(ULID)));
  assertTaken(await sandbox.batch(send(ULID.toLowerCase()), send('order-1'), event({ id: 1 }, 'bought')));
  const { counts, people, events } = sandbox.state();
  assert.deepEqual([counts.events, counts.duplicates, people[0]?.events, events.length], [4, 2, 4, 4]);
});

test('switch: dedupe', async (t) => {
  const sandbox = await start(t, { dedupe: 'any' });
  for (const id of ['order-1', 'order-1', 'ORDER-1']) assertTaken(await sandbox.batch(event({ id: 1 }, 'bought', { id })));
  assert.deepEqual([sandbox.state().counts.events, sandbox.state().counts.duplicates], [2, 1]);
});

test('keepEvents: the newest stay, all are counted, and a repeat is still one', async (t) => {
  const ulid = (n: number): string => `01J9ZK3Q5W7X8Y9Z0A1B2C${String(n).padStart(4, '0')}`;
  for (const keepEvents of [0, 3]) {
    const sandbox = await start(t, { keepEvents });
    const all = Array.from({ length: 10 }, (_, n) => event({ id: 1 }, `e${n}`, { id: ulid(n) }));
    await sandbox.batch(...all, ...all);
    const { counts, events } = sandbox.state();
    assert.deepEqual([counts.events, counts.duplicates], [10, 10]);
    assert.deepEqual(
      events.map(({ name }) => name),
      ['e7', 'e8', 'e9'].slice(3 - keepEvents),
    );
  }
});

test('delivery events are kept', async (t) => {
  const sandbox = await start(t);
  const attributes = { device_token: 'abc' };
  assertTaken(await sandbox.batch({ type: 'delivery', action: 'event', identifiers: { id: 'd1' }, name: 'opened', attributes }));
  assert.deepEqual(sandbox.state().deliveries, [{ identifiers: { id: 'd1' }, name: 'opened', attributes }]);
});
