/** Rows that the writer takes as bytes: over real HTTP, they fare like the same rows as entries. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { stringify } from '../../lib/json/exact.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import type { Decision, DeliveryObserver } from '../../lib/record/delivery-observer.ts';
import { Entry, type Warning } from '../../lib/record/entry.ts';
import { originOf } from '../../lib/record/origin.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { ndjson } from '../../lib/source/ndjson.ts';
import { each } from '../../lib/stream/each.ts';
import { TRACK_WRITER_OPTIONS } from '../../lib/write/options.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { Writer } from '../../lib/write/writer.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { fast } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { flat } from '../support/flat-origin.ts';
import { blockOf, entryOf, OperationRow } from '../support/operation-rows.ts';
import { runs } from '../support/runs.ts';
import { start } from '../support/sandbox.ts';
import { type Answer, type Received, serve } from '../support/scripted-server.ts';

type Operation = Record<string, unknown>;

const identify = (id: unknown, attributes: object = {}): Operation => ({
  ...{ type: 'person', action: 'identify', identifiers: { id: String(id) } },
  attributes,
});
const merge = (a: unknown, b: unknown): Operation => ({
  ...{ type: 'person', action: 'merge', primary: { id: String(a) }, secondary: { id: String(b) } },
});

/** What one run gives the writer, in order: rows of a block, as bytes or as entries, with a checkpoint or a rejection before them. */
interface Row {
  readonly operation: Operation;
  readonly asEntry?: boolean;
  readonly warnings?: readonly Warning[] | undefined;
  readonly before?: 'checkpoint' | 'rejection' | undefined;
  readonly decisions?: readonly Decision[] | undefined;
}

const rejection = (): Rejection => new Rejection({ reason: 'invalid', message: 'no', stage: 'validate' }, { bad: true });

/** A writer before `url`. */
function open(t: TestContext | undefined, url: string, options: object = {}) {
  const [errors, rejects, positions] = [[] as unknown[], rejectKeeper(), [] as unknown[]];
  const settings = TRACK_WRITER_OPTIONS.parse({
    ...{ siteId: 'sandbox-site', apiKey: 'sandbox-key', baseUrl: url, rejects, concurrency: 1, requestsPerSecond: 100_000 },
    ...fast(200),
    ...{ lingerMs: 1e9, onCheckpoint: (position: unknown) => void positions.push(position) },
    ...options,
  });
  const writer = new Writer(settings, (error) => {
    errors.push(error);
    writer.abort(error);
  });
  t?.after(() => writer.close());
  return { writer, errors, rejects: rejects.kept, positions };
}

/** Says what is decided in turn, and notes what it hears. */
function observerOf(log: string[], name: string, decisions: readonly Decision[]): DeliveryObserver {
  let asked = 0;
  return {
    waitsIn: () => log.push(`${name} waits`),
    ask: () => decisions[asked++] ?? 'send',
    delivered: () => log.push(`${name} delivered`),
    rejected: () => log.push(`${name} rejected`),
  };
}

/** Gives the rows to the writer, as the stream before it would: as bytes where it takes them, else as entries. */
async function write(writer: Writer, rows: readonly Row[], row = new OperationRow()): Promise<{ taken: number; log: string[] }> {
  const block = blockOf(rows.map(({ operation }) => operation));
  const log: string[] = [];
  let taken = 0;
  for (const [n, { asEntry, warnings, before, decisions }] of rows.entries()) {
    if (before) await writer.write(before === 'rejection' ? rejection() : new Checkpoint(n));
    const observer = decisions && observerOf(log, String(n), decisions);
    if (!asEntry && writer.entry(row.read(block, n, warnings, observer))) taken++;
    else await writer.write(entryOf(block, n, warnings, observer));
  }
  await writer.end();
  return { taken, log };
}

const shown = (rejections: readonly Rejection[]): unknown[] =>
  rejections.map(({ cause, record, origin }) => ({ cause, record: stringify(record), origin: flat(origin) }));

test('rows arrive at the API, digit for digit, and in the order of each person', async (t) => {
  const applied: string[] = [];
  const sandbox = await start(t, { onApply: ({ text }) => void applied.push(text) });
  const rows = Array.from({ length: 500 }, (_, n) => ({ operation: identify(n % 7, { n, é: 'ü' }), asEntry: n % 5 === 0 }));
  const { writer, errors } = open(t, sandbox.url, { concurrency: 3, maxBatchBytes: 2_000 });
  await writer.open();
  const { taken } = await write(writer, rows);
  const { read, delivered } = writer.summary;
  assert.deepEqual([read, delivered, errors], [500, 500, []]);
  assert.ok(taken > 300, `${taken}`);
  for (let person = 0; person < 7; person++) {
    const own = (texts: readonly string[]): string[] => texts.filter((text) => text.includes(`{"id":"${person}"}`));
    assert.deepEqual(own(applied), own(rows.map(({ operation }) => stringify(operation) as string)));
  }
});

test('what the API refuses comes back with the record and the origin of its row', async (t) => {
  const sandbox = await start(t);
  const rows = [identify(1, { big: 12345678901234567890n }), identify('', { n: 2 }), identify(3), identify('', { n: 4 })];
  const outcomeOf = async (asEntry: boolean) => {
    const { writer, rejects, errors } = open(t, sandbox.url);
    await writer.open();
    const given = rows.map((operation) => ({ operation, asEntry }));
    const { taken } = await write(writer, given);
    assert.deepEqual([taken, errors], [asEntry ? 0 : 4, []]);
    return { rejects, shown: shown(rejects), summary: { ...writer.summary, seconds: 0 } };
  };
  const [asRows, asEntries] = [await outcomeOf(false), await outcomeOf(true)];
  assert.deepEqual([asRows.shown, asRows.summary], [asEntries.shown, asEntries.summary]);
  const text = stringify(rows[1]);
  const [first] = asRows.rejects;
  assert.deepEqual([first?.cause.reason, first?.origin?.line, first?.origin?.source], ['refused', 2, 'f']);
  assert.deepEqual([asRows.rejects.length, stringify(first?.record), first?.origin?.raw], [2, text, text]);
});

test('a batch that is given up comes back row by row; the memory of a batch with rejections is not used again', async (t) => {
  const { url } = await serve(t, ({ body }) => ({ status: body.includes('"down"') ? 503 : 200 }));
  const { writer, rejects } = open(t, url, { giveUpMs: 2_000, onGiveUp: 'reject', maxBatchBytes: 600 });
  await writer.open();
  const rows = Array.from({ length: 60 }, (_, n) => ({ operation: identify(n, { state: n < 5 ? 'down' : 'up', n }) }));
  const { taken } = await write(writer, rows);
  assert.ok(taken > 40, `${taken}`);
  const undeliverable = rejects.map(({ record, origin }) => [stringify(record), origin?.raw, origin?.line]);
  const first = rows.slice(0, rejects.length).map(({ operation }, n) => [stringify(operation), stringify(operation), n + 1]);
  assert.ok(rejects.length >= 5 && rejects.every(({ cause }) => cause.reason === 'undeliverable'));
  assert.deepEqual(undeliverable, first);
});

test('observers of rows are asked and hear the outcome, like those of entries', async (t) => {
  const decisions: Decision[][] = [['send'], ['wait', 'send'], ['duplicate'], ['wait', 'unchanged'], ['send']];
  const logs = await Promise.all(
    [false, true].map(async (asEntry) => {
      const { url, received } = await serve(t, ({ items }) => ({
        status: 207,
        body: { errors: items.length === 2 ? [{ batch_index: 1, reason: 'no' }] : [] },
      }));
      const { writer } = open(t, url);
      await writer.open();
      const rows = decisions.map((each, n) => ({ operation: identify(n), asEntry, decisions: each }));
      const { log } = await write(writer, rows);
      const { delivered, rejected, skipped } = writer.summary;
      assert.deepEqual([delivered, rejected.total, skipped.total], [2, 1, 2]);
      return [log, received.map(({ body }) => body)];
    }),
  );
  assert.deepEqual(logs[0], logs[1]);
  const [log] = logs[0] as string[][];
  assert.deepEqual(log?.slice(-3), ['0 delivered', '4 rejected', '1 delivered']);
});

test('warnings of rows are counted when they are delivered', async (t) => {
  const { url } = await serve(t, () => ({}));
  const { writer } = open(t, url);
  await writer.open();
  const warnings = ['odd_email', 'empty_identify'] as const;
  const { taken } = await write(
    writer,
    [warnings, undefined, warnings].map((each, n) => ({ operation: identify(n), warnings: each })),
  );
  assert.deepEqual([taken, writer.summary.warnings], [3, { odd_email: 2, empty_identify: 2 }]);
});

test('a row that fits to the byte is taken; one byte more, or one that may be larger, has to come as an entry', async (t) => {
  const { url, received } = await serve(t, () => ({}));
  const operation = identify(1, { text: 'x'.repeat(40) });
  const block = blockOf([operation]);
  const bytes = block.to(0) - block.from(0);
  const two = '{"batch":[]}'.length + 2 * bytes + 1;
  const takenOf = async (maxBatchBytes: number, slack: number): Promise<boolean[]> => {
    const { writer } = open(t, url, { maxBatchBytes });
    await writer.open();
    const row = new OperationRow(slack);
    const taken = [1, 2, 3].map(() => writer.entry(row.read(block, 0)));
    await writer.end();
    assert.equal(writer.summary.read, taken.filter(Boolean).length);
    return taken;
  };
  assert.deepEqual(await takenOf(two, 0), [true, true, false]);
  assert.deepEqual(await takenOf(two - 1, 0), [true, false, false]);
  assert.deepEqual(await takenOf(two, 1), [true, false, false]);
  assert.equal(received[0]?.body.length, two);
});

test('piped into a stream of ours, the writer is handed rows', async (t) => {
  const sandbox = await start(t);
  const rows = Array.from({ length: 300 }, (_, n) => identify(n % 10, { n }));
  const bytes = Buffer.from(rows.map((operation) => `${stringify(operation)}\n`).join(''));
  let taken = 0;
  const row = new OperationRow();
  const stage = each(
    (record, push) => {
      push(new Entry(record as Operation, stringify(record) as string, record, originOf(record), ['odd_email']));
    },
    {
      row: (block, index, next) => {
        const isTaken = index % 50 !== 7 && next.entry(row.read(block, index));
        if (isTaken) taken++;
        return isTaken;
      },
    },
  );
  const writer = trackWriter({ siteId: 'sandbox-site', apiKey: 'sandbox-key', baseUrl: sandbox.url, concurrency: 3 });
  await pipeline(Readable.from([bytes]), ndjson({ source: 'f' }), stage, writer);
  const { read, delivered, warnings } = writer.summary;
  assert.deepEqual([read, delivered], [300, 300]);
  assert.ok(taken > 200, `${taken}`);
  assert.equal(warnings.odd_email ?? 0, 300 - taken, 'each row came once: as bytes or as an element');
  const n = sandbox.person('id', '9')?.attributes.n;
  assert.equal(String(n), '299');
});

test('an entry that is larger than it said it would be is a bug, and nothing of it is sent', async (t) => {
  const { url, received } = await serve(t, () => ({}));
  const { writer } = open(t, url);
  await writer.open();
  const block = blockOf([identify(1)]);
  assert.throws(() => writer.entry(new OperationRow(-1).read(block, 0)), { code: 'CIO_INTERNAL' });
  await writer.end();
  assert.deepEqual([writer.summary.read, received], [0, []]);
});

test('while everything takes one lane, and when too many are rejected, rows have to come as elements', async (t) => {
  const { url } = await serve(t, () => ({}));
  const block = blockOf([identify(1), merge(1, 2)]);
  const row = new OperationRow();
  const single = open(t, url, { concurrency: 4 });
  await single.writer.open();
  await single.writer.write(entryOf(block, 1));
  assert.equal(single.writer.entry(row.read(block, 0)), false);
  await single.writer.end();
  assert.deepEqual([single.writer.summary.read, single.writer.summary.delivered], [1, 1]);

  const many = open(t, url, { maxRejected: 1 });
  await many.writer.open();
  assert.equal(many.writer.entry(row.read(block, 0)), true);
  for (let n = 0; n < 2; n++) await many.writer.write(rejection());
  assert.equal(many.writer.entry(row.read(block, 0)), false);
  await assert.rejects(async () => many.writer.write(entryOf(block, 0)), { code: 'CIO_TOO_MANY_REJECTED' });
  assert.deepEqual([many.writer.summary.read, many.writer.summary.delivered], [3, 1]);
});

test('aborted while rows are in flight: none of them is delivered or rejected', { timeout: 60_000 }, async (t) => {
  const reason = new Error('enough');
  let isThere: () => void = () => {};
  const arrived = new Promise<void>((resolve) => {
    isThere = resolve;
  });
  const { url } = await serve(t, () => {
    isThere();
    return { delayMs: 60_000 };
  });
  const { writer, errors, rejects } = open(t, url, { lingerMs: 0 });
  await writer.open();
  assert.ok(writer.entry(new OperationRow().read(blockOf([identify(1)]), 0)));
  await arrived;
  writer.abort(reason);
  await writer.close();
  await new Promise((resolve) => setImmediate(resolve));
  const { read, delivered, rejected } = writer.summary;
  assert.deepEqual([read, delivered, rejected.total, rejects.length, errors], [1, 0, 0, 0, [reason]]);
});

test('a row waits for its linger and no longer; a dry run counts rows and sends nothing', { timeout: 60_000 }, async (t) => {
  const { url, received } = await serve(t, () => ({}));
  const block = blockOf([identify(1)]);
  const waiting = open(t, url, { lingerMs: 1 });
  await waiting.writer.open();
  assert.ok(waiting.writer.entry(new OperationRow().read(block, 0)));
  while (waiting.writer.summary.delivered === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(received.length, 1);
  const dry = open(t, url, { dryRun: true });
  await dry.writer.open();
  await write(dry.writer, [{ operation: identify(1) }, { operation: identify(2) }]);
  assert.deepEqual([dry.writer.summary.delivered, dry.writer.summary.requests, received.length], [2, 1, 1]);
});

/** A row of the law: whose it is, how large, and what the API says to it. */
const row: fc.Arbitrary<Row> = fc
  .record({
    person: fc.nat(5),
    says: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'refused', 'poison', 'later'),
    size: fc.nat(120),
    isMerge: fc.nat(20).map((n) => n === 0),
    asEntry: fc.boolean(),
    warnings: fc.constantFrom(undefined, undefined, ['odd_email'] as const, ['truncated', 'odd_phone'] as const),
    before: fc.constantFrom(undefined, undefined, undefined, 'checkpoint' as const, 'rejection' as const),
    decisions: fc.constantFrom<Decision[] | undefined>(undefined, undefined, ['send'], ['duplicate']),
  })
  .map(({ person, says, size, isMerge, asEntry, ...rest }) => ({
    operation: isMerge ? merge(person, person + 1) : identify(person, { says, é: 'é'.repeat(size) }),
    // An entry that touches two people never comes as a row.
    asEntry: asEntry || isMerge,
    ...rest,
  }));

test('rows and entries in any mixture have the outcome of entries alone: bodies, rejections, counts, positions', async (t) => {
  const seen = new Set<string>();
  const says = ({ attributes }: Operation): unknown => (attributes as Operation | undefined)?.says;
  const { url, received } = await serve(t, ({ items, body }: Received): Answer => {
    if (items.some((item) => says(item) === 'later') && !seen.has(body)) {
      seen.add(body);
      return { status: 503 };
    }
    if (items.some((item) => says(item) === 'poison')) return { status: 400, body: { errors: [{ message: 'poison', field: 'says' }] } };
    const errors = items.flatMap((item, batch_index) => (says(item) === 'refused' ? [{ batch_index, reason: 'invalid' }] : []));
    return { status: 207, body: { errors } };
  });
  let rowsTaken = 0;
  const outcomeOf = async (rows: readonly Row[], slack: number, options: object) => {
    const { writer, errors, rejects, positions } = open(undefined, url, options);
    received.length = 0;
    seen.clear();
    await writer.open();
    const { taken, log } = await write(writer, rows, new OperationRow(slack));
    await writer.close();
    rowsTaken += taken;
    const { seconds, ...summary } = JSON.parse(JSON.stringify(writer.summary));
    // Of those that come equally often it is the first, and lanes take turns as their replies come.
    delete summary.rejected.mostOften;
    const kept = shown(rejects).map((each) => JSON.stringify(each));
    return { bodies: received.map(({ body }) => body).sort(), rejects: kept.sort(), log: log.sort(), summary, positions, errors };
  };
  const options = fc.record({ concurrency: fc.integer({ min: 1, max: 4 }), maxBatchBytes: fc.integer({ min: 600, max: 3_000 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30, size: 'max' }), fc.nat(200), options, async (rows, slack, given) => {
      const alone = await outcomeOf(
        rows.map((each) => ({ ...each, asEntry: true })),
        slack,
        given,
      );
      assert.deepEqual(await outcomeOf(rows, slack, given), alone);
      assert.equal(alone.summary.read, alone.summary.delivered + alone.summary.rejected.total + alone.summary.skipped.total);
    }),
    { numRuns: runs(200) },
  );
  assert.ok(rowsTaken > 2 * runs(200), `${rowsTaken}`);
});
