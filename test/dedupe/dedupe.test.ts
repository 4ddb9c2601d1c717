import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { dedupe } from '../../lib/dedupe/dedupe.ts';
import { lmdbStore } from '../../lib/dedupe/lmdb-store.ts';
import { memoryStore } from '../../lib/dedupe/memory-store.ts';
import type { DedupeOptions } from '../../lib/dedupe/options.ts';
import type { Changes, Claims, Store } from '../../lib/dedupe/store.ts';
import { loadHash } from '../../lib/hash.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Entry } from '../../lib/record/entry.ts';
import type { Element } from '../../lib/record/record.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { validate } from '../../lib/stage/validate.ts';
import { ulidFrom } from '../../lib/track/event-id.ts';
import type { Summary } from '../../lib/write/summary.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { folder } from '../support/folder.ts';
import { type Answer, type Received, serve } from '../support/scripted-server.ts';
import { SharedMemory } from '../support/shared-memory.ts';

await loadHash();

type Operation = Record<string, unknown>;
const person = (id: number, attributes: object, more: object = {}): Operation => ({
  ...{ type: 'person', action: 'identify', identifiers: { id }, attributes },
  ...more,
});
const event = (id: number, n: number, attributes: object = {}): Operation => ({
  ...{ type: 'person', action: 'event', identifiers: { id }, name: 'bought', id: ulidFrom(String(n)), attributes },
});
const about = (action: string, id: number): Operation => ({ type: 'person', action, identifiers: { id } });

interface Options extends Omit<DedupeOptions, 'store'> {
  readonly script?: (request: Received, n: number) => Answer;
  readonly writer?: object;
}

/** Sends rows through the pipeline; returns what arrived, and the summary. */
async function run(t: TestContext, rows: readonly object[], store: Store, { script, writer, ...options }: Options = {}) {
  const server = await serve(t, script ?? (() => ({})));
  const end = trackWriter({ siteId: 's', apiKey: 'k', baseUrl: server.url, lingerMs: 20, ...writer });
  await pipeline(
    Readable.from(rows.map((row) => (row instanceof Checkpoint ? row : { ...row }))),
    validate({ object: 'entry' }),
    dedupe({ store, ...options }),
    end,
  );
  return { summary: end.summary, sent: server.received.flatMap(({ items }) => items) };
}

const counts = ({ delivered, skipped }: Summary): object => ({
  delivered,
  ...Object.fromEntries(Object.entries(skipped.byReason).filter(([, count]) => count > 0)),
});

test('a duplicate event and an unchanged person are skipped, in one run and in the next', async (t) => {
  const store = memoryStore();
  const rows = [event(1, 1), event(1, 1), person(1, { a: 1 }), person(1, { a: 1 }), event(2, 2), person(2, { a: 1 })];
  const first = await run(t, rows, store);
  assert.deepEqual(counts(first.summary), { delivered: 4, duplicate: 1, unchanged: 1 });
  assert.equal(first.sent.length, 4);
  const second = await run(t, rows, store);
  assert.deepEqual(counts(second.summary), { delivered: 0, duplicate: 3, unchanged: 3 });
  assert.equal(second.summary.requests, 0);
  const third = await run(t, [person(1, { a: 2 }), person(2, { a: 1 }), event(1, 3)], store);
  assert.deepEqual(counts(third.summary), { delivered: 2, unchanged: 1 });
});

test('the same attributes in another order, spelling, case of the email or type of the id are the same', async (t) => {
  const store = memoryStore();
  const email = (address: string): Operation => ({ ...person(0, { b: [1, { d: 2, c: null }], a: 100 }), identifiers: { email: address } });
  const rows = [email('Ann@Example.com'), person(7, { a: 1.5, b: 'x' })];
  await run(t, rows, store);
  const again = [
    { ...person(0, JSON.parse('{"a":1e2,"b":[1.0,{"c":null,"d":2}]}')), identifiers: { email: ' ann@example.COM' } },
    { ...person(0, { b: 'x', a: 1.5 }), identifiers: { id: '7' } },
    person(7, { b: 'x', a: 1.5 }),
  ];
  assert.deepEqual(counts((await run(t, again, store)).summary), { delivered: 0, unchanged: 3 });
});

test('events that share an event_id are one where name and person are the same, too', async (t) => {
  const bought = (email: string, name: string): Operation => ({
    ...{ type: 'person', action: 'event', identifiers: { email }, name, id: '1001' },
  });
  const rows = [bought('a@x.io', 'placed'), bought('a@x.io', 'refunded'), bought('b@x.io', 'placed'), bought(' A@x.io', 'placed ')];
  const store = memoryStore();
  const first = await run(t, rows, store);
  assert.deepEqual(counts(first.summary), { delivered: 3, duplicate: 1 });
  assert.equal(new Set(first.sent.map(({ id }) => id)).size, 3);
  assert.deepEqual(counts((await run(t, rows, store)).summary), { delivered: 0, duplicate: 4 });
});

test('another timestamp is another update: the API may have dropped the last one for being old', async (t) => {
  const store = memoryStore();
  const at = (after: number, plan: string) => person(7, { plan }, { timestamp: 1_700_000_000 + after });
  assert.deepEqual(counts((await run(t, [at(200, 'free'), at(100, 'pro')], store)).summary), { delivered: 2 });
  assert.deepEqual(counts((await run(t, [at(300, 'pro'), at(300, 'pro')], store)).summary), { delivered: 1, unchanged: 1 });
});

test('A, B, A: the last is sent, in the same batch, in the next and in the next run', async (t) => {
  const [a, b] = [person(1, { plan: 'a' }), person(1, { plan: 'b' })];
  for (const maxBatchBytes of [100, 500_000]) {
    const store = memoryStore();
    const { sent } = await run(t, [a, b, a], store, { writer: { maxBatchBytes } });
    assert.deepEqual(
      sent.map(({ attributes }) => (attributes as { plan: string }).plan),
      ['a', 'b', 'a'],
    ); // order
    assert.deepEqual(counts((await run(t, [a], store)).summary), { delivered: 0, unchanged: 1 });
    assert.deepEqual(counts((await run(t, [b, a, a], store)).summary), { delivered: 2, unchanged: 1 });
  }
});

test('a partial identify in between replaces what is known', async (t) => {
  const store = memoryStore();
  const rows = [person(1, { a: 1, b: 2 }), person(1, { a: 1 }), person(1, { a: 1, b: 2 })];
  assert.deepEqual(counts((await run(t, rows, store)).summary), { delivered: 3 });
});

test('whatever else changes a person makes what is known void; devices, events and other people do not', async (t) => {
  const a = person(1, { plan: 'a' });
  const merged = { type: 'person', action: 'merge', primary: { id: 2 }, secondary: { id: 1 } };
  const into = { type: 'person', action: 'merge', primary: { id: 1 }, secondary: { id: 2 } };
  for (const change of [about('delete', 1), about('suppress', 1), about('unsuppress', 1), merged, into]) {
    const store = memoryStore();
    assert.deepEqual(counts((await run(t, [a, change, a], store)).summary), { delivered: 3 }, String(change.action));
    await run(t, [change], store);
    assert.deepEqual(counts((await run(t, [a], store)).summary), { delivered: 1 }, String(change.action));
  }
  const device: Operation = { ...about('add_device', 1), device: { token: 't', platform: 'ios' } };
  for (const other of [device, event(1, 1), person(2, { plan: 'a' }), about('delete', 2)]) {
    const store = memoryStore();
    assert.equal((await run(t, [a, other, a], store)).summary.skipped.byReason.unchanged, 1, String(other.action));
  }
});

test('what need not have taken effect is always sent: _update, relationships', async (t) => {
  const relationship = { cio_relationships: [{ identifiers: { object_type_id: '1', object_id: 'x' } }] };
  for (const row of [person(1, { a: 1, _update: true }), person(1, { a: 1 }, relationship)]) {
    const store = memoryStore();
    await run(t, [row], store);
    assert.deepEqual(counts((await run(t, [row], store)).summary), { delivered: 1 });
    await run(t, [person(1, { a: 1 }), row], store);
    assert.deepEqual(counts((await run(t, [person(1, { a: 1 })], store)).summary), { delivered: 1 });
  }
});

test('with its own checkpoints it commits as it goes, and reports none of them', async (t) => {
  const store = memoryStore();
  const sizes: number[] = [];
  const watched: Store = {
    ...{ open: () => store.open(), get: (key) => store.get(key), close: () => store.close() },
    commit: (changes) => {
      sizes.push(changes.size);
      return store.commit(changes);
    },
  };
  const reported: unknown[] = [];
  const rows = Array.from({ length: 95 }, (_, n) => person(n, { n }));
  rows.splice(50, 0, new Checkpoint('mine') as unknown as Operation);
  const writer = { onCheckpoint: (position: unknown) => void reported.push(position) };
  await run(t, rows, watched, { commitEveryEntries: 10, commitEveryMs: 1e6, writer });
  assert.deepEqual(reported, ['mine']);
  assert.deepEqual(sizes, [...Array.from({ length: 9 }, () => 10), 5]);
  sizes.length = 0;
  const clock = { ...systemClock, now: () => tick++ * 100 };
  let tick = 0;
  await run(
    t,
    rows.map((row) => (row instanceof Checkpoint ? row : { ...row, attributes: {} })),
    watched,
    { clock } as Options,
  );
  assert.ok(sizes.filter((size) => size > 0 && size <= 10).length >= 9, 'every second of a clock that goes 100 ms a look');
});

test('a dry run skips the same and leaves the store as it is', async (t) => {
  const store = memoryStore();
  await run(t, [person(1, { a: 1 })], store);
  const options = { dryRun: true, writer: { dryRun: true } };
  const rows = [person(1, { a: 1 }), person(1, { a: 2 }), person(2, { a: 1 }), event(3, 1), event(3, 1)];
  assert.deepEqual(counts((await run(t, rows, store, options)).summary), { delivered: 3, unchanged: 1, duplicate: 1 });
  assert.deepEqual(counts((await run(t, [person(1, { a: 1 }), event(3, 1)], store)).summary), { delivered: 1, unchanged: 1 });
});

test('lmdb: what one run delivered the next one knows; the caller closes', async (t) => {
  const path = await folder(t);
  const rows = Array.from({ length: 3_000 }, (_, n) => (n % 2 === 0 ? person(n, { n }) : event(n, n)));
  for (const expected of [{ delivered: 3_000 }, { delivered: 0, unchanged: 1_500, duplicate: 1_500 }]) {
    const store = lmdbStore({ path });
    const { summary } = await run(t, rows, store);
    await store.close();
    assert.deepEqual(counts(summary), expected);
  }
});

test('a store that answers later keeps the order', async (t) => {
  const kept = memoryStore();
  const store: Store = {
    ...{ open: async () => {}, close: async () => {}, commit: (changes) => kept.commit(changes) },
    get: async (key) => {
      await new Promise((resolve) => setImmediate(resolve));
      return kept.get(key);
    },
  };
  const rows = Array.from({ length: 60 }, (_, n) => person(n % 3, { n: n % 4 }));
  const { sent } = await run(t, rows, store);
  const byPerson = (items: readonly object[], id: number): unknown[] =>
    items
      .filter((item) => (item as { identifiers: { id: number } }).identifiers.id === id)
      .map((item) => (item as { attributes: object }).attributes);
  for (const id of [0, 1, 2]) assert.deepEqual(byPerson(sent, id), byPerson(rows, id));
  assert.equal((await run(t, rows.slice(-3), store)).summary.skipped.total, 3);
});

test('a store that fails, fails the pipeline', async (t) => {
  const broken: Store = {
    ...{ open: async () => {}, close: async () => {}, get: () => 1n },
    commit: async () => Promise.reject(new Error('disk full')),
  };
  await assert.rejects(run(t, [person(1, { a: 1 })], broken), /disk full/);
  const closed: Store = { ...broken, open: async () => Promise.reject(new Error('no such place')) };
  await assert.rejects(run(t, [person(1, { a: 1 })], closed), /no such place/);
});

test('other elements pass untouched, a record out of place is a mistake, and bad options are refused', async () => {
  const elements: Element[] = [
    new Skipped('filtered', {}),
    new Checkpoint(1),
    new Entry({ type: 'object', action: 'delete' }, '{}', {}, undefined),
  ];
  const out: unknown[] = [];
  await pipeline(Readable.from(elements), dedupe(), async (line: AsyncIterable<unknown>) => {
    for await (const element of line) out.push(element);
  });
  assert.deepEqual(out, elements);
  await assert.rejects(
    pipeline(Readable.from([{ a: 1 }]), dedupe(), async () => {}),
    { code: 'CIO_LINE' },
  );
  assert.throws(() => dedupe({ store: {} as Store }), { code: 'CIO_OPTIONS' });
  assert.throws(() => dedupe({ dryrun: true } as object), { message: /did you mean "dryRun"/ });
});

/** A store that answers when the test says so, and that was asked these numbers of keys. */
class LateStore extends SharedMemory {
  readonly asked: number[] = [];
  readonly #waiting: (() => void)[] = [];
  isLate = true;

  override claims(): Claims {
    const { claim, settle } = super.claims();
    return {
      settle,
      claim: async (wanted) => {
        this.asked.push(wanted.length);
        if (this.isLate) await new Promise<void>((resolve) => this.#waiting.push(resolve));
        return claim(wanted);
      },
    };
  }

  async answer(): Promise<void> {
    this.#waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const entryOf = (operation: Operation): Entry => new Entry(operation, JSON.stringify(operation), operation, undefined);

test('a store that answers later is asked about all that has come meanwhile; the order stays, and nothing waits for more', async () => {
  const store = new LateStore();
  const stage = dedupe({ store });
  const out: unknown[] = [];
  stage.on('data', (element) => out.push(element));
  const entries = Array.from({ length: 3_001 }, (_, n) => entryOf(person(n, { a: 1 })));
  stage.write(entries[0]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(store.asked, [1], 'one alone is asked about at once');
  const [checkpoint, skipped] = [new Checkpoint(1), new Skipped('unchanged', {}, undefined)];
  const rest: unknown[] = [skipped, ...entries.slice(1, 500), checkpoint, ...entries.slice(500)];
  for (const element of rest) stage.write(element);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([store.asked, out.length], [[1], 0]);
  await store.answer();
  assert.deepEqual([store.asked.length, out], [2, [entries[0]]]);
  store.isLate = false;
  stage.end();
  await Promise.all([store.answer(), new Promise((resolve) => stage.on('end', resolve))]);
  assert.ok(store.asked.every((count) => count <= 1_000) && store.asked.length <= 5, String(store.asked));
  assert.deepEqual(out.slice(1, -1), rest);
  assert.ok(out.at(-1) instanceof Checkpoint);
});

test('a store that several processes use does all that the others do', async (t) => {
  const store = new SharedMemory();
  const rows = [
    event(1, 1),
    event(1, 1),
    person(1, { a: 1 }),
    person(1, { a: 1 }),
    person(2, { a: 1 }),
    person(2, { a: 2 }),
    person(2, { a: 1 }),
  ];
  assert.deepEqual(counts((await run(t, rows, store)).summary), { delivered: 5, duplicate: 1, unchanged: 1 });
  assert.deepEqual(counts((await run(t, [event(1, 1), person(1, { a: 1 }), person(2, { a: 1 })], store)).summary), {
    ...{ delivered: 0, duplicate: 1, unchanged: 2 },
  });
  const dry = await run(t, [person(1, { a: 2 }), person(2, { a: 1 })], store, { dryRun: true, writer: { dryRun: true } });
  assert.deepEqual(counts(dry.summary), { delivered: 1, unchanged: 1 });
  const merge = { type: 'person', action: 'merge', primary: { id: 1 }, secondary: { id: 2 } };
  const after = await run(t, [person(1, { a: 1 }), merge, about('delete', 3), person(1, { a: 1 })], store);
  assert.deepEqual(counts(after.summary), { delivered: 3, unchanged: 1 });
  assert.equal(store.get(0n), undefined);
});

test('a store of your own with getMany() is asked by it, and again about what was committed since', async (t) => {
  const kept = memoryStore();
  const asked: number[] = [];
  const store: Store = {
    ...{ open: async () => {}, close: async () => {}, commit: (changes: Changes) => kept.commit(changes) },
    get: () => assert.fail('one key after the other'),
    getMany: async (keys) => {
      asked.push(keys.length);
      return keys.map((key) => kept.get(key) as bigint | undefined);
    },
  };
  const rows = [person(1, { a: 1 }), person(2, { a: 1 }), person(1, { a: 1 }), person(1, { a: 2 }), person(2, { a: 1 })];
  const first = await run(t, rows, store, { commitEveryEntries: 1 });
  assert.ok(asked.length <= rows.length);
  const states = new Map(first.sent.map(({ identifiers, attributes }) => [Number(Object(identifiers).id), attributes]));
  assert.deepEqual([states.get(1), states.get(2)], [{ a: 2 }, { a: 1 }]);
  const second = await run(t, [person(1, { a: 2 }), person(2, { a: 1 }), person(2, { a: 3 })], store);
  assert.deepEqual(counts(second.summary), { delivered: 1, unchanged: 2 });
});

test('a store that fails while it is asked about many fails the pipeline', async (t) => {
  const store = Object.assign(new SharedMemory(), {
    claims: () => ({ claim: () => Promise.reject(new Error('gone')), settle: async () => {} }),
  });
  await assert.rejects(run(t, [person(1, { a: 1 }), person(2, { a: 1 })], store), /gone/);
});
