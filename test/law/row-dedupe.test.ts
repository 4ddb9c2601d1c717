/** Dedupe sees no difference between rows as bytes and rows as records: the same are skipped, whatever comes in between. */
import assert from 'node:assert/strict';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createSandbox, dedupe, enforceLimits, memoryStore, ndjson, type Store, trackWriter, validate } from '../../lib/index.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import fc from '../support/fast-check.ts';
import { cutAt, fractions } from '../support/read-all.ts';
import { canonicalText } from '../support/row-and-record.ts';
import { runs } from '../support/runs.ts';

const person = fc.constantFrom('a@x.io', 'A@x.io', 'b@x.io', 'c@x.io', 'd@x.io', 'no address');
const row = fc
  .record({
    person_email: person,
    plan: fc.constantFrom('free', 'premium', 'größer'),
    n: fc.constantFrom('1', '1.0', '1e0', '2', '0.5', '0.50', '-0'),
    more: fc.constantFrom(
      '',
      ',"_update":true',
      ',"tags":["a", "b"]',
      ',"at":{"lat":1.50,"lon":2}',
      ',"at":{ "lon":2,"lat":1.5 }',
      ',"x":"\\u00e9"',
      ',"x":"é"',
    ),
    isTurned: fc.boolean(),
  })
  .map(({ person_email, plan, n, more, isTurned }) =>
    isTurned
      ? `{"n":${n},"plan":"${plan}"${more},"person_email":"${person_email}"}`
      : `{"person_email":"${person_email}", "plan":"${plan}","n":${n}${more}}`,
  );
const given = fc.record({
  rows: fc.array(fc.oneof({ weight: 20, arbitrary: row }, fc.constantFrom('{"plan":}', '{"plan":"nobody"}')), {
    minLength: 5,
    maxLength: 60,
    size: 'max',
  }),
  cuts: fractions,
  commitEveryEntries: fc.constantFrom(1, 3, 1_000),
  checkpointEveryRecords: fc.integer({ min: 1, max: 20 }),
  isSlow: fc.boolean(),
  dryRun: fc.boolean(),
});
type Given = typeof given extends fc.Arbitrary<infer G> ? G : never;

/** The store, as one that answers later. */
function later(store: Store): Store {
  return {
    open: () => store.open(),
    get: async (key) => store.get(key),
    commit: (changes) => store.commit(changes),
    close: () => store.close(),
  };
}

async function run({ rows, cuts, commitEveryEntries, checkpointEveryRecords, isSlow, dryRun }: Given, isJoined: boolean) {
  const applied = new Map<string, unknown[]>();
  const sandbox = await createSandbox({
    requestsPerSecond: Number.POSITIVE_INFINITY,
    onApply: ({ operation, text }) => {
      const email = String((operation.identifiers as { email: string }).email).toLowerCase();
      applied.set(email, [...(applied.get(email) ?? []), canonicalText(text)]);
    },
  });
  const { url: baseUrl, siteId, apiKey } = sandbox;
  const store = memoryStore();
  const seen: unknown[] = [];
  try {
    // The second pass knows what the first one has delivered.
    for (const pass of [1, 2]) {
      const rejects = rejectKeeper();
      const writer = trackWriter({ baseUrl, siteId, apiKey, rejects, concurrency: 1, onCheckpoint: () => {} });
      const between = new Transform({ objectMode: true, transform: (element, _encoding, callback) => callback(null, element) });
      const source = ndjson({ source: 'rows', version: '1', checkpointEveryRecords });
      const first = [
        Readable.from(cutAt(Buffer.from(rows.map((text) => `${text}\n`).join('')), cuts)),
        source,
        ...(isJoined ? [] : [between]),
      ];
      const skip = dedupe({ store: isSlow ? later(store) : store, commitEveryEntries, dryRun });
      await pipeline([...first, validate({ object: 'person_identify', identifier: 'email' }), enforceLimits(), skip, writer]);
      const { read, delivered, rejected, skipped, warnings } = writer.summary;
      seen.push({ pass, read, delivered, rejected: rejected.byReason, skipped, warnings, kept: rejects.kept.length });
    }
    return { seen, applied: Object.fromEntries(applied) };
  } finally {
    await sandbox.close();
  }
}

test('law: the same are skipped, and the API gets the same, as bytes and as records', async () => {
  await fc.assert(
    fc.asyncProperty(given, async (one) => assert.deepEqual(await run(one, true), await run(one, false))),
    { numRuns: runs(200) },
  );
});
