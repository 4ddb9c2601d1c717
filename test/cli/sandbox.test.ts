import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { cli, folder } from '../support/cli/run-cli.ts';

const AUTHORIZATION = `Basic ${Buffer.from('sandbox-site:sandbox-key').toString('base64')}`;

/** The command, run as a user runs it. */
function run(t: TestContext, ...args: string[]): ChildProcess & { errors: () => string } {
  const child = spawn(process.execPath, ['dist/lib/cli/main.js', 'sandbox', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const chunks: Buffer[] = [];
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  return Object.assign(child, { errors: () => Buffer.concat(chunks).toString() });
}

async function firstLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  const [line] = await once(createInterface(child.stdout), 'line');
  return line;
}

// biome-ignore lint/suspicious/noExplicitAny: replies are looked at freely
const json = async (response: Response): Promise<any> => await response.json();

const region = async (url: string): Promise<Response> =>
  await fetch(`${url}/api/v1/accounts/region`, { headers: { authorization: AUTHORIZATION, connection: 'close' } });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`prints its address first, and ends with 0 at ${signal}`, async (t) => {
    const child = run(t);
    const url = await firstLine(child);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual((await json(await region(url))).region, 'us');
    assert.deepEqual((await json(await fetch(`${url}/state`))).people, { total: 0, offset: 0, items: [] });
    child.kill(signal);
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
    assert.ok(child.errors().includes(`To see what arrives, open ${url} in a browser.`), child.errors());
    assert.match(child.errors(), /CUSTOMERIO_BASE_URL=http.*CUSTOMERIO_API_KEY=sandbox-key/);
  });
}

test('the flags reach the sandbox; a key of the user is not printed', async (t) => {
  const account = ['--region', 'eu', '--site-id', 'mine', '--api-key', 'secret-key'];
  const child = run(t, ...account, '--rate', '0', '--latency-ms', '1', '--limits', 'connector');
  const url = await firstLine(child);
  assert.equal((await region(url)).status, 401);
  const authorization = `Basic ${Buffer.from('mine:secret-key').toString('base64')}`;
  const reply = await fetch(`${url}/api/v1/accounts/region`, { headers: { authorization } });
  assert.equal((await json(reply)).region, 'eu');
  const event = { type: 'person', action: 'event', identifiers: { id: '1' }, name: 'x', attributes: { receipt: 'x'.repeat(1_001) } };
  const body = JSON.stringify(event);
  const refused = await fetch(`${url}/api/v2/entity`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
  });
  assert.deepEqual([refused.status, (await json(refused)).errors[0].field], [400, 'attributes.receipt']);
  child.kill('SIGTERM');
  await once(child, 'close');
  assert.ok(!child.errors().includes('secret-key'));
});

test('faults as JSON and from a file', async (t) => {
  const file = join(await folder(t), 'faults.json');
  writeFileSync(file, '[{"status":503,"times":1}]');
  for (const faults of [file, '[{"status":503,"times":1}]']) {
    const child = run(t, '--faults', faults);
    const url = await firstLine(child);
    assert.deepEqual([(await region(url)).status, (await region(url)).status], [503, 200]);
    child.kill('SIGTERM');
    await once(child, 'close');
  }
});

test('what is wrong is one clear error', async (t) => {
  const busy = run(t);
  const { port } = new URL(await firstLine(busy));
  for (const [args, message] of [
    [['--port', port], `port ${port} is in use`],
    [['--port', '70000'], 'must be a whole number from 0 to 65535'],
    [['--faults', 'no-such-file.json'], '--faults must be a list of faults'],
    [['--faults', '[{"statsu":1}]'], 'did you mean "faults.0.status"?'],
    [['--faults', '{'], '--faults must be a list of faults'],
  ] as const) {
    const { status, stderr } = await cli(['sandbox', ...args]);
    assert.equal(status, 2, stderr);
    assert.ok(stderr.includes(message), stderr);
    assert.ok(!stderr.includes('    at '), stderr);
  }
});
