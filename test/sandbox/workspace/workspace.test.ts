import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Applied } from '../../../lib/sandbox/options.ts';
import type { SandboxPerson } from '../../../lib/sandbox/state.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { assertTaken, event, identify, person, start } from '../../support/sandbox.ts';

const ULID = '01J9ZK3Q5W7X8Y9Z0A1B2C3D4E';
const ACME = { object_type_id: '1', object_id: 'acme' };
const object = (action: string, more: object = {}, identifiers: object = ACME): object => ({
  type: 'object',
  action,
  identifiers,
  ...more,
});

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

test('one person by several identifiers', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(identify({ id: 'u1' }, { email: 'Ada@Example.com', phone: '+31612345678', plan: 'free' }));
  await sandbox.batch(
    identify({ email: ' ada@example.COM' }, { plan: 'pro' }),
    identify({ phone: '+31612345678' }, { city: 'Wien' }),
    identify({ cio_id: sandbox.state().people[0]?.cio_id }, { seen: true }),
    identify({ id: 'U1' }, { other: true }),
  );
  const [ada, other] = sandbox.state().people;
  assert.deepEqual(
    { ...ada, cio_id: undefined },
    {
      cio_id: undefined,
      id: 'u1',
      email: 'Ada@Example.com',
      phone: '+31612345678',
      attributes: { plan: 'pro', city: 'Wien', seen: true },
      devices: [],
      events: 0,
    },
  );
  assert.equal(other?.id, 'U1');
});

test('an identifier of somebody else is not taken away; a changed one lets the old go', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(
    identify({ id: 'a' }, { email: 'a@example.com' }),
    identify({ id: 'b' }, { email: 'A@example.com', plan: 'x' }),
    identify({ id: 'c' }, { email: 'old@example.com' }),
    identify({ id: 'c' }, { email: 'new@example.com' }),
    identify({ email: 'old@example.com' }),
    identify({ id: 'd' }, { email: 'd@example.com' }),
    identify({ id: 'd' }, { email: '' }),
  );
  assert.equal(sandbox.person('id', 'a')?.email, 'a@example.com');
  assert.equal(sandbox.person('id', 'b')?.email, undefined);
  assert.deepEqual(sandbox.person('id', 'b')?.attributes, { plan: 'x' });
  assert.equal(sandbox.person('id', 'c')?.email, 'new@example.com');
  assert.equal(sandbox.person('email', 'old@example.com')?.id, undefined);
  assert.equal(sandbox.person('id', 'd')?.email, undefined);
  assert.equal(sandbox.state().people.length, 5);
});

test('an identify by id claims the person without an id who has its email: one person, the same cio_id', async (t) => {
  for (const flag of [{}, { _update: true }]) {
    const sandbox = await start(t);
    await sandbox.batch(
      identify({ email: 'ada@example.com' }, { plan: 'free', city: 'Wien' }),
      event({ email: 'ada@example.com' }, 'bought'),
    );
    const cioId = sandbox.person('email', 'ada@example.com')?.cio_id;
    assertTaken(await sandbox.batch(identify({ id: 7 }, { email: 'Ada@Example.com', plan: 'pro', ...flag })));
    const { people } = sandbox.state();
    assert.equal(people.length, 1);
    const [{ cio_id, id, email, attributes, events }] = people as [SandboxPerson];
    assert.deepEqual([cio_id, String(id), email], [cioId, '7', 'Ada@Example.com']);
    assert.deepEqual([attributes, events], [{ plan: 'pro', city: 'Wien' }, 1]);
    // Both names lead there from now on, and a second id does not.
    await sandbox.batch(
      identify({ id: '7' }, { a: 1 }),
      identify({ email: 'ada@example.com' }, { b: 2 }),
      identify({ id: 8 }, { email: 'ada@example.com' }),
    );
    assert.deepEqual(sandbox.person('id', '7')?.attributes, { plan: 'pro', city: 'Wien', a: 1, b: 2 });
    assert.equal(sandbox.person('id', '8')?.email, undefined);
  }
});

test('an identify by email claims the person without an email who has its id', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(identify({ id: 'x' }, { a: 1 }), identify({ email: 'x@example.com' }, { id: 'x', b: 2 }));
  const [one, ...more] = sandbox.state().people;
  assert.deepEqual([one?.id, one?.email, one?.attributes, more], ['x', 'x@example.com', { a: 1, b: 2 }, []]);
});

test('two who lack what the other has become the older one; with another email or id they stay two', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(identify({ id: 'old' }, { a: 1 }), identify({ email: 'young@example.com' }, { a: 2, b: 2 }));
  const cioId = sandbox.person('id', 'old')?.cio_id;
  await sandbox.batch(identify({ id: 'old' }, { email: 'young@example.com' }));
  const [one, ...more] = sandbox.state().people;
  assert.deepEqual([one?.cio_id, one?.id, one?.email, one?.attributes, more], [cioId, 'old', 'young@example.com', { a: 1, b: 2 }, []]);
  await sandbox.batch(
    identify({ id: 'taken' }, { email: 'taken@example.com' }),
    identify({ email: 'free@example.com' }),
    identify({ id: 'taken' }, { email: 'free@example.com' }),
    identify({ id: 'old' }, { email: 'taken@example.com' }),
  );
  assert.deepEqual(
    sandbox.state().people.map(({ id, email }) => [id, email]),
    [
      ['old', 'young@example.com'],
      ['taken', 'taken@example.com'],
      [undefined, 'free@example.com'],
    ],
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

test('_update never creates; an unknown cio_id neither; that is ignored with a 200', async (t) => {
  const sandbox = await start(t);
  assertTaken(await sandbox.batch(identify({ id: 1 }, { _update: true, a: 1 }), identify({ cio_id: 'nobody' }, { a: 1 })));
  assertTaken(await sandbox.batch(event({ cio_id: 'nobody' }, 'x'), person('delete', { id: 1 })));
  assert.deepEqual([sandbox.state().people, sandbox.state().counts.ignored, sandbox.state().events], [[], 4, []]);
  await sandbox.batch(identify({ id: 1 }), identify({ id: 1 }, { _update: true, a: 1 }));
  assert.deepEqual(sandbox.person('id', '1')?.attributes, { a: 1 });
});

test('delete, and devices', async (t) => {
  const sandbox = await start(t);
  const device = { token: 't1', platform: 'ios', last_used: 5 };
  await sandbox.batch(
    person('add_device', { id: 1 }, { device: { token: 't0', platform: 'android' } }),
    person('add_device', { id: 1 }, { device }),
    person('delete_device', { id: 1 }, { device: { token: 't0' } }),
    identify({ id: 2 }, { email: 'two@example.com' }),
    person('delete', { id: 2 }),
    identify({ email: 'two@example.com' }),
  );
  assert.deepEqual(sandbox.person('id', '1')?.devices, [device]);
  assert.equal(sandbox.person('id', '2'), undefined);
  assert.deepEqual(sandbox.person('email', 'two@example.com')?.id, undefined);
});

test('suppress removes a person and ignores all their identifiers, until unsuppress', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(identify({ id: 1 }, { email: 'a@example.com' }), person('suppress', { id: 1 }));
  assertTaken(await sandbox.batch(identify({ email: 'A@example.com' }, { a: 1 }), event({ id: 1 }, 'x')));
  assert.deepEqual([sandbox.state().people, sandbox.state().counts.ignored], [[], 2]);
  assert.ok(sandbox.state().suppressed.includes('email a@example.com'));
  await sandbox.batch(identify({ id: 2 }, { email: 'a@example.com' }));
  assert.equal(sandbox.person('id', '2')?.email, undefined);
  await sandbox.batch(person('unsuppress', { email: 'a@example.com' }), identify({ id: 1 }, { a: 1 }));
  assert.deepEqual([sandbox.person('id', '1')?.attributes, sandbox.state().suppressed], [{ a: 1 }, []]);
});

test('merge: the primary keeps what it has and takes what it lacks', async (t) => {
  const sandbox = await start(t);
  const merge = (primary: object, secondary: object): object => ({ type: 'person', action: 'merge', primary, secondary });
  await sandbox.batch(
    identify({ id: 1 }, { a: 1 }),
    identify(
      { email: 'a@example.com' },
      { a: 2, b: 2 },
      { cio_relationships: [{ identifiers: ACME, relationship_attributes: { role: 'x' } }] },
    ),
    event({ email: 'a@example.com' }, 'bought'),
    person('add_device', { email: 'a@example.com' }, { device: { token: 't', platform: 'ios' } }),
    merge({ id: 1 }, { email: 'a@example.com' }),
    merge({ id: 1 }, { id: 'nobody' }),
    identify({ email: 'a@example.com' }, { c: 3 }),
  );
  const { people, events, relationships, counts } = sandbox.state();
  assert.equal(people.length, 1);
  assert.deepEqual([people[0]?.email, people[0]?.attributes, people[0]?.events], ['a@example.com', { a: 1, b: 2, c: 3 }, 1]);
  assert.deepEqual([events[0]?.cio_id, people[0]?.devices.length, counts.ignored], [people[0]?.cio_id, 1, 1]);
  assert.deepEqual(
    relationships.map(({ cio_id, attributes }) => [cio_id, attributes]),
    [[people[0]?.cio_id, { role: 'x' }]],
  );
});

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

test('objects and relationships, from both sides', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(
    object('identify', {
      attributes: { name: 'Acme', size: 1 },
      cio_relationships: [{ identifiers: { id: 1 }, relationship_attributes: { role: 'boss' } }],
    }),
    object('identify', { attributes: { size: null, city: 'Wien' } }),
    person('add_relationships', { email: 'b@example.com' }, { cio_relationships: [{ identifiers: ACME }] }),
    object('identify_anonymous', { cio_relationships: [{ identifiers: { anonymous_id: 'v' } }] }),
    object('add_relationships', { cio_relationships: [{ identifiers: { id: 3 } }, { identifiers: { cio_id: 'nobody' } }] }),
    object('identify', { attributes: { x: 1 } }, { cio_object_id: 'nothing' }),
  );
  const { objects, relationships, counts } = sandbox.state();
  const [acme] = objects;
  assert.deepEqual([objects.length, acme?.attributes, counts.ignored], [1, { name: 'Acme', city: 'Wien' }, 1]);
  const names = relationships.map(({ cio_id, anonymous_id, attributes }) => [
    anonymous_id ?? sandbox.person('cio_id', String(cio_id)),
    attributes,
  ]);
  assert.equal(names.length, 4);
  assert.deepEqual(names.at(0)?.[1], { role: 'boss' });
  assert.equal(names.at(-1)?.[0], 'v');
  await sandbox.batch(
    object('delete_relationships', { cio_relationships: [{ identifiers: { id: 1 } }, { identifiers: { id: 'nobody' } }] }),
    person('delete_relationships', { id: 3 }, { cio_relationships: [{ identifiers: { cio_object_id: acme?.cio_object_id } }] }),
  );
  assert.equal(sandbox.state().relationships.length, 2);
  await sandbox.batch(object('delete'));
  assert.deepEqual([sandbox.state().objects, sandbox.state().relationships], [[], []]);
});

test('delivery events are kept', async (t) => {
  const sandbox = await start(t);
  const attributes = { device_token: 'abc' };
  assertTaken(await sandbox.batch({ type: 'delivery', action: 'event', identifiers: { id: 'd1' }, name: 'opened', attributes }));
  assert.deepEqual(sandbox.state().deliveries, [{ identifiers: { id: 'd1' }, name: 'opened', attributes }]);
});

test('onApply hears every accepted operation in order, with what became of it', async (t) => {
  const heard: unknown[] = [];
  const sandbox = await start(t, { onApply: ({ operation, outcome }) => heard.push([operation.name ?? operation.action, outcome]) });
  await sandbox.batch(
    event({ id: 1 }, 'a', { id: ULID }),
    event({ id: 1 }, ''),
    event({ id: 1 }, 'b', { id: ULID }),
    person('delete', { id: 9 }),
  );
  assert.deepEqual(heard, [
    ['a', 'applied'],
    ['b', 'duplicate'],
    ['delete', 'ignored'],
  ]);
});
