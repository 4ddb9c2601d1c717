/** examples/webhook.mjs: who is answered, when and what, and how it ends. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { example } from '../support/example.ts';

test('webhook.mjs: 200 for what is delivered, 422 for what is rejected, 503 while too much waits, and a clean end', async (t) => {
  const { place, start } = await example(t, 'webhook.mjs');
  const server = start([], { PORT: '0' });
  const ended = once(server, 'close');
  const lines = createInterface(server.stdout ?? process.stdin)[Symbol.asyncIterator]();
  const [, port] = /^listening on port (\d+)$/.exec((await lines.next()).value ?? '') ?? [];
  const post = async (path: string, body: string): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body });
    return `${answer.status} ${await answer.text()}`.trim();
  };

  const event = '{"email":"ada@example.com","event":"signed up","event_id":"a1","plan":"pro"}';
  assert.equal(await post('/events', event), '200');
  assert.deepEqual(
    place.sandbox.state().events.map(({ name, attributes }) => [name, attributes]),
    [['signed up', { plan: 'pro' }]],
  );
  assert.equal(await post('/events', event), '200');
  assert.equal(place.sandbox.state().events.length, 1);
  // Rejected by each stage, and by the API.
  assert.match(await post('/people', '{"plan":"pro"}'), /^422 \{"reason":"invalid","field":"email","message":"/);
  assert.match(await post('/people', '[1]'), /^422 \{/);
  assert.match(await post('/people', `{"email":"ada@example.com","plan":"${'x'.repeat(1_001)}"}`), /^422 \{.*"field":"attributes\.plan"/);
  const refusal = JSON.stringify({ errors: [{ batch_index: 0, reason: 'invalid', field: 'email', message: 'no' }] });
  place.sandbox.setFaults([{ path: '/api/v2/batch', status: 207, body: refusal, times: 1 }]);
  assert.match(await post('/people', '{"email":"ada@example.com"}'), /^422 \{.*"message":".*no/);
  assert.deepEqual([await post('/people', 'no JSON'), await post('/people', '5'), await post('/', '{}')], ['400', '400', '404']);

  // The API is away: these wait, more is turned away, and they are answered when it is back, though the server was told to end.
  place.sandbox.setFaults([{ path: '/api/v2/batch', status: 503 }]);
  const waiting = Array.from({ length: 210 }, (_, n) => post('/people', `{"email":"${n}@example.com","plan":"pro"}`));
  const turnedAway: string[] = [];
  for (const one of waiting) void one.then((answer) => turnedAway.push(answer));
  while (turnedAway.length < 10) await wait(10);
  assert.deepEqual(new Set(turnedAway), new Set(['503']));
  await place.sandbox.waitFor(() => place.sandbox.requests().at(-1)?.status === 503);
  place.sandbox.setFaults([]);
  server.kill('SIGTERM');
  const answers = await Promise.all(waiting);
  assert.deepEqual([answers.filter((answer) => answer === '200').length, answers.filter((answer) => answer === '503').length], [200, 10]);
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual([(await lines.next()).value, (await lines.next()).value].sort(), [
    'person_event: 2 rows: 2 delivered, 0 rejected, 0 skipped',
    'person_identify: 204 rows: 200 delivered, 4 rejected (1 malformed, 1 invalid, 1 too_large, 1 refused), 0 skipped',
  ]);
  assert.equal(place.people().length, 201);
});
