/** The examples of a stage of one's own, of a test, and of functions for --transform. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { cli, folder, sandboxFor } from '../support/cli/run-cli.ts';
import { compile } from '../support/compile.ts';
import { example } from '../support/example.ts';

test('own-stage.mjs: what it rejects comes back with its line, and what was rejected before passes', async (t) => {
  const { place, run } = await example(t, 'own-stage.mjs');
  const rows = Array.from({ length: 1_200 }, (_, id) => `{"person_id":${id + 1}}\n`);
  place.write('people.ndjson', `no json\n${rows.join('')}`);
  const { status, stdout, stderr } = await run(['people.ndjson']);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(stdout, '1201 rows: 999 delivered, 202 rejected (1 malformed, 201 invalid), 0 skipped\n');
  assert.deepEqual(
    place.sandbox
      .state()
      .people.map(({ id, attributes }) => [id, attributes.plan])
      .sort(([a], [b]) => Number(a) - Number(b))
      .slice(0, 2),
    [
      [1, 'pro'],
      [2, 'free'],
    ],
  );
  const { rejected_at: _at, ...first } = JSON.parse(place.rejected().find((line) => line.includes('"person_id":1000')) ?? '');
  assert.deepEqual(first, {
    record: { person_id: 1000 },
    rejected_reason: 'invalid',
    rejected_field: 'person_id',
    rejected_message: 'has no plan',
    rejected_stage: 'withPlan',
    rejected_origin: { source: 'people.ndjson', line: 1001, offset: first.rejected_origin.offset, bytes: 18 },
  });
});

test('own-stage.mts fits the types of the package, and runs; in a longer pipeline its stage needs Duplex.from()', async (t) => {
  const { place } = await example(t, 'own-stage.mts');
  const stages = (own: string): string =>
    place
      .read('own-stage.mts')
      .replace('pipeline(users, real,', `pipeline(createReadStream('a.gz'), decompress(), csv(), ${own},`)
      .replace(
        'import { enforceLimits',
        "import { createReadStream } from 'node:fs';\nimport { Duplex } from 'node:stream';\nimport { csv, decompress, enforceLimits",
      );
  place.write('bare.mts', stages('real'));
  place.write('wrapped.mts', stages('Duplex.from(real)'));
  const { status, stdout } = await compile(place.folder, ['own-stage.mts', 'bare.mts', 'wrapped.mts']);
  assert.equal(status, 2);
  assert.deepEqual(
    [...stdout.matchAll(/^(\S+)\(.*: error (TS\d+): (.*)/gm)].map(([, ...found]) => found),
    [['bare.mts', 'TS2769', 'No overload matches this call.']],
  );
  const ran = await place.js(place.read('own-stage.mjs'));
  assert.deepEqual([ran.stdout, ran.stderr], ['3 rows: 2 delivered, 1 rejected (1 invalid), 0 skipped\n', '']);
  assert.deepEqual(place.people().at(0), { email: 'ada@example.com', id: 1, attributes: { source: 'crm', created_at: 1767312000 } });
});

test('sandbox.test.mjs passes', async (t) => {
  const { run } = await example(t, 'sandbox.test.mjs');
  // Without this it would report to the runner of this test.
  const { status, stdout } = await run([], { NODE_TEST_CONTEXT: undefined }, ['--test-reporter=tap']);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^# pass 1$/m);
});

test('from-mongodb.mjs and from-dynamodb.mjs unwrap exports whose fields are wrapped, after --transform', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const mongo =
    '{"_id":{"$oid":"64b7"},"visits":{"$numberLong":"12345678901234567890"},"created_at":{"$date":"2024-01-01T00:00:00Z"},"tags":[{"$numberInt":"7"}]}\n';
  const dynamo =
    '{"Item":{"id":{"S":"d1"},"visits":{"N":"42"},"plan":{"M":{"name":{"S":"pro"},"paid":{"BOOL":true},"until":{"NULL":true}}}}}\n';
  await writeFile(join(cwd, 'users.ndjson'), mongo);
  await writeFile(join(cwd, 'export.ndjson'), dynamo);
  for (const [file, module, column] of [
    ['users.ndjson', 'from-mongodb.mjs', '_id'],
    ['export.ndjson', 'from-dynamodb.mjs', 'id'],
  ] as const) {
    const args = ['--transform', resolve('examples', module), '--id', column];
    const { status, stderr } = await cli(['people', file, ...args], { cwd, env: sandbox.env });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /look like/);
  }
  const state = await (await fetch(`${sandbox.url}/state`)).text();
  assert.match(state, /"id":"64b7".*?"attributes":\{"visits":12345678901234567890,"created_at":1704067200,"tags":\[7\]\}/);
  assert.match(state, /"id":"d1".*?"attributes":\{"visits":42,"plan":\{"name":"pro","paid":true,"until":null\}\}/);
});
