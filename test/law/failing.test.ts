/**
 * A pipeline in which one part fails, at any moment: it ends with the error that was caused; all its streams close; no
 * timer, socket or half-written file is left; nothing is reported as delivered or settled that is not. CIO_FAIL_RUNS runs
 * it more often.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import type { Fault, RejectSink, SourcePosition } from '../../lib/index.ts';
import {
  CioError,
  createSandbox,
  csv,
  dedupe,
  divert,
  enforceLimits,
  json,
  map,
  memoryStore,
  ndjson,
  type Rejection,
  rejectWriter,
  trackWriter,
  validate,
} from '../../lib/index.ts';
import { countingClock, fast } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { cutAt, fractions } from '../support/read-all.ts';
import { closed } from '../support/reject/folder.ts';
import { isLong } from '../support/runs.ts';
import { within } from '../support/within.ts';

const RUNS = Number(process.env.CIO_FAIL_RUNS ?? (isLong ? 100 : 50));
const CAUSE = new Error('the cause');

/** Where something is counted, so that the failure comes at the n-th. */
const MOMENTS = ['begin', 'chunk', 'row', 'entry', 'rejection', 'request', 'checkpoint', 'end'] as const;
type Moment = (typeof MOMENTS)[number];

/** What fails, and which codes the error may have if it is not CAUSE itself. */
const FAILURES = {
  nothing: [],
  'the source fails': [],
  'the source is destroyed': ['ERR_STREAM_PREMATURE_CLOSE'],
  'a stage fails': [],
  'a stage is destroyed': ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'],
  'the writer fails': [],
  'the writer is destroyed': ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'],
  'the rejects fail': ['CIO_REJECT_STORE'],
  'the rejects are destroyed': ['CIO_REJECT_STORE'],
  'the rejects are ended': ['CIO_REJECT_STORE'],
  'the place of rejects fails': ['CIO_REJECT_STORE'],
  'the place of rejects is destroyed': ['CIO_REJECT_STORE'],
  'the place of rejects is ended': ['CIO_REJECT_STORE'],
  'the place of rejects keeps silent, then fails': ['CIO_REJECT_STORE'],
  'the place of rejects keeps silent, the pipeline fails, then the place': [],
  'onCheckpoint throws': [],
  'onCheckpoint rejects': [],
  'the dedupe store fails': [],
  'the signal is aborted': [],
  'the API refuses the credentials': ['CIO_AUTH'],
  'the API goes away': ['CIO_UNDELIVERED', 'CIO_NETWORK'],
  'the API keeps silent': ['CIO_UNDELIVERED'],
  'the API is broken': ['CIO_UNDELIVERED'],
} as const;
type FailureKind = keyof typeof FAILURES;
const ON_REJECTS = /rejects/;
const ON_API = /^the API/;
const SILENT: FailureKind = 'the API keeps silent';
const OF_PIPELINE = /source|stage|writer|pipeline/;

type Kind = 'good' | 'bad' | 'dropped' | 'thrown' | 'rejected';

const effect = fc.constantFrom<Partial<Fault>>(
  { status: 400, body: { errors: [{ reason: 'invalid', field: '', message: 'no' }] } },
  { status: 503 },
  { reset: 'during' },
  { latencyMs: 2 },
  { status: 429, headers: { 'retry-after': '3' } },
);

const run = fc.record({
  rows: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<Kind>('good') },
      { weight: 6, arbitrary: fc.constant<Kind>('bad') },
      { weight: 2, arbitrary: fc.constantFrom<Kind>('dropped', 'thrown', 'rejected') },
    ),
    { maxLength: 80 },
  ),
  cuts: fractions,
  format: fc.constantFrom('ndjson', 'csv', 'json'),
  sink: fc.constantFrom('folder', 'writable', 'own'),
  slow: fc.boolean(),
  room: fc.constantFrom(1, 4, 16),
  diverted: fc.boolean(),
  deduped: fc.boolean(),
  every: fc.integer({ min: 1, max: 20 }),
  faults: fc.array(
    fc
      .record({ effect, after: fc.nat(3), times: fc.integer({ min: 1, max: 6 }) })
      .map(({ effect: what, after, times }): Fault => ({ path: '/api/v2/batch', after, times, ...what })),
    { maxLength: 2 },
  ),
  options: fc.record({
    concurrency: fc.integer({ min: 1, max: 4 }),
    maxBatchBytes: fc.constantFrom(400, 1_500, 500_000),
    requestsPerSecond: fc.constantFrom(20, 1_000),
    lingerMs: fc.constantFrom(0, 50, 1_000),
  }),
  failure: fc.constantFrom(...(Object.keys(FAILURES) as FailureKind[])),
  which: fc.nat(3),
  moment: fc.constantFrom(...MOMENTS),
  nth: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 })),
  /** At once, in the middle of what the stream does, or a turn later. */
  later: fc.boolean(),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

/** The rows as text. Each `n` is the number of the row, from 1. */
function textOf({ rows, format }: Run): string {
  const records = rows.map((kind, index) => ({ person_id: kind === 'bad' ? '' : 'p', event_name: 'e', kind, n: String(index + 1) }));
  if (format === 'json') return JSON.stringify(records);
  if (format === 'ndjson') return records.map((record) => `${JSON.stringify(record)}\n`).join('');
  return `person_id,event_name,kind,n\n${records.map((record) => `${Object.values(record).join(',')}\n`).join('')}`;
}

/** A place of rejections, and which rows it has kept. */
interface Place {
  readonly rejects: RejectSink;
  /** What a failure of the place itself happens to. */
  readonly inner: Writable;
  silent: boolean;
  kept(): number[];
}

const lineOf = (text: string): number => Number(JSON.parse(text).record.n);

/** A Writable that fails as the test likes. */
function placeOf(run: Run, clock: object, folder: string, at: (moment: Moment) => void): Place {
  const kept: number[] = [];
  const place = { silent: false, kept: () => kept };
  const open = { objectMode: run.sink === 'own', highWaterMark: run.room, decodeStrings: false };
  let pending = 0;
  const inner: Writable = new Writable({
    ...open,
    write: (chunk: Rejection | string, _encoding, callback) => {
      pending++;
      at('rejection');
      const done = (): void => {
        // A write in a stream that is silent or gone is never called back.
        if (place.silent || inner.destroyed) return;
        pending--;
        if (typeof chunk === 'string') kept.push(...chunk.trimEnd().split('\n').map(lineOf));
        else kept.push(Number((chunk.record as { n: string }).n));
        callback();
      };
      if (run.slow) setImmediate(done);
      else done();
    },
  });
  inner.on('error', () => {});
  if (run.sink === 'own') {
    const flush = async (): Promise<void> => {
      while (pending > 0 || inner.writableLength > 0) {
        if (inner.destroyed) throw inner.errored ?? new Error('gone');
        await new Promise(setImmediate);
      }
    };
    return Object.assign(place, { inner, rejects: Object.assign(inner, { flush }) });
  }
  const rejects = rejectWriter({ to: run.sink === 'folder' ? folder : inner, spillTo: `${folder}.fallback`, clock } as never);
  if (run.sink !== 'folder') return Object.assign(place, { inner, rejects });
  rejects.on('error', () => {});
  const read = (): number[] => [folder, `${folder}.fallback`].flatMap(linesIn);
  return Object.assign(place, { inner: rejects, rejects, kept: read });
}

function linesIn(folder: string): number[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names.flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').map(lineOf));
}

/** Runs a pipeline in which one part fails. */
async function runOf(given: Run, folder: string) {
  const { clock: hurried, ...timing } = fast(100);
  const clock = countingClock(hurried);
  const counts = new Map<Moment, number>();
  let done = false;
  let act: () => void = () => {};
  const at = (moment: Moment): void => {
    const count = (counts.get(moment) ?? 0) + 1;
    counts.set(moment, count);
    if (moment !== given.moment || done || (count < given.nth && moment !== 'begin' && moment !== 'end')) return;
    done = true;
    if (given.later) setImmediate(act);
    else act();
  };

  const isApi = ON_API.test(given.failure);
  const sandbox = await createSandbox({
    // If the API is to fail for good, faults are not waited out as well.
    faults: isApi ? [] : given.faults,
    onApply: () => at('request'),
    requestsPerSecond: Number.POSITIVE_INFINITY,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= sandbox.close();
    return closing;
  };
  const { url: baseUrl, siteId, apiKey } = sandbox;
  let holder: Server | undefined;
  const chunks = cutAt(Buffer.from(textOf(given)), given.cuts);
  const input = new Readable({
    read() {
      at('chunk');
      const chunk = chunks.shift();
      if (chunk === undefined) at('end');
      if (!this.destroyed) this.push(chunk ?? null);
    },
  });
  const source = { ndjson, csv, json }[given.format as 'ndjson']({ source: 'test', version: '1', checkpointEveryRecords: given.every });
  const rows = map((row) => {
    at('row');
    if (row.kind === 'thrown') throw new Error('of the row');
    if (row.kind === 'rejected') return Promise.reject(new Error('of the row'));
    return row.kind === 'dropped' ? undefined : row;
  });
  const entries = new Transform({
    objectMode: true,
    transform: (element, _encoding, callback) => {
      at('entry');
      callback(null, element);
    },
  });
  const main = placeOf(given, clock, join(folder, 'rejects'), at);
  const aside = given.diverted ? placeOf(given, clock, join(folder, 'aside'), at) : undefined;
  const store = memoryStore();
  let storeFails = false;
  const failing = <T>(run: () => T): T => {
    if (storeFails) throw CAUSE;
    return run();
  };
  const remembering = {
    open: () => store.open(),
    get: (key: bigint) => failing(() => store.get(key)),
    commit: async (changes: never) => failing(() => store.commit(changes)),
    close: () => store.close(),
  };
  const reported: SourcePosition[] = [];
  let onCheckpoint: (position: unknown) => void | Promise<void> = (position) => {
    reported.push(position as SourcePosition);
    at('checkpoint');
    if (given.slow) return new Promise((resolve) => setImmediate(resolve));
  };
  const abort = new AbortController();
  const writer = trackWriter({
    ...{ baseUrl, siteId, apiKey, ...given.options },
    ...{ rejects: main.rejects, signal: abort.signal, clock, onCheckpoint: (position: unknown) => onCheckpoint(position) },
    ...timing,
    ...(isApi ? { giveUpMs: 10_000 } : {}),
    ...(given.failure === SILENT ? { timeoutMs: 20_000 } : {}),
  } as Parameters<typeof trackWriter>[0]);
  const stages = [
    ...[rows, validate({ object: 'person_event' }), entries, enforceLimits()],
    ...(aside ? [divert(aside.rejects)] : []),
    ...(given.deduped ? [dedupe({ store: remembering, commitEveryEntries: 5, clock } as never)] : []),
  ];
  const stage = stages[given.which % stages.length] as Transform;
  const place = aside ?? main;
  const failures: Record<FailureKind, () => void> = {
    nothing: () => {},
    'the source fails': () => input.destroy(CAUSE),
    'the source is destroyed': () => input.destroy(),
    'a stage fails': () => stage.destroy(CAUSE),
    'a stage is destroyed': () => stage.destroy(),
    'the writer fails': () => writer.destroy(CAUSE),
    'the writer is destroyed': () => writer.destroy(),
    'the rejects fail': () => place.rejects.destroy(CAUSE),
    'the rejects are destroyed': () => place.rejects.destroy(),
    'the rejects are ended': () => place.rejects.end(),
    'the place of rejects fails': () =>
      given.sink === 'folder' ? spoil(join(folder, aside ? 'aside' : 'rejects')) : place.inner.destroy(CAUSE),
    'the place of rejects is destroyed': () => place.inner.destroy(),
    'the place of rejects is ended': () => place.inner.end(),
    'the place of rejects keeps silent, then fails': () => {
      place.silent = true;
      setImmediate(() => setImmediate(() => place.inner.destroy(CAUSE)));
    },
    'the place of rejects keeps silent, the pipeline fails, then the place': () => {
      place.silent = true;
      writer.destroy(CAUSE);
      setImmediate(() => setImmediate(() => place.inner.destroy(CAUSE)));
    },
    'onCheckpoint throws': () => {
      onCheckpoint = () => {
        throw CAUSE;
      };
    },
    'onCheckpoint rejects': () => {
      onCheckpoint = () => Promise.reject(CAUSE);
    },
    'the dedupe store fails': () => {
      storeFails = true;
    },
    'the signal is aborted': () => abort.abort(CAUSE),
    'the API refuses the credentials': () => sandbox.setFaults([{ path: '/api/v2/batch', status: 401 }]),
    'the API goes away': () => {
      if (closing) return;
      void close();
      holder = holdPort(baseUrl);
    },
    'the API keeps silent': () => sandbox.setFaults([{ path: '/api/v2/batch', latencyMs: 1e9 }]),
    'the API is broken': () => sandbox.setFaults([{ path: '/api/v2/batch', status: 500 }]),
  };
  act = failures[given.failure];
  const streams = [input, source, ...stages, writer, main.rejects, ...(aside ? [aside.rejects] : [])];
  // Since Node 24 pipeline() refuses a stream that is destroyed already, and leaves the others as they are.
  const isOfPipeline = OF_PIPELINE.test(given.failure);
  if (!isOfPipeline) at('begin');
  let error: unknown;
  const ended = pipeline([input, source, ...stages, writer]).catch((caught) => {
    error = caught;
  });
  if (isOfPipeline) at('begin');
  try {
    await within(ended, () => `the pipeline hangs, ${JSON.stringify(writer.summary)}`);
    await within(Promise.all(streams.map(closed)), () => `open: ${streams.flatMap((stream, n) => (stream.closed ? [] : [n]))}`);
  } finally {
    await close();
    holder?.close();
  }
  for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
  return { given, error, done, writer, reported, main, aside, clock, state: sandbox.state(), counts };
}
type Ran = Awaited<ReturnType<typeof runOf>>;

/** Hangs up on everyone at a port that was left: else a server of another test may get it, and answer. */
function holdPort(url: string): Server {
  return createServer((socket) => socket.resetAndDestroy()).listen(Number(new URL(url).port), '127.0.0.1');
}

/** A file takes the place of a folder. */
function spoil(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, '');
}

/** It ended as it had to. */
function endsRightly({ given, error, done, writer: { summary } }: Ran): void {
  if (error === undefined) {
    assert.equal(summary.delivered + summary.rejected.total + summary.skipped.total, summary.read, 'a pipeline that succeeds settles all');
    return;
  }
  // A machine that pauses for longer than the deadline looks the same.
  assert.ok(done || given.failure === SILENT, `nothing was wrong: ${String(error)}`);
  if (error === CAUSE || (error instanceof CioError && error.cause === CAUSE)) return;
  const code = String(Reflect.get(Object(error), 'code'));
  assert.ok((FAILURES[given.failure] as readonly string[]).includes(code), `${given.failure}: ${String(error)}`);
}

/** Nothing is reported that is not true. */
function reportsTheTruth({ given, writer: { summary }, reported, main, aside, state }: Ran): void {
  const arrived = new Set(state.events.map(({ attributes }) => Number(attributes.n)));
  assert.ok(summary.delivered <= arrived.size, `${summary.delivered} reported as delivered, ${arrived.size} arrived`);
  const kept = [...main.kept(), ...(aside?.kept() ?? [])];
  const settled = new Set([...arrived, ...kept]);
  const last = Math.max(0, ...reported.map(({ line }) => line - (given.format === 'csv' ? 2 : 1)));
  // What was kept in a folder that somebody has removed is gone with it.
  if (given.failure !== 'the place of rejects fails' || given.sink !== 'folder') {
    for (let n = 1; n <= last; n++)
      assert.ok(settled.has(n) || given.rows[n - 1] === 'dropped', `row ${n} is reported as settled, and is not`);
  }
  if (!ON_REJECTS.test(given.failure)) {
    assert.equal(main.kept().length, summary.rejected.total, 'rejections that were handed over are kept');
  }
}

/** Nothing is left. */
function leavesNothing({ clock }: Ran, folder: string): void {
  assert.equal(clock.pending, 0, 'a timer is left');
  const busy = process.getActiveResourcesInfo().filter((name) => /TCP|FSReq|Zlib/.test(name));
  assert.deepEqual(busy, [], 'handles are left');
  for (const name of readdirSync(folder, { recursive: true })) assert.doesNotMatch(String(name), /partial/);
}

test(`one thing fails, ${RUNS} random runs`, { timeout: 300_000 + RUNS * 100 }, async () => {
  const seen = new Set<FailureKind>();
  await fc.assert(
    fc.asyncProperty(run, async (given) => {
      const folder = await mkdtemp(join(tmpdir(), 'cio-failing-'));
      try {
        const ran = await runOf(given, folder);
        endsRightly(ran);
        reportsTheTruth(ran);
        leavesNothing(ran, folder);
        if (ran.error !== undefined) seen.add(given.failure);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: RUNS },
  );
  assert.ok(seen.size > Object.keys(FAILURES).length / 2, `failed: ${[...seen]}`);
});
