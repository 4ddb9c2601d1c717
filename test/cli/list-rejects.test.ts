/** `cio-stream rejects`: what was rejected, counted. */
import assert from 'node:assert/strict';
import { readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, folder } from '../support/cli/run-cli.ts';
import { STORES, seed } from '../support/cli/stores.ts';

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
      /^3 rejected rows in 2 files of .*rejected\n\nrows {2}reason {3}field {2}stream\n {3}2 {2}refused {2}- {6}-\n/,
    );
    assert.match(ran.stdout, /\n {3}1 {2}invalid {2}email {2}-\n {6}such as .*: because of the test {2}\{"n":2\}\n$/);
    const json = await cli(['rejects', store.place('rejected'), '--format', 'json', ...store.flags], { env });
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
}

test('rejects: an unknown place, an empty one, and files of something else', async (t) => {
  const [store, cwd] = [await STORES.folder(t), await folder(t)];
  const unknown = await cli(['rejects', 'nothere'], { cwd });
  assert.deepEqual([unknown.status, unknown.stdout], [8, '']);
  const empty = await cli(['rejects', '.'], { cwd });
  assert.deepEqual([empty.status, empty.stdout, empty.stderr], [0, '0 rejected rows in 0 files of .\n', '']);
  await seed(store, 'rejected', [{ record: {} }]);
  await writeFile(join(store.place('rejected'), 'a.txt'), 'x');
  const mixed = await cli(['rejects', store.place('rejected')], { cwd });
  assert.equal(mixed.status, 5);
  assert.match(mixed.stdout, /^1 rejected row in 1 file of [\s\S]*\n\nnot read: rejected\/a\.txt: this CSV holds no rejected rows/);
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
  assert.match(ran.stdout, /^1 rejected row in 1 file of \./);
});

test('rejects: a field that no record has is named; the first ones are in objects, too; --rows goes with text', async (t) => {
  const store = await STORES.folder(t);
  await seed(
    store,
    'rejected',
    [1, 2, 3].map((n) => ({ record: { n }, reason: 'invalid', field: 'Created At' })),
  );
  const run = (...flags: string[]) => cli(['rejects', store.place('rejected'), ...flags], {});
  const slip = await run('--field', 'Creatd At');
  assert.deepEqual([slip.status, slip.stderr], [0, 'no record was rejected for the field "Creatd At": did you mean "Created At"?\n']);
  const first = await run('--first', '2', '--format', 'json');
  const { objects, records } = JSON.parse(first.stdout);
  assert.deepEqual([objects, records, first.stderr], [1, 2, '']);
  const listed = await run('--rows', '--format', 'csv');
  assert.equal(listed.status, 2);
  assert.match(listed.stderr, /--rows has no effect with --format csv, which lists the rows anyway/);
});
