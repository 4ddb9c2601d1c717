/**
 * The law of checkpoints, over real HTTP: a position is reported only when every element before it is delivered, skipped or
 * stored as a rejection, in order, each once, after the commits; and after a commit that fails nothing is reported.
 */
import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import type { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { validate } from '../../lib/stage/validate.ts';
import type { TrackWriterOptions } from '../../lib/write/options.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { fast } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';
import { type Answer, type Received, serve } from '../support/scripted-server.ts';

type Step = 'deliver' | 'refuse' | 'invalid' | 'skip' | 'checkpoint' | 'silent';
type Fault = 'none' | 'none ' | 'reset' | 'busy' | 'throttle' | 'slow' | 'whole';

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>('deliver') },
    { weight: 4, arbitrary: fc.constant<Step>('checkpoint') },
    fc.constantFrom<Step>('refuse', 'invalid', 'skip', 'silent'),
  ),
  { minLength: 1, maxLength: 120 },
);
const faults = fc.array(fc.constantFrom<Fault>('none', 'none ', 'reset', 'busy', 'throttle', 'slow', 'whole'), { maxLength: 30 });

/** Applies what it can before it answers, or fails as it is reported. */
function api(applied: Set<number>, script: readonly Fault[]) {
  return ({ items }: Received, n: number): Answer => {
    const fault = script[n] ?? 'none';
    if (fault === 'busy') return { status: 503 };
    if (fault === 'throttle') return { status: 429, headers: { 'retry-after': '1' } };
    if (fault === 'whole') return { status: 400, body: { errors: [{ message: 'no' }] } };
    const errors: object[] = [];
    for (const [index, item] of items.entries()) {
      const { n: row, refuse } = item.attributes as { n: number; refuse: boolean };
      if (refuse) errors.push({ batch_index: index, message: 'refused' });
      else applied.add(row);
    }
    if (fault === 'reset') return 'reset';
    const answer = errors.length > 0 ? { status: 207, body: { errors } } : {};
    return fault === 'slow' ? { ...answer, delayMs: 3 } : answer;
  };
}

/** A reject store that has something only after its flush. */
function slowStore(stored: Set<number>) {
  let written: number[] = [];
  const sink = new Writable({
    objectMode: true,
    write: ({ record }: Rejection, _encoding, callback) => {
      written.push((record as { n: number }).n);
      callback();
    },
  });
  const flush = async (): Promise<void> => {
    const now = written;
    written = [];
    await new Promise((resolve) => setImmediate(resolve));
    for (const n of now) stored.add(n);
  };
  return Object.assign(sink, { flush });
}

test('a position is reported when all before it is settled, in order, and never early', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      faults,
      fc.constantFrom(1, 3, 8),
      fc.constantFrom(300, 1_000, 50_000),
      fc.option(fc.nat(20)),
      async (given, script, concurrency, maxBatchBytes, failing) => {
        const applied = new Set<number>();
        const stored = new Set<number>();
        const skipped = new Set<number>();
        const refusedWhole = script.includes('whole');
        const settled = (n: number): boolean => applied.has(n) || stored.has(n) || skipped.has(n);
        const reported: number[] = [];
        const committed = new Set<number>();
        const positions: number[] = [];
        const early: number[] = [];
        const isSettled = (n: number): void => {
          for (let i = 0; i < n; i++) {
            if (given[i] !== 'checkpoint' && given[i] !== 'silent' && !settled(i)) early.push(i);
          }
        };
        const elements = given.map((step, n) => {
          if (step === 'skip') {
            skipped.add(n);
            return new Skipped('filtered', { n });
          }
          if (step === 'invalid') return { n };
          if (step === 'deliver' || step === 'refuse') return { n, person_id: `p${n % 7}`, refuse: step === 'refuse' };
          const checkpoint = new Checkpoint(step === 'silent' ? undefined : n);
          if (step === 'checkpoint') positions.push(n);
          checkpoint.commits.push(async () => {
            await new Promise((resolve) => setImmediate(resolve));
            if (failing === committed.size) throw new Error('disk full');
            committed.add(n);
          });
          return checkpoint;
        });
        const server = await serve(t, api(applied, script));
        const writer = trackWriter({
          ...{ siteId: 's', apiKey: 'k', baseUrl: server.url, concurrency, maxBatchBytes, rejects: slowStore(stored) },
          onCheckpoint: async (position) => {
            isSettled(position as number);
            assert.ok(committed.has(position as number));
            await new Promise((resolve) => setImmediate(resolve));
            reported.push(position as number);
          },
          ...fast(1_000),
        } as TrackWriterOptions);
        let error: unknown;
        try {
          await pipeline(Readable.from(elements), validate({ object: 'person_identify', identifier: 'id' }), writer);
        } catch (caught) {
          error = caught;
        }
        assert.deepEqual(early, []);
        assert.deepEqual(reported, positions.slice(0, reported.length));
        if (error === undefined) {
          assert.deepEqual(reported, positions);
          const { read, delivered, rejected } = writer.summary;
          assert.equal(read, delivered + rejected.total + writer.summary.skipped.total);
          if (!refusedWhole) assert.equal(delivered, given.filter((step) => step === 'deliver').length);
        } else {
          assert.match(String(error), /disk full/);
          // The ones that share the commit may be held back; nothing at or after the failed one may be reported.
          assert.ok(reported.every((n) => committed.has(n)));
        }
      },
    ),
    { numRuns: runs(60) },
  );
});

test('a checkpoint after each record costs no request and no wait of its own', async (t) => {
  const rows = Array.from({ length: 3_000 }, (_, n) => [{ person_id: n, n }, new Checkpoint(n)]).flat();
  const server = await serve(t, () => ({}));
  const reported: unknown[] = [];
  const writer = trackWriter({
    ...{ siteId: 's', apiKey: 'k', baseUrl: server.url, concurrency: 1, maxBatchBytes: 20_000 },
    onCheckpoint: (position) => void reported.push(position),
  });
  await pipeline(Readable.from(rows), validate({ object: 'person_identify', identifier: 'id' }), writer);
  assert.equal(reported.length, 3_000);
  const bytes = server.received.map(({ body }) => body.length);
  assert.ok(
    bytes.slice(0, -1).every((length) => length > 19_900),
    `batches of ${bytes}`,
  );
});

test('a caller that is slow to take positions holds the pipeline back, not memory', async (t) => {
  const server = await serve(t, () => ({}));
  let taken = 0;
  let read = 0;
  let most = 0;
  function* rows(): Generator<object> {
    for (let n = 0; n < 20_000; n++) {
      read++;
      most = Math.max(most, read - taken);
      yield n % 2 === 0 ? new Skipped('filtered', {}) : new Checkpoint(n);
    }
  }
  const writer = trackWriter({
    ...{ siteId: 's', apiKey: 'k', baseUrl: server.url },
    onCheckpoint: async () => {
      taken += 2;
      if (taken % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    },
  });
  await pipeline(Readable.from(rows()), writer);
  assert.equal(taken, 20_000);
  assert.ok(most < 4_000, `${most} elements were read ahead`);
});

test('a source that waits for its checkpoint gets it after lingerMs, and a dry run commits nothing', async (t) => {
  const server = await serve(t, () => ({}));
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const committed: string[] = [];
  async function* rows(): AsyncGenerator<object> {
    yield { person_id: 1, n: 1 };
    yield new Checkpoint('first');
    await released;
    yield { person_id: 2, n: 2 };
  }
  await pipeline(
    rows,
    validate({ object: 'person_identify', identifier: 'id' }),
    trackWriter({ siteId: 's', apiKey: 'k', baseUrl: server.url, lingerMs: 5, onCheckpoint: release }),
  );
  assert.equal(server.received.length, 2);
  const checkpoint = new Checkpoint('dry');
  checkpoint.commits.push(() => void committed.push('dry'));
  const reported: unknown[] = [];
  await pipeline(
    Readable.from([{ person_id: 1 }, checkpoint]),
    validate({ object: 'person_identify', identifier: 'id' }),
    trackWriter({ siteId: 's', apiKey: 'k', dryRun: true, onCheckpoint: (position) => void reported.push(position) }),
  );
  assert.deepEqual([committed, reported], [[], ['dry']]);
});
