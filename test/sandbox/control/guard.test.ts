/** Who may change a sandbox, and what a reset forgets. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { turn } from '../../support/fake-clock.ts';
import { event, identify, start } from '../../support/sandbox.ts';

/** A call with the headers that a browser sends. */
function call(url: string, method: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { 'content-type': 'application/json', ...headers }, agent: false }, (response) =>
      resolve(response.resume().statusCode),
    )
      .once('error', reject)
      .end(method === 'POST' ? '[]' : undefined);
  });
}

test('a page of another origin changes nothing; its own, and callers that are no page, may', async (t) => {
  const sandbox = await start(t, { faults: [{ status: 503 }], hosts: ['proxy.internal'] });
  await sandbox.batch(identify({ id: 'a' }));
  const { host, port } = new URL(sandbox.url);
  const others = [
    'https://evil.example',
    `https://evil.example:${port}`,
    'null',
    '',
    `http://localhost:${port}`,
    'http://127.0.0.1:1',
    'x',
  ];
  for (const origin of others)
    for (const [method, path] of [
      ['POST', '/faults'],
      ['DELETE', '/state'],
      ['DELETE', '/state?faults=true'],
    ] as const)
      assert.equal(await call(`${sandbox.url}${path}`, method, { origin }), 403, `${method} from "${origin}"`);
  assert.equal(
    await call(`${sandbox.url}/faults`, 'POST', { origin: 'http://127.0.0.1', host: '127.0.0.1:99999' }),
    403,
    'a port that is none',
  );
  assert.deepEqual([sandbox.state().counts.requests, (await sandbox.batch(identify({ id: 'b' }))).status], [1, 503]);
  assert.equal(await call(`${sandbox.url}/state`, 'GET', { origin: 'https://evil.example' }), 200, 'it can not read the answer');
  assert.equal(await call(`${sandbox.url}/state`, 'DELETE', { origin: `http://${host}` }), 200);
  assert.equal(await call(`${sandbox.url}/faults`, 'POST', { origin: 'https://proxy.internal', host: 'proxy.internal' }), 200);
  assert.equal(await call(`${sandbox.url}/faults`, 'POST', {}), 200);
  assert.equal((await sandbox.batch(identify({ id: 'c' }))).status, 200);
});

test('DELETE /state forgets all that arrived; faults stay, unless they are named', { timeout: 60_000 }, async (t) => {
  const sandbox = await start(t, { faults: [{ path: '/api/v1', status: 503 }] });
  const fill = async (): Promise<void> => {
    const before = sandbox.requests().length;
    await sandbox.batch(identify({ id: 'a' }), event({ id: 'a' }, 'x', { id: '01HB4HBDKTFWYZCK01DMRSWRFD' }), identify({}));
    while (sandbox.requests().length === before) await turn();
  };
  const reset = async (query: string): Promise<unknown> => (await fetch(`${sandbox.url}/state${query}`, { method: 'DELETE' })).status;
  await fill();
  const first = sandbox.state();
  assert.deepEqual([first.counts.applied, first.people.length, first.events.length, sandbox.refused().length], [2, 1, 1, 1]);
  assert.equal(await reset(''), 200);
  const { counts, ...lists } = (await sandbox.get('/state')).json;
  assert.ok(
    Object.values(counts).every((value) => value === 0),
    JSON.stringify(counts),
  );
  for (const [name, list] of Object.entries(lists)) assert.deepEqual(list, { total: 0, offset: 0, items: [] }, name);
  for (const path of ['/requests', '/refused']) assert.equal((await sandbox.get(path)).json.total, 0, path);
  assert.equal((await sandbox.get('/api/v1/accounts/region')).status, 503);
  // Event ids are forgotten too.
  await fill();
  assert.deepEqual([sandbox.state().counts.duplicates, sandbox.state().events.length], [0, 1]);
  assert.equal(await reset('?faults=true'), 200);
  assert.equal((await sandbox.get('/api/v1/accounts/region')).status, 200);
});
