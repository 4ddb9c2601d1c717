/** Messages go to those who subscribe, and are not built for nobody. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { answers, rejections, requests, retries, waits } from '../../lib/write/diagnostics.ts';

test('without a subscriber no message is built', () => {
  waits.publish(() => assert.fail('built'));
});

test('the public names of the channels', (t) => {
  const channels = { request: requests, answer: answers, retry: retries, wait: waits, rejection: rejections };
  for (const [name, channel] of Object.entries(channels)) {
    const seen: unknown[] = [];
    const listener = (message: unknown, from: unknown): unknown => seen.push([message, from]);
    subscribe(`customerio-streams:${name}`, listener);
    t.after(() => unsubscribe(`customerio-streams:${name}`, listener));
    const message = { why: name };
    channel.publish((() => message) as never);
    assert.deepEqual(seen, [[message, `customerio-streams:${name}`]]);
  }
});

test('who has unsubscribed gets nothing more, and nothing is built for others', () => {
  const seen: number[] = [];
  const listener = ({ ms }: { readonly ms: number }): unknown => seen.push(ms);
  waits.subscribe(listener);
  waits.publish(() => ({ why: 'rate', ms: 1 }));
  waits.unsubscribe(listener);
  waits.publish(() => assert.fail('built'));
  assert.deepEqual(seen, [1]);
});
