import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { clearLeftFiles, isLeft, isOurs, livingIn, MARK, ownMark } from '../../lib/storage/run-mark.ts';
import { folder } from '../support/folder.ts';

const onlyLinux = process.platform !== 'linux';
const PATTERN = new RegExp(String.raw`^half\.(${MARK})$`);

/** A mark as a killed run of this machine has left it. */
function deadMark(): string {
  return `${process.pid}-1-${ownMark().split('-')[2]}`;
}

test('a mark is of a process that lives, of one that is dead, or of another machine, where age decides', () => {
  const now = systemClock.wall();
  assert.equal(livingIn(ownMark()), process.pid);
  assert.equal(isLeft(ownMark(), 0), false);
  assert.deepEqual([livingIn(deadMark()), isLeft(deadMark(), now)], [undefined, process.platform === 'linux']);
  const elsewhere = `${process.pid}-${ownMark().split('-')[1]}-00000000`;
  assert.deepEqual([isLeft(elsewhere, now - 6 * 86_400_000), isLeft(elsewhere, now - 8 * 86_400_000)], [false, true]);
});

test('the mark of this process is one and the same, and the pattern finds it', () => {
  assert.equal(ownMark(), ownMark());
  assert.deepEqual(PATTERN.exec(`half.${ownMark()}`)?.[1], ownMark());
  for (const name of ['half', 'half.', 'half.1-2', `half.x${ownMark()}`, `half.${ownMark()}0`])
    assert.equal(PATTERN.exec(name), null, name);
});

test('the mark of another process lasts as long as that process', { skip: onlyLinux }, async (t) => {
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['-e', "require('fs').writeSync(1, '-'); setInterval(() => {}, 1e6)"]);
    t.after(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    return child;
  };
  const child = await start();
  const began = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
  const mark = `${child.pid}-${began}-${ownMark().split('-')[2]}`;
  assert.deepEqual([livingIn(mark), isLeft(mark, 0)], [child.pid, false]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual([livingIn(mark), isLeft(mark, systemClock.wall())], [undefined, true]);
});

test('files of dead runs are cleared: those that the pattern finds, below the folder only if asked for', { skip: onlyLinux }, async (t) => {
  const to = await folder(t);
  const [dead, elsewhere] = [`half.${deadMark()}`, 'half.9-9-00000000'];
  const kept = ['whole', `half.${ownMark()}`, `other.${deadMark()}`, elsewhere];
  await mkdir(join(to, 'below'));
  await mkdir(join(to, 'below', `half.${process.pid}-2-${ownMark().split('-')[2]}`));
  for (const place of [to, join(to, 'below')]) for (const name of [dead, ...kept]) await writeFile(join(place, name), 'x');
  await symlink(join(to, 'whole'), join(to, `half.${process.pid}-3-${ownMark().split('-')[2]}`));
  const before = (await readdir(to, { recursive: true })).sort();
  await clearLeftFiles(to, PATTERN);
  assert.deepEqual(
    (await readdir(to, { recursive: true })).sort(),
    before.filter((name) => name !== dead),
  );
  // Of another machine only what is old.
  await utimes(join(to, elsewhere), 0, 0);
  await clearLeftFiles(to, PATTERN, true);
  assert.deepEqual(
    (await readdir(to, { recursive: true })).sort(),
    before.filter((name) => ![dead, elsewhere, join('below', dead)].includes(name)),
  );
});

test('a folder that is not there, or is a file, is no reason to fail', async (t) => {
  const to = await folder(t);
  await writeFile(join(to, 'file'), 'x');
  for (const place of ['nowhere', 'file']) await clearLeftFiles(join(to, place), PATTERN, true);
  assert.deepEqual(await readdir(to), ['file']);
});

test('what another user owns is not ours', { skip: process.getuid === undefined }, () => {
  const uid = process.getuid?.() ?? 0;
  assert.deepEqual([isOurs({ uid }), isOurs({ uid: uid + 1 })], [true, false]);
});
