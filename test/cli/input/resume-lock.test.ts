/** Two runs at one resume file: the second is refused while the first lives, and not a moment longer. */
import assert from 'node:assert/strict';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockResume } from '../../../lib/cli/input/resume-lock.ts';
import { ownMark } from '../../../lib/storage/run-mark.ts';
import { folder, type Ran, type Running, sandboxFor, start } from '../../support/cli/run-cli.ts';

const SEND = ['people', '--linger-ms', '0', '--checkpoint-every', '1', '--resume'];

/** A run in progress that has saved a position, and a way to try another. */
async function scene(
  t: TestContext,
): Promise<{ cwd: string; first: Running; again(path: string): Promise<Ran>; marks(): Promise<string[]> }> {
  const [{ env }, cwd] = [await sandboxFor(t), await folder(t)];
  const first = start([...SEND, 'state.json'], { cwd, env });
  t.after(() => first.child.kill('SIGKILL'));
  first.child.stdin?.write('{"person_id":"a"}\n');
  const state = join(cwd, 'state.json');
  while (!(await readFile(state, 'utf8').catch(() => '')).includes('"line": 2')) await sleep(5);
  const again = (path: string): Promise<Ran> => start([...SEND, path], { cwd, env, input: '{"person_id":"a"}\n{"person_id":"b"}\n' }).ended;
  return { cwd, first, again, marks: async () => (await readdir(cwd)).filter((name) => name.endsWith('.run')) };
}

test('a second run is refused by the name of the first, by a link too; another file is free', async (t) => {
  const { cwd, first, again, marks } = await scene(t);
  await symlink('state.json', join(cwd, 'link.json'));
  const before = await readFile(join(cwd, 'state.json'), 'utf8');
  for (const path of ['state.json', join(cwd, 'state.json'), 'link.json']) {
    const { status, stderr } = await again(path);
    assert.equal(status, 12, stderr);
    assert.match(stderr, new RegExp(`the resume file ${path} is in use by process ${first.child.pid}: one run at a time`));
  }
  assert.equal((await again('other.json')).status, 0);
  assert.equal(await readFile(join(cwd, 'state.json'), 'utf8'), before);
  first.child.stdin?.end('{"person_id":"c"}\n');
  assert.equal((await first.ended).status, 0);
  assert.deepEqual(await marks(), [], 'nothing is left behind');
});

test('a killed run locks nobody out, and what it left is cleared', async (t) => {
  const { first, again, marks } = await scene(t);
  first.child.kill('SIGKILL');
  await first.ended;
  assert.equal((await marks()).length, 1);
  const { status, stderr } = await again('state.json');
  assert.equal(status, 0, stderr);
  assert.equal(stderr.split('resumed: standard input from line 2 on').length, 2, stderr);
  assert.deepEqual(await marks(), []);
});

test('a process that only has the number of a dead run is not taken for it', { skip: process.platform !== 'linux' }, async (t) => {
  const { first, again, marks, cwd } = await scene(t);
  first.child.stdin?.end();
  await first.ended;
  const [, , here] = ownMark().split('-');
  for (const name of [`${process.pid}-1-${here}`, 'notes']) await writeFile(join(cwd, `.state.json.${name}.run`), '');
  assert.equal((await again('other.json')).status, 0);
  assert.equal((await marks()).length, 2, 'what belongs to another resume file stays');
  await lockResume(join(cwd, 'state.json'));
  const left = (await marks()).join();
  assert.match(left, new RegExp(`^\\.state\\.json\\.${ownMark()}\\.run,\\.state\\.json\\.notes\\.run$`));
});
