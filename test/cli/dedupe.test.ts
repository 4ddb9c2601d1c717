/** `--dedupe`: what needs no delivery is skipped, within a run and, with `--state-dir`, between runs. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cli, folder, type Ran, sandboxFor, start } from '../support/cli/run-cli.ts';

async function place(t: TestContext) {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const send = (input: object[], args: readonly string[]): Promise<Ran> => {
    const always = ['operations', '--report', 'report.json', '--dedupe', '--concurrency', '1'];
    return cli([...always, ...args], { cwd, env: sandbox.env, input: input.map((one) => `${JSON.stringify(one)}\n`).join('') });
  };
  const report = async () => JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  return { sandbox, cwd, send, report };
}

const person = (id: string, attributes: object): object => ({ type: 'person', action: 'identify', identifiers: { id }, attributes });
const event = (id: string): object => ({ type: 'person', action: 'event', name: 'bought', id, identifiers: { id: 'a' } });

test('with --state-dir the next run sends what has changed, and no more', async (t) => {
  const { sandbox, send, report } = await place(t);
  const rows = [person('a', { plan: 'x' }), person('b', { plan: 'x' }), event('one')];
  assert.equal((await send(rows, ['--state-dir', 'state'])).status, 0);
  const again = await send([...rows, person('b', { plan: 'y' }), event('two')], ['--state-dir', 'state']);
  assert.equal(again.status, 0);
  assert.match(again.stderr, /done: 5 rows: 2 delivered, 0 rejected, 3 skipped/);
  assert.match(again.stderr, /skipped: 1 duplicate, .*\n.*skipped: 2 unchanged/);
  const { total, byReason } = (await report()).skipped;
  assert.deepEqual([total, byReason.duplicate, byReason.unchanged], [3, 1, 2]);
  assert.equal(sandbox.state().counts.applied, 5);
});

test('without it, within the run only', async (t) => {
  const { send, report } = await place(t);
  for (const _ of [1, 2]) {
    assert.equal((await send([person('a', { plan: 'x' }), person('a', { plan: 'x' }), event('one'), event('one')], [])).status, 0);
    const { delivered, skipped } = await report();
    assert.deepEqual([delivered, skipped.byReason.unchanged, skipped.byReason.duplicate], [2, 1, 1]);
  }
});

test('a dry run skips the same, and remembers nothing', async (t) => {
  const { send, report } = await place(t);
  const args = ['--state-dir', 'state'];
  assert.equal((await send([person('a', { plan: 'x' })], args)).status, 0);
  for (const _ of [1, 2]) {
    assert.equal((await send([person('a', { plan: 'x' }), person('a', { plan: 'y' })], [...args, '--dry-run'])).status, 0);
    assert.deepEqual([(await report()).delivered, (await report()).skipped.total], [1, 1]);
  }
});

test('a state folder that another run uses, or that can not be one, is refused before anything is sent', async (t) => {
  const { sandbox, cwd, send } = await place(t);
  const first = start(['operations', '--dedupe', '--state-dir', 'state', '--linger-ms', '0'], { cwd, env: sandbox.env });
  first.child.stdin?.write(`${JSON.stringify(person('a', { plan: 'x' }))}\n`);
  while (sandbox.state().counts.applied < 1) await sleep(5);
  const second = await send([person('b', {})], ['--state-dir', 'state']);
  assert.deepEqual([second.status, /is in use by process \d+/.test(second.stderr)], [12, true], second.stderr);
  first.child.stdin?.end();
  assert.equal((await first.ended).status, 0);
  await writeFile(join(cwd, 'taken'), '');
  const third = await send([person('b', {})], ['--state-dir', 'taken']);
  assert.deepEqual([third.status, /taken can't be opened/.test(third.stderr)], [12, true], third.stderr);
  assert.equal(sandbox.state().counts.applied, 1);
});

test('an option that does nothing without another is an error', async () => {
  for (const [flags, message] of [
    ['--state-dir state', '--state-dir does nothing without --dedupe'],
    ['--processes 3', '--processes does nothing without --redis'],
    ['--checkpoint-every 5', '--checkpoint-every does nothing without --resume or --dedupe'],
    ['--checkpoint-every-ms 5', '--checkpoint-every-ms does nothing without --resume or --dedupe'],
    ['--resume s.json --checkpoint-every 0', 'must be a whole number of 1 or more'],
    ['--resum s.json', "unknown option '--resum': did you mean --resume?"],
    ['--statedir s', "unknown option '--statedir': did you mean --state-dir?"],
  ] as const) {
    const ran = await cli(['operations', '--dry-run', ...flags.split(' ')]);
    assert.equal(ran.status, 2);
    assert.ok(ran.stderr.includes(message), ran.stderr);
  }
});
