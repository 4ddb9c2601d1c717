/** `--transform`: a function of the user's over each row. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, folder, linesOf, sandboxFor } from '../../support/cli/run-cli.ts';

const PEOPLE = ['people'];

test('a row becomes another, several, or none; one that it fails on comes back as it was, and goes through by replay', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'people.csv'), 'Name,Mails\nAda,ada@x.io ada@y.io\nBob,\nEve,eve@x.io\n');
  await writeFile(
    join(cwd, 'split.mjs'),
    `export default async ({ Name, Mails }) => {
      if (Name === 'Eve' && !process.env.KNOWS_EVE) throw new Error('who is Eve?');
      return Mails?.split(' ').map((person_email) => ({ person_email, name: Name }));
    };`,
  );
  const args = ['--transform', 'split.mjs', '--rejects', 'rejected'];
  const ran = await cli([...PEOPLE, 'people.csv', ...args], { cwd, env: sandbox.env });
  assert.equal(ran.status, 1, ran.stderr);
  assert.match(ran.stderr, /done: 4 rows: 2 delivered, 1 rejected, 1 skipped/);
  assert.match(ran.stderr, /1 +invalid +- +the function failed: Error: who is Eve\?/);
  const env = { ...sandbox.env, KNOWS_EVE: 'yes' };
  const again = await cli(['replay', 'rejected', '--as', 'people', '--transform', 'split.mjs'], { cwd, env });
  assert.equal(again.status, 0, again.stderr);
  const people = sandbox.state().people.map(({ email, attributes }) => [email, Object(attributes).name]);
  assert.deepEqual(people.sort(), [
    ['ada@x.io', 'Ada'],
    ['ada@y.io', 'Ada'],
    ['eve@x.io', 'Eve'],
  ]);
});

test('a module that can not be used is one clear error, before anything is sent', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'broken.mjs'), 'export default (row => row;');
  await writeFile(join(cwd, 'throws.mjs'), 'throw new Error("no database");');
  await writeFile(join(cwd, 'named.mjs'), 'export const fix = (row) => row;');
  for (const [file, message] of [
    ['absent.mjs', /--transform absent\.mjs does not exist/],
    ['broken.mjs', /--transform broken\.mjs can't be loaded: SyntaxError/],
    ['throws.mjs', /--transform throws\.mjs can't be loaded: Error: no database/],
    ['named.mjs', /--transform named\.mjs exports no function as its default: write `export default \(row\) => \.\.\.`/],
  ] as const) {
    const { status, stderr } = await cli([...PEOPLE, '--transform', file], { cwd, env: sandbox.env, input: '{"person_id":1}\n' });
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
  assert.equal(sandbox.state().counts.requests, 0);
});

test('--max-rejected stops a run with a status of its own; without it, an input of which no row can be read does', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const send = (input: string, ...args: string[]): ReturnType<typeof cli> =>
    cli([...PEOPLE, '--rejects', 'rejected', ...args], { cwd, env: sandbox.env, input });
  const rows = Array.from({ length: 20 }, (_, n) => `{"person_id":${n % 2 ? 'null' : n}}\n`).join('');
  const stopped = await send(rows, '--max-rejected', '2');
  assert.equal(stopped.status, 13, stopped.stderr);
  assert.match(stopped.stderr, /failed: 6 rows: 3 delivered, 3 rejected, 0 skipped\n/);
  assert.match(
    stopped.stderr,
    /cio-stream: 3 of 6 rows were rejected, more than --max-rejected \(2\) allows\n {2}what to do: .*`--max-rejected`/,
  );
  assert.equal((await send(rows, '--max-rejected', '49%')).status, 13);
  assert.equal((await send(rows, '--max-rejected', '50%')).status, 1);
  for (const wrong of ['-1', '5.5', '101%', 'x']) assert.equal((await send(rows, '--max-rejected', wrong)).status, 2, wrong);

  const applied = sandbox.state().counts.applied;
  const unreadable = 'name;mail\n'.repeat(1_200);
  const none = await send(unreadable);
  assert.equal(none.status, 13, none.stderr);
  assert.match(none.stderr, /cio-stream: none of the first 1,000 rows could be read; the last one: not valid JSON/);
  const all = await send(unreadable, '--max-rejected', '100%');
  assert.equal(all.status, 1, all.stderr);
  assert.match(all.stderr, /done: 1,200 rows: 0 delivered, 1,200 rejected/);
  assert.equal(sandbox.state().counts.applied, applied);
});

test('rows that were rejected before and still can not be read are not a reason to stop', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const made = await cli([...PEOPLE, '--rejects', 'rejected', '--max-rejected', '100%'], {
    cwd,
    env: sandbox.env,
    input: 'no json\n'.repeat(1_100),
  });
  assert.equal(made.status, 1, made.stderr);
  const replayed = await cli(['replay', 'rejected', '--as', 'people'], { cwd, env: sandbox.env });
  assert.equal(replayed.status, 1, replayed.stderr);
  assert.equal(linesOf(replayed.stdout).length, 1_100);
});
