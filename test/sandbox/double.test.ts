/** The sandbox as a test double: what a test waits for, looks at, and clears. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSandbox } from '../../lib/sandbox/create-sandbox.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { event, identify, start } from '../support/sandbox.ts';

test('waitFor resolves at the count or when the function says so, and says what came when it is late', async (t) => {
  const clock = new FakeClock();
  const sandbox = await start(t, { clock });
  const two = sandbox.waitFor(2);
  const bought = sandbox.waitFor(({ events }) => events.some(({ name }) => name === 'bought'));
  await sandbox.batch(identify({ id: 'a' }), event({ id: 'a' }, 'bought'));
  assert.deepEqual([(await two).people.length, (await bought).events.length], [1, 1]);
  const late = assert.rejects(sandbox.waitFor(3, { timeoutMs: 50 }), { name: 'TimeoutError', message: /50 ms for 3 applied.*applied 2/ });
  await clock.run(50);
  await late;
  await assert.rejects(sandbox.waitFor(-1), { code: 'CIO_OPTIONS' });
  await assert.rejects(sandbox.waitFor(9, { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
  const open = assert.rejects(sandbox.waitFor(9), { name: 'AbortError' });
  await sandbox.close();
  await open;
});

test('requests(), refused() and reset()', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(identify({ id: 'a' }, { plan: 'pro' }), identify({}));
  const [request] = sandbox.requests();
  assert.deepEqual([request?.status, request?.items, request?.refused, request?.path], [207, 2, 1, '/api/v2/batch']);
  assert.equal(JSON.parse(request?.requestBody ?? '').batch.length, 2);
  assert.ok(!JSON.stringify(request).includes('Basic '));
  const [refused] = sandbox.refused();
  assert.deepEqual([refused?.index, refused?.field, refused?.request, refused?.item], [1, 'identifiers', request?.id, identify({})]);
  sandbox.reset();
  assert.deepEqual([sandbox.requests(), sandbox.refused(), sandbox.state().people, sandbox.state().counts.applied], [[], [], [], 0]);
});

test('await using ends it', async () => {
  let url: string;
  {
    await using sandbox = await createSandbox();
    url = sandbox.url;
    assert.equal((await fetch(`${url}/state`)).status, 200);
  }
  await assert.rejects(fetch(`${url}/state`));
});
