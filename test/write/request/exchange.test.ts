import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exchange } from '../../../lib/write/request/exchange.ts';

type Controller = Parameters<Exchange['onRequestStart']>[0];

/** A dispatcher's side of an exchange, which notes what is asked of it. */
function begin() {
  const calls: unknown[] = [];
  const exchange = new Exchange((isFirst) => calls.push(isFirst ? 'sent' : 'again'));
  const controller = { abort: (error: Error) => calls.push(error) } as unknown as Controller;
  return { calls, exchange, controller };
}

test('an answer comes whole, with its status and the first value of each header', async () => {
  const { calls, exchange, controller } = begin();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 207, { 'retry-after': ['3', '5'], location: '/x' });
  const text = Buffer.from('{"é":1}');
  for (const chunk of [text.subarray(0, 3), text.subarray(3)]) exchange.onResponseData(controller, chunk);
  exchange.onResponseEnd();
  const answer = await exchange.answer;
  assert.deepEqual([answer.status, answer.text, answer.header('retry-after'), answer.header('location')], [207, '{"é":1}', '3', '/x']);
  assert.equal(answer.header('none'), undefined);
  assert.deepEqual(calls, ['sent']);
});

test('hints before the answer are not the answer', async () => {
  const { exchange, controller } = begin();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 103, { link: '</a>' });
  exchange.onResponseStart(controller, 200, {});
  exchange.onResponseEnd();
  const answer = await exchange.answer;
  assert.deepEqual([answer.status, answer.header('link')], [200, undefined]);
});

test('cut off while it waits for its connection, the request does not leave', async () => {
  const { calls, exchange, controller } = begin();
  const timeout = new Error('timeout');
  exchange.cutOff(timeout);
  await assert.rejects(exchange.answer, timeout);
  exchange.onRequestStart(controller);
  assert.deepEqual(calls, [timeout]);
});

test('started again on another connection, it says that it is not the first time', async () => {
  const { calls, exchange, controller } = begin();
  exchange.onRequestStart(controller);
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, {});
  exchange.onResponseEnd();
  assert.equal((await exchange.answer).status, 200);
  assert.deepEqual(calls, ['sent', 'again']);
});

test('cut off later, its connection is closed', async () => {
  const { calls, exchange, controller } = begin();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, {});
  const timeout = new Error('timeout');
  exchange.cutOff(timeout);
  await assert.rejects(exchange.answer, timeout);
  assert.deepEqual(calls, ['sent', timeout]);
});

test('a reply longer than any that the API gives is not kept', () => {
  const { calls, exchange, controller } = begin();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, {});
  const chunk = Buffer.alloc(1_048_576);
  for (let n = 0; n < 8; n++) exchange.onResponseData(controller, chunk);
  assert.deepEqual(calls, ['sent']);
  exchange.onResponseData(controller, chunk);
  assert.equal((calls[1] as { code?: unknown }).code, 'reply too long');
});
