/** docs/sandbox.md: it starts and prints what the page shows, its test passes, its fault is one, and each call has an answer. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createSandbox, trackWriter, validate } from '../../../lib/index.ts';
import { type Promised, testPage } from '../page.ts';
import { assertShown } from '../shown.ts';

let started = '';

const START: Promised = {
  language: 'sh',
  holds: /cio-stream sandbox/,
  async check(place, code, t) {
    const [, name = '', flags = ''] = /^npx (cio-stream) (sandbox --port) 8025\n$/.exec(code) ?? [];
    // The port of the page may be taken.
    const child = spawn(join(place.folder, 'bin', name), [...flags.split(' '), '0'], { env: place.env });
    t.after(() => child.kill());
    const exited = once(child, 'exit');
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (piece) => (said[stream] += piece));
    while (!said.stderr.includes('API_KEY=')) await once(child.stderr, 'data');
    child.kill('SIGINT');
    assert.deepEqual(await exited, [0, null]);
    started = said.stdout + said.stderr;
  },
};

const STARTED: Promised = { language: 'text', holds: /^http:/, check: async (_place, shown) => assertShown(started, shown) };

const FAULT: Promised = {
  language: 'sh',
  holds: /^curl /,
  async check(place, code) {
    await place.sh(code);
    for (const status of [503, 503, 503, 401])
      assert.equal((await fetch(`${place.sandbox.url}/api/v2/batch`, { method: 'POST' })).status, status);
  },
};

const DOUBLE: Promised = {
  language: 'js',
  holds: /await createSandbox\(/,
  async check(place, code) {
    // Without this it would report to the runner of this test.
    const alone = { env: { NODE_TEST_CONTEXT: undefined }, flags: ['--test-reporter=tap'] };
    assert.match((await place.js(code, alone)).stdout, /^# pass 1$/m);
  },
};

testPage('docs/sandbox.md', [START, STARTED, FAULT, DOUBLE], { together: true });

test('docs/sandbox.md: each call in its table has an answer, and each method is there', async (t) => {
  const sandbox = await createSandbox();
  t.after(() => sandbox.close());
  const text = readFileSync('docs/sandbox.md', 'utf8');
  const rows = text.split('\n').filter((line) => /^\| `(GET|DELETE) /.test(line));
  assert.equal(rows.length, 9);
  const lists = [...(rows[1] ?? '').matchAll(/`(?:GET \/state)?(\/\w+)`/g)].map(([, name]) => `/state${name}`);
  assert.equal(lists.length, 6);
  const { body } = await fetch(`${sandbox.url}/events-stream`);
  await body?.cancel();
  await fetch(`${sandbox.url}/api/v2/batch`, { method: 'POST' });
  for (const path of [
    '/state',
    ...lists,
    '/requests',
    '/requests/1',
    '/refused',
    '/faults',
    '/requests?status=none',
    '/state/events?person=x',
  ])
    assert.equal((await fetch(sandbox.url + path)).status, 200, path);
  const methods = [...text.matchAll(/^\| `(\w+)\(/gm)].map(([, name = '']) => name);
  assert.deepEqual([methods.length, methods.filter((name) => typeof Reflect.get(sandbox, name) !== 'function')], [6, []]);
});

test("docs/sandbox.md: an id that a double can't hold comes back with its digits", async (t) => {
  const sandbox = await createSandbox();
  t.after(() => sandbox.close());
  const id = 12_345_678_901_234_567n;
  await pipeline([{ person_id: id }], validate({ object: 'person_identify' }), trackWriter({ ...sandbox.account }));
  const [person] = sandbox.state().people;
  assert.equal(person?.id?.constructor.name, 'LosslessNumber');
  assert.equal(String(person?.id), String(id));
});
