/** Rows of partitions that move to another process while they wait, over real HTTP. */
import assert from 'node:assert/strict';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { dedupe } from '../../lib/dedupe/dedupe.ts';
import { memoryStore } from '../../lib/dedupe/memory-store.ts';
import type { Block } from '../../lib/record/block.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { partitionPlace } from '../../lib/record/place.ts';
import type { Element } from '../../lib/record/record.ts';
import { MessageRows, ValueBuffer } from '../../lib/source/kafka/message-rows.ts';
import { map } from '../../lib/stage/map.ts';
import { validate } from '../../lib/stage/validate.ts';
import { type Fetched, fetched } from '../../lib/stream/fetched.ts';
import type { TrackWriterOptions } from '../../lib/write/options.ts';
import { type TrackWriter, trackWriter } from '../../lib/write/track-writer.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { fast } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';
import { type Calls, start } from '../support/sandbox.ts';
import { ScriptedOwnership } from '../support/scripted-ownership.ts';
import { type Answer, serve } from '../support/scripted-server.ts';

/** What comes: a row of a person from a partition, or a checkpoint. */
type Item = { readonly partition: number; readonly id: string; readonly n?: number } | Checkpoint;

/** A source of these partitions; `undefined` for one that can't move. */
function messages(owners: readonly (ScriptedOwnership | undefined)[], items: readonly Item[]): Fetched {
  return fetched(({ push }) => {
    const values = new ValueBuffer();
    const options = { tombstones: 'skip', tombstoneId: 'id', maxRecordBytes: 10_000, stage: 'kafka', values } as const;
    const partitions = owners.map((ownership, at) => new MessageRows({ ...options, place: partitionPlace('t', at, { ownership }) }, push));
    const run = async (): Promise<void> => {
      for (const [offset, item] of items.entries()) {
        if (item instanceof Checkpoint) {
          for (const rows of partitions) rows.flush();
          push(item);
        } else {
          const { partition, id, n = offset } = item;
          partitions[partition]?.take(offset, id, Buffer.from(JSON.stringify({ person_id: id, n })));
        }
      }
      for (const rows of partitions) rows.flush();
    };
    return { run, stop: () => {}, close: () => {} };
  });
}

const PEOPLE: Item[] = Array.from({ length: 6 }, (_, n) => ({ partition: n % 2, id: `${'ab'[n % 2]}${n}` }));

function writerTo(url: string, options: Partial<TrackWriterOptions> = {}): TrackWriter {
  const credentials = { siteId: 'sandbox-site', apiKey: 'sandbox-key', baseUrl: url, rejects: rejectKeeper() };
  return trackWriter({ ...credentials, concurrency: 1, ...fast(200), ...options } as TrackWriterOptions);
}

const peopleIn = (sandbox: Calls): string[] =>
  sandbox
    .state()
    .people.map(({ id }) => String(id))
    .sort();
const skips = ({ summary }: TrackWriter): [number, number, number, number] => [
  summary.read,
  summary.delivered,
  summary.skipped.total,
  summary.skipped.byReason.reassigned,
];

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** As bytes, as records with their text, and as records that map() has made. */
const WAYS: readonly [name: string, stages: () => Transform[]][] = [
  ['bytes', () => []],
  [
    'records',
    () => [new Transform({ objectMode: true, transform: (element: Element | Block, _encoding, callback) => callback(null, element) })],
  ],
  ['parts', () => [map((row) => [row, { ...row, m: 1 }]), map((row) => (row.m === 1 ? null : row))]],
];

for (const [name, stages] of WAYS) {
  test(`lost in the middle of 429s: rows of that partition are not sent again, the others are (${name})`, async (t) => {
    const sandbox = await start(t, { faults: [{ status: 429, headers: { 'retry-after': '5' }, times: 3 }] });
    const owners = [new ScriptedOwnership(), new ScriptedOwnership()];
    const writer = writerTo(sandbox.url);
    const run = pipeline([messages(owners, PEOPLE), ...stages(), validate({ object: 'person_identify', identifier: 'id' }), writer]);
    await until(() => sandbox.state().counts.faults === 2);
    owners[0]?.set('lost');
    await run;
    const filtered = name === 'parts' ? 6 : 0;
    assert.deepEqual(skips(writer), [6 + filtered, 3, 3 + filtered, 3]);
    assert.deepEqual(peopleIn(sandbox), ['b1', 'b3', 'b5']);
    assert.deepEqual(
      owners.map(({ requests, hasLeaked }) => [requests, hasLeaked]),
      [
        [0, false],
        [0, false],
      ],
    );
  });

  test(`moving, then held: nothing leaves meanwhile, and then everything does (${name})`, async (t) => {
    const sandbox = await start(t);
    const owners = [new ScriptedOwnership(), new ScriptedOwnership()];
    owners[1]?.set('moving');
    const writer = writerTo(sandbox.url);
    const run = pipeline([messages(owners, PEOPLE), ...stages(), validate({ object: 'person_identify', identifier: 'id' }), writer]);
    await until(() => owners[1]?.waiting === 1);
    assert.equal(writer.summary.requests, 0);
    owners[0]?.set('moving');
    owners[1]?.set('held');
    await until(() => owners[0]?.waiting === 1);
    assert.equal(writer.summary.requests, 0);
    owners[0]?.set('held');
    await run;
    assert.deepEqual([writer.summary.delivered, writer.summary.skipped.byReason.reassigned, peopleIn(sandbox).length], [6, 0, 6]);
  });

  test(`moving, then lost: its rows are skipped without a request (${name})`, async (t) => {
    const sandbox = await start(t);
    const owner = new ScriptedOwnership();
    owner.set('moving');
    const writer = writerTo(sandbox.url);
    const run = pipeline([
      messages([owner, owner], PEOPLE),
      ...stages(),
      validate({ object: 'person_identify', identifier: 'id' }),
      writer,
    ]);
    await until(() => owner.waiting === 1);
    owner.set('lost');
    await run;
    assert.deepEqual([writer.summary.delivered, writer.summary.requests, writer.summary.skipped.byReason.reassigned], [0, 0, 6]);
    assert.deepEqual(sandbox.requests(), []);
  });
}

test('rows of a place that can not move, in the same batch, are sent whatever becomes of the others', async (t) => {
  const sandbox = await start(t);
  const owner = new ScriptedOwnership();
  owner.set('lost');
  const writer = writerTo(sandbox.url);
  await pipeline(messages([owner, undefined], PEOPLE), validate({ object: 'person_identify', identifier: 'id' }), writer);
  assert.deepEqual(
    [skips(writer), peopleIn(sandbox)],
    [
      [6, 3, 3, 3],
      ['b1', 'b3', 'b5'],
    ],
  );
});

test('a request that waits for its turn does not leave once a place begins to move', async (t) => {
  let answers = 0;
  const { url, received } = await serve(t, () => {
    answers++;
    return {};
  });
  const owners = [new ScriptedOwnership(), new ScriptedOwnership()];
  const { clock, ...limits } = fast(20);
  const writer = writerTo(url, {
    ...limits,
    clock,
    requestsPerSecond: 1,
    maxBatchBytes: 120,
    concurrency: 2,
  } as Partial<TrackWriterOptions>);
  const rows = Array.from({ length: 4 }, (_, n): Item => ({ partition: n % 2, id: `p${n}` }));
  const run = pipeline(messages(owners, rows), validate({ object: 'person_identify', identifier: 'id' }), writer);
  await until(() => answers === 1);
  for (const owner of owners) owner.set('moving');
  await until(() => owners.some(({ waiting }) => waiting > 0));
  assert.equal(received.length, 1);
  for (const owner of owners) owner.set('held');
  await run;
  assert.deepEqual([received.length, writer.summary.delivered, owners.map(({ hasLeaked }) => hasLeaked)], [4, 4, [false, false]]);
});

test('whoever moves a partition knows what is on the wire', async (t) => {
  const owner = new ScriptedOwnership();
  const onWire: number[] = [];
  const { url } = await serve(t, (_request, n): Answer => {
    onWire.push(owner.requests);
    return n === 0 ? 'reset' : { delayMs: 5 };
  });
  const writer = writerTo(url);
  await pipeline(messages([owner, owner], PEOPLE), validate({ object: 'person_identify', identifier: 'id' }), writer);
  assert.deepEqual([onWire, owner.requests, writer.summary.retries], [[1, 1], 0, 1]);
});

test('a writer that is stopped does not wait for the decision', async (t) => {
  const { url } = await serve(t, () => ({}));
  const owner = new ScriptedOwnership();
  owner.set('moving');
  const abort = new AbortController();
  const writer = writerTo(url, { signal: abort.signal });
  const run = pipeline(messages([owner, owner], PEOPLE), validate({ object: 'person_identify', identifier: 'id' }), writer);
  await until(() => owner.waiting === 1);
  const reason = new Error('stop');
  abort.abort(reason);
  await assert.rejects(run, reason);
});

test('what was not sent is not known as delivered: when it comes again it is sent', async (t) => {
  const sandbox = await start(t);
  const store = memoryStore();
  const deliver = async (owner: ScriptedOwnership): Promise<TrackWriter> => {
    const writer = writerTo(sandbox.url, { onCheckpoint: () => {} });
    const twice: Item[] = [{ partition: 0, id: 'a', n: 1 }, { partition: 0, id: 'a', n: 1 }, new Checkpoint('end')];
    await pipeline(messages([owner], twice), validate({ object: 'person_identify', identifier: 'id' }), dedupe({ store }), writer);
    return writer;
  };
  const lost = new ScriptedOwnership();
  lost.set('lost');
  assert.deepEqual(skips(await deliver(lost)), [2, 0, 2, 2]);
  const { summary } = await deliver(new ScriptedOwnership());
  assert.deepEqual([summary.delivered, summary.skipped.byReason.unchanged, peopleIn(sandbox)], [1, 1, ['a']]);
});

test('a refused row of a partition that is lost meanwhile stays rejected, and its neighbours are halved as always', async (t) => {
  const owners = [new ScriptedOwnership(), new ScriptedOwnership()];
  const sent: string[][] = [];
  const { url } = await serve(t, ({ items }): Answer => {
    const ids = items.map(({ identifiers }) => (identifiers as { id: string }).id);
    sent.push(ids);
    if (sent.length === 2) owners[0]?.set('lost');
    return ids.includes('b1') ? { status: 400, body: { errors: [{ message: 'no' }] } } : {};
  });
  const writer = writerTo(url);
  await pipeline(messages(owners, PEOPLE), validate({ object: 'person_identify', identifier: 'id' }), writer);
  const { summary } = writer;
  assert.equal(summary.rejected.total, 1);
  assert.equal(summary.delivered + summary.rejected.total + summary.skipped.total, 6);
  assert.ok(
    sent
      .slice(2)
      .flat()
      .every((id) => id.startsWith('b')),
    'rows of the lost partition were sent again',
  );
});

test('what waits for all commits is called after them and after the report, in order; in a dry run, too', async (t) => {
  const { url } = await serve(t, () => ({}));
  for (const dryRun of [false, true]) {
    const order: string[] = [];
    const checkpoint = (name: string): Checkpoint => {
      const one = new Checkpoint(name);
      one.released.push((isDry) => void order.push(`${name} released ${isDry}`));
      one.commits.push(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} committed`);
      });
      return one;
    };
    const writer = writerTo(url, { dryRun, onCheckpoint: (position) => void order.push(`${position} reported`) });
    const items: Item[] = [{ partition: 0, id: 'a' }, checkpoint('one'), { partition: 0, id: 'a' }, checkpoint('two')];
    await pipeline(messages([undefined], items), validate({ object: 'person_identify', identifier: 'id' }), writer);
    const commits = dryRun ? [] : ['one committed', 'two committed'];
    assert.deepEqual(
      order.filter((text) => text.endsWith('committed')),
      commits,
    );
    assert.deepEqual(
      order.filter((text) => !text.endsWith('committed')),
      ['one', 'two'].flatMap((name) => [`${name} reported`, `${name} released ${dryRun}`]),
    );
    if (!dryRun) assert.ok(order.indexOf('one committed') < order.indexOf('one reported'));
  }
});

test('after a commit that fails nothing is released', async (t) => {
  const { url } = await serve(t, () => ({}));
  let released = 0;
  const failing = new Checkpoint('one');
  failing.commits.push(() => Promise.reject(new Error('disk full')));
  failing.released.push(() => void released++);
  const run = pipeline(messages([undefined], [{ partition: 0, id: 'a' }, failing]), validate({ object: 'person_identify' }), writerTo(url));
  await assert.rejects(run, /disk full/);
  assert.equal(released, 0);
});

test('wherever partitions move, each row has one outcome, and no request leaves with a row of one that is not held', async (t: TestContext) => {
  const state = fc.constantFrom('held' as const, 'moving' as const, 'lost' as const);
  const move = fc.record({ owner: fc.nat(2), state, pause: fc.nat(4) });
  const fault = fc.constantFrom<Answer>({}, {}, {}, { status: 429 }, { status: 503 }, 'reset', { delayMs: 2 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(move, { maxLength: 12 }),
      fc.array(fault, { maxLength: 8 }),
      fc.constantFrom(1, 3),
      async (moves, faults, concurrency) => {
        const owners = [new ScriptedOwnership(), new ScriptedOwnership(), new ScriptedOwnership()];
        const applied = new Map<string, number>();
        const { url } = await serve(t, ({ items }, n): Answer => {
          const answer = faults[n] ?? {};
          if (typeof answer === 'object' && answer.status === undefined)
            for (const { identifiers } of items) applied.set((identifiers as { id: string }).id, 1);
          return answer;
        });
        const rows = Array.from({ length: 40 }, (_, n): Item => ({ partition: n % 4, id: `p${n}` }));
        const writer = writerTo(url, { concurrency, maxBatchBytes: 500, ...fast(1_000) } as Partial<TrackWriterOptions>);
        const run = pipeline(messages([...owners, undefined], rows), validate({ object: 'person_identify', identifier: 'id' }), writer);
        for (const { owner, state: next, pause } of moves) {
          for (let turns = 0; turns < pause; turns++) await new Promise((resolve) => setImmediate(resolve));
          if (owners[owner]?.state !== 'lost') owners[owner]?.set(next);
        }
        for (const owner of owners) if (owner.state === 'moving') owner.set('held');
        await run;
        const { read, delivered, skipped, rejected } = writer.summary;
        assert.deepEqual([read, delivered + skipped.byReason.reassigned, rejected.total], [40, 40, 0]);
        assert.ok(applied.size >= delivered);
        assert.deepEqual(
          owners.map(({ requests, hasLeaked }) => [requests, hasLeaked]),
          Array(3).fill([0, false]),
        );
      },
    ),
    { numRuns: runs(400) },
  );
});
