/**
 * The law of dedupe: whatever is refused, whenever it is killed and run again, people and events end as if every row had
 * been sent. Real HTTP; the API is a tiny Customer.io.
 */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { dedupe } from '../../lib/dedupe/dedupe.ts';
import { memoryStore } from '../../lib/dedupe/memory-store.ts';
import type { Store } from '../../lib/dedupe/store.ts';
import { loadHash } from '../../lib/hash.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { validate } from '../../lib/stage/validate.ts';
import { ulidFrom } from '../../lib/track/event-id.ts';
import type { TrackWriterOptions } from '../../lib/write/options.ts';
import type { Summary } from '../../lib/write/summary.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { fast } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';
import { type Answer, type Received, serve } from '../support/scripted-server.ts';
import { type Operation, SmallCustomerIo } from '../support/small-customer-io.ts';

await loadHash();

const id = fc.constantFrom(1, 1, 1, 2);
const plan = fc.constantFrom('a', 'b', 'c');
const attributes: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ plan }) },
  { weight: 2, arbitrary: fc.record({ plan: fc.constantFrom('a', 'b', null, ''), city: fc.constantFrom('x', 'y', null) }) },
  fc.record({ city: fc.constantFrom('x', 'y') }),
  { weight: 2, arbitrary: fc.record({ plan, bad: fc.constant(true) }) },
);
const identify = fc.record({ type: fc.constant('person'), action: fc.constant('identify'), identifiers: fc.record({ id }), attributes });
const event = fc.tuple(id, fc.nat(5), fc.boolean()).map(([person, n, bad]) => ({
  ...{ type: 'person', action: 'event', identifiers: { id: person }, name: 'bought', id: ulidFrom(String(n)) },
  attributes: bad ? { n, bad } : { n },
}));
const removal = fc.record({
  ...{ type: fc.constant('person'), identifiers: fc.record({ id }) },
  action: fc.constantFrom('delete', 'suppress'),
});
const unsuppress = fc.record({ type: fc.constant('person'), action: fc.constant('unsuppress'), identifiers: fc.record({ id }) });
const update = fc.record({
  ...{ type: fc.constant('person'), action: fc.constant('identify'), identifiers: fc.record({ id }) },
  attributes: fc.record({ plan, _update: fc.boolean() }),
});
const merge = fc.record({
  ...{ type: fc.constant('person'), action: fc.constant('merge') },
  ...{ primary: fc.record({ id }), secondary: fc.record({ id }) },
});
const repeatable: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 10, arbitrary: identify },
  { weight: 3, arbitrary: event },
  { weight: 1, arbitrary: removal },
);
const rows = fc.array(repeatable, { maxLength: 60 });
/**
 * With some that may be applied only once: again, later, a merge or an update of a person who was not there does more,
 * and what was ignored before an unsuppress counts after it.
 */
const rowsToApplyOnce: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: repeatable },
    { weight: 2, arbitrary: update },
    { weight: 1, arbitrary: unsuppress },
    { weight: 1, arbitrary: merge as fc.Arbitrary<Operation> },
  ),
  { maxLength: 60 },
);
const ways = fc.record({
  ...{ concurrency: fc.constantFrom(1, 3), maxBatchBytes: fc.constantFrom(300, 1_000, 20_000) },
  ...{
    commitEveryEntries: fc.constantFrom(2, 7, 10_000),
    commitEveryMs: fc.constantFrom(1, 1_000_000),
    checkpointEvery: fc.constantFrom(1, 3, 10, 1_000),
  },
});
type Ways = typeof ways extends fc.Arbitrary<infer W> ? W : never;
/** What a request meets: the API, a fault, or the end of the process before or after it is applied. */
type Meets = 'api' | 'slow' | 'busy' | 'reset' | 'kill before' | 'kill after';
const faults = fc.array(fc.constantFrom<Meets>('api', 'api', 'slow', 'busy', 'reset'), { maxLength: 10 });
const kills = fc.array(fc.tuple(fc.nat(6), fc.constantFrom<Meets>('kill before', 'kill after')), { maxLength: 4 });

/** A store that outlasts a run; of a killed process no commit arrives any more. */
class Disk {
  readonly #kept = memoryStore();
  process(): { store: Store; die: () => void } {
    let alive = true;
    const store: Store = {
      open: async () => {},
      get: (key) => this.#kept.get(key),
      commit: async (changes) => {
        const copy = new Map(changes);
        await new Promise((resolve) => setImmediate(resolve));
        if (!alive) throw new Error('the process is gone');
        await this.#kept.commit(copy);
      },
      close: async () => {},
    };
    return {
      store,
      die: () => {
        alive = false;
      },
    };
  }
}

interface Run {
  readonly operations: readonly Operation[];
  readonly from: number;
  readonly disk: Disk;
  readonly api: SmallCustomerIo;
  readonly ways: Ways;
  readonly meets: (n: number) => Meets;
}

interface Outcome {
  readonly error: unknown;
  readonly position: number;
  readonly summary: Summary;
  readonly rejected: readonly unknown[];
}

/** One run of the pipeline, to its end or until it is killed. */
async function run(t: TestContext, { operations, from, disk, api, ways, meets }: Run): Promise<Outcome> {
  const { checkpointEvery, commitEveryEntries, commitEveryMs, concurrency, maxBatchBytes } = ways;
  const { store, die } = disk.process();
  const death = new AbortController();
  const kill = (): void => {
    die();
    death.abort(new Error('killed'));
  };
  const server = await serve(t, (received: Received, n: number): Answer => {
    if (death.signal.aborted) return 'reset';
    const what = meets(n);
    if (what === 'busy') return { status: 503 };
    if (what === 'kill before') kill();
    if (death.signal.aborted) return 'reset';
    const answer = api.answer(received);
    if (what === 'kill after') kill();
    if (what === 'reset' || what === 'kill after') return 'reset';
    return what === 'slow' ? { ...(answer as object), delayMs: 2 } : answer;
  });
  let position = from;
  const rejects = rejectKeeper();
  const writer = trackWriter({
    ...{ siteId: 's', apiKey: 'k', baseUrl: server.url, concurrency, maxBatchBytes, lingerMs: 1_000, ...fast(1_000) },
    ...{ rejects, signal: death.signal },
    onCheckpoint: (reported) => {
      if (!death.signal.aborted) position = reported as number;
    },
  } as TrackWriterOptions);
  const elements = operations.slice(from).flatMap((operation, n) => {
    const at = from + n + 1;
    return at % checkpointEvery === 0 ? [{ ...operation }, new Checkpoint(at)] : [{ ...operation }];
  });
  const stages = [validate({ object: 'entry' }), dedupe({ store, commitEveryEntries, commitEveryMs })] as const;
  const error = await pipeline(Readable.from(elements), ...stages, writer).then(
    () => undefined,
    (caught) => caught,
  );
  if (error !== undefined) kill();
  return { error, position, summary: writer.summary, rejected: rejects.kept.map(({ record }) => record) };
}

function isBad({ attributes }: Operation): boolean {
  return (attributes as { bad?: boolean } | undefined)?.bad === true;
}

function endOf(operations: readonly Operation[], api = new SmallCustomerIo()): object {
  for (const operation of operations) api.apply(operation);
  return api.show();
}

test('without a kill: the end is the same, every refused row is handed back, and the counts add up', async (t) => {
  await fc.assert(
    fc.asyncProperty(rowsToApplyOnce, rowsToApplyOnce, ways, faults, async (first, second, ways, script) => {
      const [disk, api] = [new Disk(), new SmallCustomerIo()];
      const expected = new SmallCustomerIo();
      const meets = (n: number): Meets => (script[n] === 'reset' ? 'busy' : (script[n] ?? 'api'));
      for (const operations of [first, second]) {
        const { error, summary, rejected } = await run(t, { operations, from: 0, disk, api, ways, meets });
        assert.equal(error, undefined);
        assert.deepEqual(api.show(), endOf(operations, expected));
        const { read, delivered, skipped } = summary;
        assert.deepEqual([read, read], [operations.length, delivered + summary.rejected.total + skipped.total]);
        // An event whose id was delivered is a duplicate, bad or not.
        const people = ({ action }: Operation): boolean => action === 'identify';
        assert.ok((rejected as Operation[]).every(isBad));
        assert.equal((rejected as Operation[]).filter(people).length, operations.filter(isBad).filter(people).length);
      }
    }),
    { numRuns: runs(300) },
  );
});

test('killed anywhere, run again from the last position reported: the end is that of a run without kills or dedupe', async (t) => {
  await fc.assert(
    fc.asyncProperty(rows, ways, faults, kills, async (operations, ways, script, deaths) => {
      const [disk, api] = [new Disk(), new SmallCustomerIo()];
      let from = 0;
      for (const death of [...deaths, undefined]) {
        const meets = (n: number): Meets => (death !== undefined && n === death[0] ? death[1] : (script[n] ?? 'api'));
        const { error, position } = await run(t, { operations, from, disk, api, ways, meets });
        assert.ok(position >= from);
        from = position;
        if (death === undefined) assert.equal(error, undefined);
      }
      assert.deepEqual(api.show(), endOf(operations));
    }),
    { numRuns: runs(300) },
  );
});

test('killed, and then run with other rows: those arrive as if there were no store', async (t) => {
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.option(rows), ways, kills, async (first, second, other, ways, deaths) => {
      // Back to the first is the hardest: the store knows those rows, and the killed runs have changed them since.
      const third = other ?? first;
      const [disk, api] = [new Disk(), new SmallCustomerIo()];
      await run(t, { operations: first, from: 0, disk, api, ways, meets: () => 'api' });
      for (const [after, how] of deaths) {
        await run(t, { operations: second, from: 0, disk, api, ways, meets: (n) => (n === after ? how : 'api') });
      }
      const expected = endOf(third, api.clone());
      const { error } = await run(t, { operations: third, from: 0, disk, api, ways, meets: () => 'api' });
      assert.equal(error, undefined);
      assert.deepEqual(api.show(), expected);
    }),
    { numRuns: runs(300) },
  );
});

test('the same rows again cost no request', async (t) => {
  const plain = fc.array(fc.oneof(identify, event), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(plain, ways, async (all, ways) => {
      // The last word on each person and event only, and none that is refused.
      const last = new Map(all.map((operation) => [operation.action === 'event' ? operation.id : operation.identifiers.id, operation]));
      const operations = [...last.values()].filter(({ attributes }) => !('bad' in attributes)) as Operation[];
      const [disk, api] = [new Disk(), new SmallCustomerIo()];
      await run(t, { operations, from: 0, disk, api, ways, meets: () => 'api' });
      const { summary } = await run(t, { operations, from: 0, disk, api, ways, meets: () => 'api' });
      assert.deepEqual([summary.requests, summary.skipped.total], [0, operations.length]);
    }),
    { numRuns: runs(40) },
  );
});
