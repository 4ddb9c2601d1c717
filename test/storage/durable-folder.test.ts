/** Files that are always whole: what a killed run has left beside one is cleared. */
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { clearLeftBeside } from '../../lib/storage/durable-folder.ts';
import { ownMark } from '../../lib/storage/run-mark.ts';
import { folder } from '../support/reject/folder.ts';

test('what a killed run has left beside a file is cleared by the next that holds it, and nothing else', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const path = await folder(t);
  const dead = `${process.pid}-1-${ownMark().split('-')[2]}`;
  const others = [`.a+b.json.${ownMark()}.partial`, `.other.json.${dead}.partial`, `.a+b.json.${dead}.partial.txt`, '.a+b.json.partial'];
  for (const name of [...others, `.a+b.json.${dead}.partial`]) await writeFile(join(path, name), 'x');
  await clearLeftBeside(join(path, 'a+b.json'));
  assert.deepEqual((await readdir(path)).sort(), others.sort());
  await clearLeftBeside(join(path, 'nowhere', 'a.json'));
});
