/** examples/webhook.mjs: who is answered, when, and how it ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { example } from '../support/example.ts';

test('webhook.mjs answers when a row is delivered or kept, and delivers what is in flight before it ends', async (t) => {
  const { place, start } = await example(t, 'webhook.mjs');
  const server = start([], { PORT: '0' });
  const ended = once(server, 'close');
  const lines = createInterface(server.stdout ?? process.stdin)[Symbol.asyncIterator]();
  const [, port] = /^listening on port (\d+)$/.exec((await lines.next()).value ?? '') ?? [];
  const post = async (path: string, body: string): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
    await answer.text();
    return answer.status;
  };

  const event = '{"email":"ada@example.com","event":"signed up","event_id":"a1","plan":"pro"}';
  assert.equal(await post('/events', event), 200);
  assert.deepEqual(
    place.sandbox.state().events.map(({ name, attributes }) => [name, attributes]),
    [['signed up', { plan: 'pro' }]],
  );
  assert.equal(await post('/events', event), 200);
  assert.equal(place.sandbox.state().events.length, 1);
  assert.equal(await post('/people', '{"plan":"pro"}'), 200);
  assert.deepEqual(place.reasons(), ['invalid']);
  assert.deepEqual([await post('/people', 'no JSON'), await post('/people', '5'), await post('/', '{}')], [400, 400, 404]);

  // The API is away: these wait, and are answered when it is back, though the server was told to end.
  place.sandbox.setFaults([{ path: '/api/v2/batch', status: 503, times: 1 }]);
  const waiting = ['a', 'b', 'c'].map((name) => post('/people', `{"email":"${name}@example.com"}`));
  await place.sandbox.waitFor(() => place.sandbox.requests().at(-1)?.status === 503);
  server.kill('SIGTERM');
  assert.deepEqual(await Promise.all(waiting), [200, 200, 200]);
  assert.deepEqual(await ended, [0, null]);
  assert.equal((await lines.next()).value, '6 rows: 5 delivered, 1 rejected (1 invalid), 0 skipped');
  assert.deepEqual(
    place.people().map((person) => (person as { email: string }).email),
    ['a@example.com', 'ada@example.com', 'b@example.com', 'c@example.com'],
  );
});
