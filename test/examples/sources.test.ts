/** The examples that read a cursor and an object: rows arrive, and what can't is kept with its reason. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { example } from '../support/example.ts';
import { REGION } from '../support/object-storage/s3-server.ts';
import { BUCKETS } from '../support/object-storage/stored-objects.ts';
import { postgres } from '../support/postgres.ts';
import { skipOrFail } from '../support/skip-or-fail.ts';

test('postgres.mjs: rows of a cursor, the second time only the new ones, and what is rejected can be replayed', async (t) => {
  const url = await postgres(t);
  if (url === undefined) return skipOrFail(t, 'PostgreSQL (initdb, postgres) is not installed');
  const database = new (createRequire(import.meta.url)('pg').Client)(url);
  await database.connect();
  await database.query(`create table users (id integer, email text, plan text, signed_up timestamptz);
    insert into users select n, n || '@example.com', 'pro', '2026-01-02T00:00:00Z' from generate_series(1, 1000) n;
    insert into users values (2000, 'grace@example.com', repeat('x', 1001), '2026-01-02T00:00:00Z')`);
  const { place, run } = await example(t, 'postgres.mjs');
  const { status, stdout, stderr } = await run([], { DATABASE_URL: url });
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(stdout, '1001 rows: 1000 delivered, 1 rejected (1 too_large), 0 skipped\n');
  assert.equal(place.people().length, 1_000);
  assert.deepEqual(place.people()[0], { id: 1000, email: '1000@example.com', attributes: { plan: 'pro', created_at: 1767312000 } });
  assert.equal(place.read('last-id'), '2000');

  await database.query("insert into users values (3000, 'ada@example.com', null, null)");
  await database.end();
  assert.match((await run([], { DATABASE_URL: url })).stdout, /^1 row.*: 1 delivered/);
  assert.deepEqual(place.people().at(-1), { id: 3000, email: 'ada@example.com', attributes: {} });

  await place.sh('cio-stream replay rejected/ --on-violation truncate --rejects again/');
  const grace = place.people().at(-1) as { id: number; attributes: { created_at: number } };
  assert.deepEqual([grace.id, grace.attributes.created_at], [2000, 1767312000]);
});

test('s3.mjs: events of a gzipped object arrive, and rejects go to the bucket', async (t) => {
  const bucket = await BUCKETS.S3(t);
  const row = '{"user_email":"ada@example.com","event":"signed up","sent_at":"2026-01-02T00:00:00Z","plan":"pro"}';
  await bucket.put('exports/events.ndjson.gz', gzipSync(`${row}\n{"user_email":"zoe@example.com"}\n`));
  const { place, run } = await example(t, 's3.mjs', ['@aws-sdk']);
  const env = { ...bucket.env, AWS_REGION: REGION, AWS_ENDPOINT_URL_S3: bucket.access.s3?.endpoint };
  const { status, stdout, stderr } = await run(['bucket', 'exports/events.ndjson.gz'], env);
  assert.equal(status, 0, stderr);
  assert.equal(stdout, '2 rows: 1 delivered, 1 rejected (1 invalid), 0 skipped\n');
  const { events } = place.sandbox.state();
  assert.deepEqual(
    events.map(({ name, timestamp, attributes }) => [name, timestamp, attributes]),
    [['signed up', 1767312000, { plan: 'pro' }]],
  );
  assert.equal(bucket.server.requests.filter((request) => request.startsWith('PUT /bucket/rejected/')).length, 1);
});
