/** What is kept of the past is bounded, in number and in bytes; the newest stays. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusedLog } from '../../../lib/sandbox/log/refused-log.ts';
import { type LoggedRequest, RequestLog } from '../../../lib/sandbox/log/request-log.ts';
import { Newest } from '../../../lib/sandbox/newest.ts';
import fc from '../../support/fast-check.ts';

function request(id: number, bytes: number): LoggedRequest {
  const what = { id, at: 0, method: 'POST', path: '/api/v2/batch', rawHeaders: ['Authorization', 'Basic x', 'Cookie', 'c', 'Host', 'h'] };
  return { ...what, fault: undefined, body: Buffer.alloc(bytes), bytes, answer: '{}', status: 200, items: 1, refused: 0, ms: 1 };
}

test('law: Newest is the end of a list, whatever is added and taken', () => {
  const step = fc.oneof({ arbitrary: fc.constant('add'), weight: 4 }, fc.constant('shift'), { arbitrary: fc.constant('clear'), weight: 1 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8 }), fc.array(step, { maxLength: 60 }), (most, steps) => {
      const [log, model] = [new Newest<number>(most), [] as number[]];
      for (const [n, what] of steps.entries()) {
        if (what === 'clear') log.clear();
        if (what === 'clear') model.length = 0;
        if (what === 'shift') assert.equal(log.shift(), model.shift());
        if (what === 'add') assert.equal(log.add(n), model.push(n) > most ? model.shift() : undefined);
        assert.deepEqual([log.length, log.all, [...log.backwards()]], [model.length, model, model.toReversed()]);
      }
    }),
  );
});

test('bodies over 50 MB together are forgotten, the oldest first; their requests stay, without credentials', () => {
  const log = new RequestLog(1_000);
  for (let id = 1; id <= 150; id++) log.add(request(id, 500_000));
  assert.equal(log.length, 150);
  const kept = log.all.filter(({ body }) => body !== undefined);
  assert.deepEqual([kept.length, kept[0]?.id, kept.at(-1)?.id], [99, 52, 150]);
  const [oldest] = log.all;
  assert.deepEqual([oldest?.id, oldest?.bytes, oldest?.answer, oldest?.rawHeaders], [1, 500_000, undefined, ['Host', 'h']]);
  for (let id = 151; id <= 1_200; id++) log.add(request(id, 10));
  assert.deepEqual([log.length, log.all[0]?.id, log.find(200), log.find(201)?.id], [1_000, 201, undefined, 201]);
  assert.ok(log.all.every(({ body }) => body?.length === 10));
  log.add(request(1_201, 60_000_000));
  assert.ok(
    log.all.every(({ body }) => body === undefined),
    'one that alone is too large is not kept either',
  );
  log.clear();
  assert.deepEqual([log.length, log.nextId()], [0, 1]);
});

test('of refused items the newest 10,000 are kept, and 20 MB', () => {
  const log = new RefusedLog();
  const refusal = (index: number, bytes: number) =>
    ({ index, text: 'x'.repeat(bytes), reason: 'invalid', field: 'f', message: 'm' }) as const;
  for (let n = 0; n < 10_500; n++) log.add(0, n, refusal(0, 10));
  assert.deepEqual([log.length, log.all[0]?.request], [10_000, 500]);
  for (let n = 0; n < 700; n++) log.add(0, n, refusal(1, 32_000));
  assert.deepEqual([log.length, log.all.every(({ text }) => text.length === 32_000)], [625, true]);
  log.clear();
  log.add(0, 1, refusal(2, 5));
  assert.equal(log.length, 1);
});
