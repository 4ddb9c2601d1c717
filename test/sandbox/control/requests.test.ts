/** The log of requests over HTTP: each call of the API is in it, whatever became of it. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { FakeClock, turn } from '../../support/fake-clock.ts';
import { AUTHORIZATION, type Calls, identify, start } from '../../support/sandbox.ts';

/** An entry is made when the answer is on its way, which may be after it has arrived. */
async function logged(sandbox: Calls, count: number): Promise<Record<string, unknown>[]> {
  while (sandbox.requests().length < count) await turn();
  return (await sandbox.get('/requests')).json.items;
}

test('refused, unauthorised and limited requests are logged, the newest first, and found by status', { timeout: 60_000 }, async (t) => {
  const sandbox = await start(t, { clock: new FakeClock(), requestsPerSecond: 2 });
  await sandbox.batch(identify({ id: 'a' }), identify({}));
  await sandbox.post('/api/v2/batch', 'x', { authorization: 'Basic eDp5' });
  await sandbox.post('/api/v2/entity', identify({ id: 'b' }));
  await sandbox.batch(identify({ id: 'c' }));
  await sandbox.get('/api/nothing');
  const items = await logged(sandbox, 5);
  assert.deepEqual(
    items.map(({ id, method, path, status, items: of, refused }) => [id, method, path, status, of, refused]),
    [
      [5, 'GET', '/api/nothing', 404, undefined, 0],
      [4, 'POST', '/api/v2/batch', 429, undefined, 0],
      [3, 'POST', '/api/v2/entity', 200, 1, 0],
      [2, 'POST', '/api/v2/batch', 401, undefined, 0],
      [1, 'POST', '/api/v2/batch', 207, 2, 1],
    ],
  );
  assert.equal(items[0]?.at, new Date(new FakeClock().wall()).toISOString());
  for (const [status, ids] of Object.entries({ '4xx': [5, 4, 2], 429: [4], '2xx': [3, 1], none: [], 503: [] })) {
    const found = (await sandbox.get(`/requests?status=${status}`)).json;
    assert.deepEqual([found.total, found.items.map(({ id }: { id: number }) => id)], [ids.length, ids], status);
  }
  const one = (await sandbox.get('/requests/1')).json;
  assert.equal(JSON.parse(one.requestBody).batch.length, 2);
  assert.equal(JSON.parse(one.responseBody).errors[0].batch_index, 1);
  assert.equal(one.headers['content-type'], 'application/json');
  assert.ok(!('authorization' in one.headers) && !('truncated' in one));
});

test('what a fault did is said; a connection that broke before an answer has no status', { timeout: 60_000 }, async (t) => {
  const clock = new FakeClock();
  const faults = [
    { times: 1, status: 503, body: 'later' },
    { times: 1, reset: 'before' as const },
    { times: 1, reset: 'after' as const },
    { times: 1, latencyMs: 1_000 },
  ];
  const sandbox = await start(t, { clock, faults });
  assert.equal((await sandbox.batch(identify({ id: 'a' }))).status, 503);
  await assert.rejects(sandbox.batch(identify({ id: 'b' })));
  await assert.rejects(sandbox.batch(identify({ id: 'c' })));
  const late = sandbox.batch(identify({ id: 'd' }));
  while (sandbox.state().counts.faults < 4) await turn();
  // Its timer starts once the body is read.
  const ended = { late: false };
  void late.finally(() => {
    ended.late = true;
  });
  while (!ended.late) await clock.run(1_000);
  const items = await logged(sandbox, 4);
  assert.deepEqual(
    items.map(({ id, status, fault }) => [id, status, fault]),
    [
      [4, 200, 'latencyMs 1000'],
      [3, undefined, 'reset after'],
      [2, undefined, 'reset before'],
      [1, 503, 'status 503, body'],
    ],
  );
  assert.ok((items[0]?.ms as number) >= 1_000);
  assert.equal((await sandbox.get('/requests?status=none')).json.total, 2);
  assert.equal((await sandbox.get('/requests/1')).json.responseBody, 'later');
  assert.deepEqual(
    (await sandbox.get('/faults')).json.faults.map(({ acted }: { acted: number }) => acted),
    [1, 1, 1, 1],
  );
});

test('a caller that leaves in the middle of its body is in the log, without a body', { timeout: 60_000 }, async (t) => {
  const sandbox = await start(t);
  const headers = { authorization: AUTHORIZATION, 'content-type': 'application/json', 'content-length': '1000' };
  const sent = request(`${sandbox.url}/api/v2/batch`, { method: 'POST', headers, agent: false });
  sent.on('error', () => {}).write('{"batch":[');
  while (sandbox.state().counts.requests === 0) await turn();
  sent.destroy();
  const [item] = await logged(sandbox, 1);
  assert.deepEqual([item?.id, item?.status, item?.bytes], [1, undefined, 0]);
  assert.ok(!('requestBody' in (await sandbox.get('/requests/1')).json));
});

test('long bodies are cut for display, between two characters; requests() has them whole', async (t) => {
  const sandbox = await start(t);
  const item = (id: string): object =>
    identify({ id }, Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`a${n}`, 'é'.repeat(500)])));
  const short = JSON.stringify({ batch: [identify({ id: 'a' })] });
  for (const odd of ['', ' '])
    await sandbox.post('/api/v2/batch', `${odd}${JSON.stringify({ batch: ['a', 'b', 'c', 'd', 'e', 'f'].map(item) })}`);
  await sandbox.post('/api/v2/batch', short);
  await logged(sandbox, 3);
  for (const id of [1, 2]) {
    const { json } = await sandbox.get(`/requests/${id}`);
    const whole = sandbox.requests()[id - 1]?.requestBody ?? '';
    const bytes = Buffer.byteLength(json.requestBody);
    assert.ok(json.truncated && (bytes === 100_000 || bytes === 99_999), `${bytes} bytes`);
    assert.ok(whole.startsWith(json.requestBody) && Buffer.byteLength(whole) === json.bytes && json.bytes > 120_000);
  }
  const { json } = await sandbox.get('/requests/3');
  assert.deepEqual([json.requestBody, json.truncated], [short, undefined]);
});

test('keepRequests: only the newest are kept; 0 keeps none, and all else works', { timeout: 60_000 }, async (t) => {
  const [three, none] = [await start(t, { keepRequests: 3 }), await start(t, { keepRequests: 0 })];
  for (let n = 0; n < 5; n++) for (const sandbox of [three, none]) await sandbox.batch(identify({ id: n }), identify({}));
  while ((three.requests()[2]?.id ?? 0) < 5) await turn();
  assert.deepEqual(
    (await three.get('/requests')).json.items.map(({ id }: { id: number }) => id),
    [5, 4, 3],
  );
  assert.equal((await three.get('/requests/2')).status, 404);
  assert.deepEqual([(await none.get('/requests')).json, none.requests()], [{ total: 0, offset: 0, items: [] }, []]);
  assert.equal((await none.get('/requests/1')).status, 404);
  assert.deepEqual([none.state().counts.requests, (await none.get('/refused')).json.total], [5, 5]);
});
