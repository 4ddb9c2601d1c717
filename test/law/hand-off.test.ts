/**
 * The laws, whatever somebody does to the streams while rows flow: listeners, pauses, other pipes, other streams in between, rows
 * written by hand, a stream that is ended or destroyed. Each row is delivered or rejected once, in order, or the run fails, and a
 * run that resumes it at the last checkpoint completes it. CIO_FAIL_RUNS runs it more often.
 */
import assert from 'node:assert/strict';
import { PassThrough, Transform, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import type { Fault, SourcePosition, TrackWriterOptions } from '../../lib/index.ts';
import { createSandbox, dedupe, divert, enforceLimits, map, ndjson, trackWriter, validate } from '../../lib/index.ts';
import { each } from '../../lib/stream/each.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { fast } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { ACTIONS, CAUSE, disturb, FATAL, OWN, type Seen } from '../support/hand-off/disturb.ts';
import { pipeAll, type Streams } from '../support/hand-off/line.ts';
import { bad, good, numbers, reading, textOf } from '../support/hand-off/rows.ts';
import { cutAt, fractions } from '../support/read-all.ts';
import { closed } from '../support/reject/folder.ts';
import { isLong } from '../support/runs.ts';
import { within } from '../support/within.ts';

const RUNS = Number(process.env.CIO_FAIL_RUNS ?? (isLong ? 100 : 50));
const NET_MS = 20_000;
const PEOPLE = 5;
const CODES = ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'ERR_STREAM_UNABLE_TO_PIPE'];

const effect = fc.constantFrom<Partial<Fault>>({ status: 503 }, { reset: 'during' }, { latencyMs: 2 }, { status: 429 });
const action = fc.record({
  what: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ACTIONS) }, { weight: 3, arbitrary: fc.constantFrom(...ACTIONS.slice(0, 7)) }),
  place: fc.nat(7),
  when: fc.constantFrom('start', 'chunk', 'row', 'applied'),
  nth: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 80 })),
  how: fc.constantFrom('now', 'tick', 'turn'),
});
const run = fc.record({
  rows: fc.integer({ min: 0, max: 120 }),
  cuts: fractions,
  isSlow: fc.boolean(),
  mapped: fc.constantFrom('no', 'no', 'at once', 'later'),
  probed: fc.boolean(),
  diverted: fc.boolean(),
  deduped: fc.boolean(),
  between: fc.array(fc.constantFrom('nothing', 'nothing', 'nothing', 'a stream', 'a small one', 'a slow one'), { maxLength: 8 }),
  isPiped: fc.boolean(),
  every: fc.integer({ min: 1, max: 20 }),
  actions: fc.array(action, { maxLength: 4 }),
  faults: fc.array(fc.record({ effect, after: fc.nat(3), times: fc.integer({ min: 1, max: 3 }) }), { maxLength: 2 }),
  options: fc.record({
    concurrency: fc.integer({ min: 1, max: 4 }),
    maxBatchBytes: fc.constantFrom(400, 1_500, 500_000),
    lingerMs: fc.constantFrom(0, 50, 1_000),
  }),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;
type Sandbox = Awaited<ReturnType<typeof createSandbox>>;
type At = (when: string, isInside?: boolean) => void;

const BETWEEN: Record<string, () => Transform[]> = {
  nothing: () => [],
  'a stream': () => [new PassThrough({ objectMode: true })],
  'a small one': () => [new PassThrough({ objectMode: true, highWaterMark: 1 })],
  'a slow one': () => [
    new Transform({ objectMode: true, transform: (element, _encoding, callback) => setImmediate(callback, null, element) }),
  ],
};

/** Our streams behind the source, and before the writer. */
function stagesOf({ mapped, probed, diverted, deduped }: Run, aside: ReturnType<typeof rejectKeeper>, at: At): Transform[] {
  const mapper = map((row) => {
    at('row');
    return mapped === 'later' ? new Promise<object>((resolve) => setImmediate(resolve, row)) : row;
  });
  // It lets rows pass as bytes, and what it calls must not be done inside.
  const row = (block: never, index: never, next: { row(block: never, index: never): boolean }): boolean => {
    at('row', true);
    return next.row(block, index);
  };
  const probe = each(
    (element, push) => {
      at('row');
      push(element);
    },
    { row } as never,
  );
  return [
    ...(mapped === 'no' ? [] : [mapper]),
    ...(probed ? [probe] : []),
    ...[validate({ object: 'person_event' }), enforceLimits()],
    ...(diverted ? [divert(aside)] : []),
    ...(deduped ? [dedupe()] : []),
  ];
}

/** One run from `startAt` on; `isDisturbed`: with all that is done to it. */
async function runOf(given: Run, sandbox: Sandbox, startAt: SourcePosition | undefined, isDisturbed: boolean) {
  const [rejects, aside] = [rejectKeeper(), rejectKeeper()];
  const seen: Seen = { heard: [], written: 0, off: new Set() };
  let hasFatal = false;
  const counts: Record<string, number> = {};
  const at: At = (when, isInside = false) => {
    counts[when] = (counts[when] ?? 0) + 1;
    for (const { what, place, when: moment, nth, how } of isDisturbed ? given.actions : []) {
      if (moment !== when || (nth !== counts[when] && when !== 'start')) continue;
      const index = place % ours.length;
      hasFatal ||= FATAL.includes(what);
      // A stage of a chain of pipe() that somebody ends leaves what is before it waiting, and with its last stream pipeline() ends.
      const done = what === 'end' && (given.isPiped || ours[index] === writer) ? 'fail' : what;
      const act = (): void => disturb(done, ours[index] as Transform, nextOf(ours[index] as Transform), ours[1] as Transform, seen);
      if (how === 'turn') setImmediate(act);
      else if (how === 'tick' || isInside) process.nextTick(act);
      else act();
    }
  };
  onApplied = () => at('applied');
  const pieces = cutAt(textOf('ndjson', given.rows), given.cuts);
  const input = reading(pieces, given.isSlow, () => at('chunk'));
  const source = ndjson({ source: 'law', version: '1', checkpointEveryRecords: given.every, ...(startAt && { startAt, skip: 'bytes' }) });
  let position = startAt;
  const { url: baseUrl, siteId, apiKey } = sandbox;
  const account = { baseUrl, siteId, apiKey, requestsPerSecond: 1_000 };
  const onCheckpoint = (reported: unknown): void => {
    position = reported as SourcePosition;
  };
  const writer = trackWriter({ ...account, ...given.options, ...fast(100), rejects, onCheckpoint } as TrackWriterOptions);
  const ours = [source, ...stagesOf(given, aside, at), writer];
  const between = (index: number): Transform[] => BETWEEN[given.between[index] ?? 'nothing']?.() ?? [];
  const streams = [
    input,
    ...ours.flatMap((stream, n) => (n === ours.length - 1 ? [stream] : [stream, ...between(n)])),
  ] as unknown as Streams;
  const nextOf = (stream: Transform): Writable | undefined => streams[streams.indexOf(stream) + 1] as Writable | undefined;
  const ended = given.isPiped ? byPipe(streams) : pipeline(streams);
  let error: unknown;
  const caught = ended.catch((thrown) => {
    error = thrown;
  });
  at('start');
  const state = (): string =>
    `${JSON.stringify(writer.summary)} ${(streams as unknown as Transform[]).map((one) => [one.readableLength, one.writableLength, one.destroyed, one.writableFinished])}`;
  await within(caught, () => `it hangs: ${state()}`, NET_MS);
  await within(Promise.all(streams.map(closed)), () => `not all close: ${state()}`, NET_MS);
  const rejected = [...aside.kept, ...rejects.kept].map(({ origin }) => Number(origin?.line));
  return { error, hasFatal, rejected, diverted: aside.kept.length, seen, position, summary: writer.summary };
}
type Ran = Awaited<ReturnType<typeof runOf>>;

let onApplied: () => void = () => {};

/** What pipeline() does, by pipe() alone. */
async function byPipe(streams: Streams): Promise<void> {
  pipeAll(streams);
  try {
    await Promise.all(streams.map((stream) => finished(stream)));
  } catch (error) {
    for (const stream of streams) stream.on('error', () => {}).destroy(error as Error);
    throw error;
  }
}

/** All was settled once: of rows that were written by hand, too. */
function isComplete({ rejected, diverted, summary, seen }: Ran, rows: number): void {
  const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);
  assert.deepEqual(sorted(rejected), bad(rows), 'each bad row is rejected once');
  assert.equal(summary.read, rows - diverted + seen.written);
  assert.equal(summary.delivered, good(rows).length + seen.written);
  assert.equal(summary.skipped.total, 0);
}

/** Of a person nothing is applied before all that comes before it was. It may come again if it is sent again. */
function keepsOrder(applied: readonly number[], rows: number): void {
  for (let person = 0; person < PEOPLE; person++) {
    const mine = good(rows).filter((n) => n % PEOPLE === person);
    let furthest = -1;
    for (const n of applied.filter((one) => one < OWN && one % PEOPLE === person)) {
      const index = mine.indexOf(n);
      assert.ok(index !== -1 && index <= furthest + 1, `of person ${person}, row ${n} was applied before row ${mine[furthest + 1]}`);
      furthest = Math.max(furthest, index);
    }
  }
}

/** Listeners and other destinations hear each row at most once, in order, and none is missing in between. */
function othersSawTheTruth({ seen: { heard } }: Ran): void {
  for (const list of heard)
    assert.ok(
      list.every((n, index) => index === 0 || n > (list[index - 1] as number)),
      `heard ${list}`,
    );
}

test(`streams are disturbed, ${RUNS} random runs`, { timeout: 300_000 + RUNS * 200 }, async () => {
  const ends = { whole: 0, resumed: 0 };
  await fc.assert(
    fc.asyncProperty(run, async (given) => {
      const faults = given.faults.map(({ effect: what, after, times }): Fault => ({ path: '/api/v2/batch', after, times, ...what }));
      const applied: number[] = [];
      const sandbox = await createSandbox({
        requestsPerSecond: Number.POSITIVE_INFINITY,
        faults,
        onApply: ({ operation }) => {
          const { n } = operation.attributes as { n: number };
          applied.push(n);
          onApplied();
        },
      });
      try {
        const first = await runOf(given, sandbox, undefined, true);
        othersSawTheTruth(first);
        keepsOrder(applied, given.rows);
        assert.ok(first.error === undefined || first.hasFatal, `nothing was wrong: ${String(first.error)}`);
        if (first.error === undefined) {
          ends.whole++;
          isComplete(first, given.rows);
          const isRepeated = new Set(applied).size < applied.length;
          assert.ok(!isRepeated || faults.length > 0, 'something was sent twice');
        } else {
          ends.resumed++;
          assert.ok(first.error === CAUSE || CODES.includes(Reflect.get(Object(first.error), 'code')), String(first.error));
          const rest = await runOf(given, sandbox, first.position, false);
          assert.equal(rest.error, undefined);
          keepsOrder(applied, given.rows);
          const rejected = new Set([...first.rejected, ...rest.rejected]);
          assert.deepEqual(
            [...rejected].toSorted((a, b) => a - b),
            bad(given.rows),
          );
        }
        const events = sandbox.state().events.map(({ attributes }) => Number(attributes.n));
        const own = numbers(OWN + first.seen.written - 1, OWN).filter((n) => first.error === undefined || events.includes(n));
        assert.deepEqual(
          events.toSorted((a, b) => a - b),
          [...good(given.rows), ...own],
          'every good row has arrived, once',
        );
      } finally {
        await sandbox.close();
      }
    }),
    { numRuns: RUNS },
  );
  assert.ok(ends.whole > 0 && ends.resumed > 0, JSON.stringify(ends));
});
