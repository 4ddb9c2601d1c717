import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SandboxPerson } from '../../../lib/sandbox/state.ts';
import { assertTaken, event, identify, person, start } from '../../support/sandbox.ts';

const ACME = { object_type_id: '1', object_id: 'acme' };

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

test('an identify by id takes the person without an id who has its email: one person, the same cio_id', async (t) => {
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

test('an identify by email takes the person without an email who has its id', async (t) => {
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
