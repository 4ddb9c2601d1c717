import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CioError } from '../../lib/errors.ts';
import { FallbackFile } from '../../lib/reject/fallback-file.ts';
import { StagingFile } from '../../lib/reject/staging-file.ts';
import { folder } from '../support/folder.ts';

const GONE = new CioError('CIO_REJECT_STORE', 'the store is gone');

/** Staged files with these lines, and the folder that they are in. */
async function stage(t: TestContext, texts: Record<string, string>): Promise<{ staged: Map<string, StagingFile>; at: string }> {
  const at = await folder(t);
  const staged = new Map<string, StagingFile>();
  for (const [key, text] of Object.entries(texts)) {
    const object = { group: { key, namespace: '', stream: key }, since: 0, token: key, name: key };
    const file = await StagingFile.create(join(at, `${key}.partial`), object);
    if (text !== '') await file.append(text);
    staged.set(key, file);
  }
  return { staged, at };
}

test('the lines of all staged files, and those in none of them, are in one file that the error names', async (t) => {
  const [{ staged, at }, place] = [await stage(t, { a: 'a1\na2\n', b: 'b1\n', empty: '' }), await folder(t)];
  const fallback = new FallbackFile(place, 'kept.ndjson');
  const error = await fallback.rescue(GONE, staged, 'loose\n');
  assert.deepEqual(
    [error.code, error.message],
    ['CIO_REJECT_STORE', `the store is gone; the rows that were not stored are in ${join(place, 'kept.ndjson')}`],
  );
  assert.equal(await readFile(join(place, 'kept.ndjson'), 'utf8'), 'a1\na2\nb1\nloose\n');
  assert.deepEqual([staged.size, await readdir(at)], [0, []]);
  // What comes later joins it.
  assert.equal((await fallback.rescue(GONE, new Map(), 'later\n')).message, error.message);
  assert.equal(await readFile(join(place, 'kept.ndjson'), 'utf8'), 'a1\na2\nb1\nloose\nlater\n');
});

test('with nothing to keep no file is made, and the error stays as it is', async (t) => {
  const [{ staged }, place] = [await stage(t, { empty: '' }), await folder(t)];
  assert.equal(await new FallbackFile(place, 'kept.ndjson').rescue(GONE, staged, ''), GONE);
  assert.deepEqual(await readdir(place), []);
});

test('no file is overwritten: then the lines stay where they were staged, under a name that no run clears', async (t) => {
  const [{ staged, at }, place] = [await stage(t, { a: 'a1\n', b: 'b1\n' }), await folder(t)];
  await writeFile(join(place, 'kept.ndjson'), 'somebody else\n');
  const fallback = new FallbackFile(place, 'kept.ndjson');
  const error = await fallback.rescue(GONE, staged, 'loose\n');
  const [first, second] = [join(at, 'a.ndjson'), join(at, 'b.ndjson')];
  assert.match(error.message, /^the store is gone; the rows that were not stored could not be kept in .*kept\.ndjson either: .*EEXIST/);
  assert.ok(error.message.endsWith(`they are still in ${first}, ${second}`), error.message);
  assert.deepEqual([await readFile(first, 'utf8'), await readFile(second, 'utf8')], ['a1\n', 'b1\n']);
  assert.equal(await readFile(join(place, 'kept.ndjson'), 'utf8'), 'somebody else\n');
  assert.equal(await fallback.rescue(GONE, new Map(), 'more\n'), error, 'nothing is taken afterwards');
  for (const file of staged.values()) await file.close();
});
