/** What was rejected, counted; and send and check with rejects in object storage. */
import assert from 'node:assert/strict';
import { readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { RejectCounts } from '../../lib/cli/show/reject-counts.ts';
import { check, checkStore, openRejects } from '../../lib/index.ts';
import { cli, folder, sandboxFor } from '../support/cli/run-cli.ts';
import { objectsIn, STORES, seed } from '../support/cli/stores.ts';
import { stored } from '../support/object-storage/contract.ts';

const SEND = ['send', '--object', 'person_identify'];

for (const [kind, open] of Object.entries(STORES)) {
  test(`${kind}: rejects counts by reason and field, with an example, as text and as JSON`, async (t) => {
    const store = await open(t);
    await seed(store, 'rejected', [{ record: { n: 1 } }, { record: { n: 2 }, reason: 'invalid', field: 'email' }]);
    await seed(store, 'rejected', [{ record: { n: 3, text: '\u001b[2J'.padEnd(200, 'x') } }], 'csv');
    const env = store.env;
    const ran = await cli(['rejects', store.place('rejected'), ...store.flags], { env });
    assert.deepEqual([ran.status, ran.stderr], [0, '']);
    assert.match(
      ran.stdout,
      /^3 rejected records in 2 objects of .*rejected\n\nrecords {2}reason {3}field {2}stream\n {6}2 {2}refused {2}- {6}-\n/,
    );
    assert.match(ran.stdout, /\n {6}1 {2}invalid {2}email {2}-\n {9}such as .*: because of the test {2}\{"n":2\}\n$/);
    const json = await cli(['rejects', store.place('rejected'), '--json', ...store.flags], { env });
    const { kinds, ...counts } = JSON.parse(json.stdout);
    assert.deepEqual(counts, { where: store.place('rejected'), objects: 2, records: 3, others: 0, unreadable: [] });
    assert.deepEqual(
      kinds.map(({ reason, field, records }: Record<string, unknown>) => [reason, field, records]),
      [
        ['refused', null, 2],
        ['invalid', 'email', 1],
      ],
    );
  });

  test(`${kind}: send keeps rejects there, and check says whether it could`, async (t) => {
    const [store, sandbox] = [await open(t), await sandboxFor(t)];
    const env = { ...sandbox.env, ...store.env };
    const place = ['--rejects', store.place('rejected'), ...store.flags];
    const checked = await cli(['check', ...place], { env });
    assert.deepEqual([checked.status, checked.stderr], [0, '']);
    assert.match(checked.stdout, /\nrejects: good, .*rejected can be written, read, listed and deleted from\n$/);
    const good = await cli([...SEND, ...place, '--quiet'], { env, input: '{"person_id":1}' });
    assert.deepEqual([good.status, good.stderr, await objectsIn(store, 'rejected')], [0, '', 0]);
    const input = '{"n":0,"exact":12345678901234567890}\n{"n":1,"exact":12345678901234567890}';
    const objects = ['--rejects-path', 'run', '--rejects-file', 'all{format_extension}', '--rejects-gzip'];
    const sent = await cli([...SEND, ...place, ...objects], { env, input });
    assert.equal(sent.status, 1, sent.stderr);
    assert.match(sent.stderr, /rejected records are in .*rejected/);
    assert.deepEqual(await stored(store.place('rejected/run/all.ndjson.gz'), store.options), [0, 1]);
  });
}

for (const [kind, place, says] of [
  ['S3', 's3://no-such-bucket/rejected', /there is no bucket no-such-bucket/],
  ['GCS', 'gs://no-such-bucket/rejected', /there is no bucket no-such-bucket/],
  ['folder', 'a-file/rejected', /a file is in its way/],
] as const) {
  test(`${kind}: a place that can't keep rejects stops send before it reads, unless it is told not to check`, async (t) => {
    const [store, sandbox, cwd] = [await STORES[kind](t), await sandboxFor(t), await folder(t)];
    await writeFile(join(cwd, 'a-file'), '');
    const options = { cwd, env: { ...sandbox.env, ...store.env }, input: '{"person_id":1}' };
    const args = [...SEND, '--rejects', place, ...store.flags];
    const stopped = await cli(args, options);
    assert.equal(stopped.status, 8, stopped.stderr);
    assert.match(stopped.stderr, says);
    assert.equal(sandbox.state().people.length, 0);
    if (kind !== 'folder') assert.equal((await cli([...args, '--no-check'], options)).status, 0);
    const checked = await cli(['check', '--rejects', place, ...store.flags], options);
    assert.equal(checked.status, 8);
    assert.match(checked.stderr, says);
  });
}

test('a check leaves no folder behind; check() and openRejects() for programs', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await checkStore(join(cwd, 'a', 'b'));
  const { siteId, apiKey, url: baseUrl } = sandbox;
  const { region } = await check({ siteId, apiKey, baseUrl, rejects: join(cwd, 'rejected') });
  assert.deepEqual([region, await readdir(cwd)], ['us', []]);
  await assert.rejects(check({ siteId, apiKey: 'wrong', baseUrl, rejects: join(cwd, 'rejected') }), { code: 'CIO_AUTH' });
  await assert.rejects(check({ siteId, apiKey, baseUrl, rejects: 'ftp://x' }), { code: 'CIO_OPTIONS' });
  const rejects = await openRejects(join(cwd, 'nothere'));
  await assert.rejects(rejects.objects().next(), { code: 'CIO_REJECT_STORE', message: /it is not there/ });
  await rejects.close();
});

test('rejects: an unknown place, an empty one, and files of something else', async (t) => {
  const [store, cwd] = [await STORES.folder(t), await folder(t)];
  const unknown = await cli(['rejects', 'nothere'], { cwd });
  assert.deepEqual([unknown.status, unknown.stdout], [8, '']);
  const empty = await cli(['rejects', '.'], { cwd });
  assert.deepEqual([empty.status, empty.stdout, empty.stderr], [0, '0 rejected records in 0 objects of .\n', '']);
  await seed(store, 'rejected', [{ record: {} }]);
  await writeFile(join(store.place('rejected'), 'a.txt'), 'x');
  const mixed = await cli(['rejects', store.place('rejected')], { cwd });
  assert.equal(mixed.status, 5);
  assert.match(mixed.stdout, /^1 rejected record in 1 object of [\s\S]*\n\nnot read: rejected\/a\.txt: this CSV holds no rejected records/);
});

test('links to reject files are read like them; one that leads nowhere stops nothing', async (t) => {
  const [store, cwd] = [await STORES.folder(t), await folder(t)];
  await seed(store, 'rejected', [{ record: {} }]);
  const [name = ''] = await readdir(store.place('rejected'));
  await symlink(join(store.place('rejected'), name), join(cwd, name));
  await symlink(join(cwd, 'gone.ndjson'), join(cwd, 'nowhere.ndjson'));
  await symlink(join(cwd, 'circle.ndjson'), join(cwd, 'circle.ndjson'));
  const ran = await cli(['rejects', '.'], { cwd });
  assert.deepEqual([ran.status, ran.stderr], [0, '']);
  assert.match(ran.stdout, /^1 rejected record in 1 object of \./);
});

test('a tally keeps a thousand kinds, and counts the rest together', () => {
  const tally = new RejectCounts();
  for (let n = 0; n < 3_000; n++) tally.add({ record: { n: n % 1_500 }, rejected_reason: 'invalid', rejected_field: `f${n % 1_500}` }, 'x');
  assert.deepEqual([tally.records, tally.kinds.length, tally.others], [3_000, 1_000, 1_000]);
  assert.deepEqual(tally.kinds[0], {
    ...{ reason: 'invalid', field: 'f0', stream: null, namespace: null, records: 2 },
    example: { object: 'x', record: '{"n":0}' },
  });
  tally.add({ record: `${'x'.repeat(119)}\u{1f600}`, rejected_reason: 'malformed', rejected_origin: { stream: 's', namespace: 'n' } }, 'x');
  assert.equal(tally.others, 1_001);
});

test('a pipe or a device is not taken for a place without rejects', { skip: process.platform === 'win32' }, async () => {
  const rejects = await openRejects('/dev/null');
  await assert.rejects(rejects.objects().next(), {
    code: 'CIO_REJECT_STORE',
    message: /\/dev\/null: it is a pipe or a device, not a file or folder/,
  });
  await rejects.close();
});
