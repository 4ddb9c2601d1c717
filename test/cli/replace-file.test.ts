import assert from 'node:assert/strict';
import { lstat, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { beAlone } from '../../lib/cli/alone.ts';
import { clearLeftBeside, replaceFile } from '../../lib/cli/replace-file.ts';
import { ownMark } from '../../lib/reject/run-mark.ts';
import { folder } from '../reject/folder.ts';

const skip = process.platform === 'win32';

test('a report or a resume file is for its owner only, and a link at the names beside it is not followed', { skip }, async (t) => {
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const path = await folder(t);
  const [place, victim] = [join(path, 'state.json'), join(path, 'victim')];
  await writeFile(victim, 'precious');
  for (const ending of ['partial', 'run']) await symlink(victim, join(path, `.state.json.${ownMark()}.${ending}`));
  await replaceFile(place, 'one\n');
  await beAlone(place);
  await writeFile(join(path, 'old.json'), 'old', { mode: 0o644 });
  await symlink('old.json', join(path, 'link.json'));
  await replaceFile(join(path, 'link.json'), 'new\n');
  assert.equal(await readFile(victim, 'utf8'), 'precious');
  const modes = await Promise.all(
    (await readdir(path)).map(async (name) => [name, ((await lstat(join(path, name))).mode & 0o777).toString(8)]),
  );
  assert.deepEqual(Object.fromEntries(modes), {
    [`.state.json.${ownMark()}.run`]: '600',
    'link.json': '777',
    'old.json': '600',
    'state.json': '600',
    victim: '666',
  });
});

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
