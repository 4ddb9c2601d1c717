/** Ctrl-C: the first one finishes what was read and reports, the second one leaves at once. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { cli, folder, sandboxFor, start } from '../../support/cli/run-cli.ts';
import { serve } from '../../support/scripted-server.ts';

const SEND = ['people', '--linger-ms', '0'];
const FINISHING = 'interrupted: finishing what was read';

test('the first stops reading, finishes what was read, reports, and ends with 130', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const running = start([...SEND, '--report', 'report.json'], { cwd, env: sandbox.env });
  // Standard input stays open: without the signal it would wait for ever.
  running.child.stdin?.write('{"person_id":"a","x":1}\n{"person_id":"b","x":1}\n{"person_id":"cut');
  while (sandbox.state().counts.applied < 2) await sleep(5);
  running.child.kill('SIGINT');
  const { status, signal, stderr } = await running.ended;
  assert.deepEqual([status, signal], [130, null], stderr);
  assert.match(stderr, /interrupted: 2 rows: 2 delivered, 0 rejected/);
  assert.match(stderr, /\nprogress was not saved, so the next run starts over; with --resume FILE .*\n$/);
  assert.doesNotMatch(stderr, /hint/);
  const report = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  assert.deepEqual([report.read, report.delivered, report.interrupted, report.error], [2, 2, true, undefined]);
});

test('what is in flight is waited for, however slow the API is', async (t) => {
  const sandbox = await sandboxFor(t, { faults: [{ path: '/api/v2/batch', latencyMs: 500 }] });
  const running = start(SEND, { env: sandbox.env });
  running.child.stdin?.write('{"person_id":"a","x":1}\n');
  // The first request asks for the region.
  while (sandbox.state().counts.requests < 2) await sleep(5);
  await sleep(100);
  running.child.kill('SIGTERM');
  const { status, stderr } = await running.ended;
  assert.equal(status, 143, stderr);
  assert.match(stderr, /interrupted: 1 row: 1 delivered/);
  assert.equal(sandbox.state().people.length, 1);
});

test('a second one leaves at once, as the signal would have it', async (t) => {
  const sandbox = await sandboxFor(t, { faults: [{ path: '/api/v2/batch', status: 503 }] });
  const running = start(SEND, { env: sandbox.env });
  running.child.stdin?.write('{"person_id":"a","x":1}\n');
  // The first request asks for the region.
  while (sandbox.state().counts.requests < 2) await sleep(5);
  running.child.kill('SIGINT');
  await running.says(FINISHING);
  // Closer together they would be one Ctrl-C that npm passes on too.
  await sleep(150);
  running.child.kill('SIGINT');
  const { status, signal } = await running.ended;
  assert.deepEqual([status, signal], [null, 'SIGINT']);
});

test('interrupted while the credentials are checked', async (t) => {
  let onAsked = (): void => {};
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const { url } = await serve(t, () => {
    onAsked();
    return { status: 503 };
  });
  const running = start(SEND, { env: { CUSTOMERIO_BASE_URL: url, CUSTOMERIO_SITE_ID: 'site', CUSTOMERIO_API_KEY: 'key' } });
  await asked;
  running.child.kill('SIGINT');
  assert.equal((await running.ended).status, 130);
});

test('with --resume the next run resumes right after what was read, and nothing is sent twice', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'fix.mjs'), 'export default async (row) => ({ ...row, fixed: true });');
  const packed = (text: string): Buffer => gzipSync(text, { level: 0 });
  for (const [format, head, row, pack] of [
    ['ndjson', '', (n: number) => `{"person_id":"p${n}","n":${n}}\n`, packed],
    ['csv', 'person_id,n\n', (n: number) => `p${n},"${n}\n"\n`, Buffer.from],
    ['json', '[', (n: number) => `${n > 1 ? ',' : ''}{"person_id":"p${n}","n":${n}}`, Buffer.from],
  ] as const) {
    const before = sandbox.state().counts.applied;
    const more = ['--resume', `${format}.json`, '--report', 'report.json', '--rejects', format, '--transform', 'fix.mjs'];
    const args = [...SEND, '--format', format, ...more];
    const first = start(args, { cwd, env: sandbox.env });
    const whole = pack(`${head}${row(1)}${row(2)}${row(3)}${format === 'json' ? ']' : ''}`);
    // In the third row; of gzip, before the eight bytes of its end.
    first.child.stdin?.write(whole.subarray(0, format === 'ndjson' ? -12 : -4));
    while (sandbox.state().counts.applied < before + 2) await sleep(5);
    first.child.kill('SIGINT');
    const { status, stderr } = await first.ended;
    assert.equal(status, 130);
    assert.match(stderr, /\nthe same command resumes where this one stopped\n$/);
    assert.equal((await cli(args, { cwd, env: sandbox.env, input: whole })).status, 0);
    const report = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
    assert.deepEqual([report.read, report.delivered], [1, 1], format);
    assert.equal(sandbox.state().counts.applied, before + 3);
  }
});
