/** The same input gives the same event ids, whatever the process, the chunks, the lanes, and wherever a run was cut. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadHash } from '../../lib/hash.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import type { Entry } from '../../lib/record/entry.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import type { SourcePosition } from '../../lib/source/checkpointer.ts';
import { csv } from '../../lib/source/csv.ts';
import { ndjson, ndjsonDecoder } from '../../lib/source/ndjson.ts';
import { validate, validator } from '../../lib/stage/validate.ts';
import { isUlid, ulidFrom } from '../../lib/track/event-id.ts';
import { trackWriter } from '../../lib/write/track-writer.ts';
import { eventIdsOf, type Job, PLACE } from '../support/event-ids-of.ts';
import fc from '../support/fast-check.ts';
import { cutAt, fractions, readAll } from '../support/read-all.ts';
import { runs } from '../support/runs.ts';
import { serve } from '../support/scripted-server.ts';

await loadHash();

const row = fc.record(
  {
    ...{ person_id: fc.constantFrom('a', 'b', 'c'), event_name: fc.constantFrom('bought', 'größer'), total: fc.nat(3) },
    event_id: fc.oneof(
      fc.nat(5).map(String),
      fc.nat(5).map((n) => ulidFrom(String(n))),
    ),
    timestamp: fc.constantFrom('1700000000', '1700000001'),
  },
  { requiredKeys: ['person_id', 'event_name'] },
);
const NAMES = ['person_id', 'event_name', 'total', 'event_id', 'timestamp'] as const;
const job: fc.Arbitrary<Job> = fc
  .tuple(fc.constantFrom('ndjson' as const, 'csv' as const), fc.array(row, { minLength: 1, maxLength: 15 }), fractions)
  .map(([format, rows, cuts]) => ({
    ...{ format, cuts },
    text:
      format === 'ndjson'
        ? rows.map((item) => `${JSON.stringify(item)}\n`).join('')
        : [NAMES.join(), ...rows.map((item) => NAMES.map((name) => item[name] ?? '').join())].join('\n'),
  }));

test('the same in another process, and in other chunks', async (t) => {
  const child = fork(fileURLToPath(new URL('../support/event-ids-of.js', import.meta.url)), ['child']);
  t.after(() => child.kill());
  await fc.assert(
    fc.asyncProperty(job, fractions, async (given, cuts) => {
      const ids = await eventIdsOf(given);
      assert.ok(ids.every(isUlid));
      child.send({ ...given, cuts });
      assert.deepEqual(await once(child, 'message'), [ids, undefined]);
    }),
    { numRuns: runs(150) },
  );
});

test('the same over any number of lanes', async (t) => {
  await fc.assert(
    fc.asyncProperty(job, fc.constantFrom(1, 2, 7), fc.constantFrom(300, 50_000), async (given, concurrency, maxBatchBytes) => {
      const ids = await eventIdsOf(given);
      const { url, received } = await serve(t, () => ({}));
      await pipeline(
        Readable.from(cutAt(Buffer.from(given.text), given.cuts)),
        given.format === 'csv' ? csv(PLACE) : ndjson(PLACE),
        validate({ object: 'person_event' }),
        trackWriter({ siteId: 's', apiKey: 'k', baseUrl: url, concurrency, maxBatchBytes, lingerMs: 1 }),
      );
      const sent = received.flatMap(({ items }) => items.map(({ id }) => String(id)));
      assert.deepEqual(sent.sort(), [...ids].sort());
    }),
    { numRuns: runs(40) },
  );
});

test('the same when a run continues where another was cut; two rows that only look alike never share one', async () => {
  const text = '{"person_id":"a","event_name":"bought","timestamp":1700000000}\n'.repeat(20);
  const ids = await eventIdsOf({ format: 'ndjson', text, cuts: [] });
  assert.equal(new Set(ids).size, 20);
  const elements = await readAll(ndjsonDecoder({ ...PLACE, checkpointEveryRecords: 7 }), [text]);
  const position = elements.find((element) => element instanceof Checkpoint)?.position as SourcePosition;
  const toEntry = validator({ object: 'person_event' });
  const rest = await readAll(ndjsonDecoder({ ...PLACE, startAt: position }), [Buffer.from(text).subarray(position.offset)]);
  const again = rest.map((record) => (toEntry(record as SourceRecord) as Entry).operation.id);
  assert.deepEqual(again, ids.slice(7));
});
