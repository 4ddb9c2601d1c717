import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkDistinct, type Places } from '../../../lib/cli/input/distinct-places.ts';
import { folder } from '../../support/folder.ts';

/** The flags that the refusal names; undefined if the places are allowed. */
async function refused(from: string | readonly string[], more: Partial<Places>): Promise<string[] | undefined> {
  try {
    await checkDistinct({ from: [from].flat(), rejects: undefined, doneTo: undefined, rejectsPath: undefined, ...more });
    return undefined;
  } catch (error) {
    assert.equal((error as { code?: unknown }).code, 'CIO_OPTIONS');
    return [...new Set(String(error).match(/--(?:rejects|done-to)\b(?!-)/g))];
  }
}

for (const kind of ['folder', 's3://bucket', 'gs://bucket']) {
  test(`${kind}: records rejected again stay out of the place that is read, and done objects out of both`, async (t) => {
    const top = kind === 'folder' ? await folder(t) : kind;
    const place = `${top}/a`;
    assert.equal(await refused(place, {}), undefined);
    assert.equal(await refused(place, { rejects: `${top}/again`, doneTo: `${top}/done` }), undefined);
    for (const rejects of [place, `${place}/`, `${place}/deep/er`])
      assert.deepEqual(await refused(place, { rejects }), ['--rejects'], rejects);
    // Only a template can lead from above into the place.
    assert.equal(await refused(place, { rejects: top }), undefined);
    assert.deepEqual(await refused(place, { rejects: top, rejectsPath: '{stream}' }), ['--rejects']);
    assert.equal(await refused(place, { rejects: `${top}/ab` }), undefined, 'a name that begins the same is another place');
    for (const doneTo of [place, top]) assert.deepEqual(await refused(place, { doneTo }), ['--done-to'], doneTo);
    assert.equal(await refused(place, { doneTo: `${place}/done` }), undefined);
    for (const [rejects, doneTo] of [
      ['x', 'x'],
      ['x', 'x/done'],
      ['x/again', 'x'],
    ] as const) {
      assert.deepEqual((await refused(place, { rejects: `${top}/${rejects}`, doneTo: `${top}/${doneTo}` }))?.sort(), [
        '--done-to',
        '--rejects',
      ]);
    }
  });
}

test('places of different kinds or buckets never meet', async () => {
  assert.equal(await refused('s3://bucket/a', { rejects: 'gs://bucket/a', doneTo: 's3://others/a' }), undefined);
  assert.equal(await refused('s3://bucket/a', { rejects: 'bucket/a' }), undefined);
});

test('links lead to the folder that they name, also below folders that are not there yet', {
  skip: process.platform === 'win32',
}, async (t) => {
  const top = await folder(t);
  await mkdir(join(top, 'a'));
  await symlink(join(top, 'a'), join(top, 'link'));
  assert.deepEqual(await refused(join(top, 'a'), { rejects: join(top, 'link', 'not', 'there') }), ['--rejects']);
  assert.deepEqual(await refused(join(top, 'link', 'b'), { doneTo: join(top, 'a') }), ['--done-to']);
});
