/** Delivery against every odd reply is in track-writer.test.ts, over real HTTP; here is what only the batch can tell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Entry } from '../../lib/record/entry.ts';
import { Batch } from '../../lib/write/batch.ts';
import { deliver } from '../../lib/write/deliver.ts';
import type { Leave, Reply } from '../../lib/write/request/client.ts';
import { RateWindow } from '../../lib/write/request/rate-window.ts';
import { Summary } from '../../lib/write/summary.ts';
import { Watermark } from '../../lib/write/watermark.ts';
import { fast } from '../support/fake-clock.ts';

type Call = (leave: Leave) => Promise<Reply>;

async function isReusableAfter(...calls: Call[]): Promise<boolean> {
  const { clock, giveUpMs } = fast(1_000);
  const batch = new Batch(1_000);
  for (const id of ['a', 'b']) {
    const operation = { type: 'person', action: 'delete', identifiers: { id } };
    batch.add(new Entry(operation, JSON.stringify(operation), {}, undefined), new Watermark().current);
  }
  const settings = { clock, signal: new AbortController().signal, giveUpMs, onGiveUp: 'stop', summary: new Summary() } as const;
  const call = (_body: Buffer, leave: Leave): Promise<Reply> => (calls.shift() as Call)(leave);
  const outcomes = { onSkipped: () => {}, onDelivered: () => {}, onRejected: async () => {} };
  await deliver(batch, { ...settings, ...outcomes, limiter: new RateWindow(1_000, clock), call });
  return batch.reusable;
}

const answers =
  (status: number, text = '{}', hops = 1): Call =>
  async (leave) => {
    for (let hop = 0; hop < hops; hop++) (await leave())();
    return { status, text, retryAfter: undefined };
  };

test('the memory of a batch is used again only when its one request was answered, and nothing was rejected', async () => {
  assert.equal(await isReusableAfter(answers(200)), true);
  assert.equal(await isReusableAfter(answers(503), answers(200)), false, 'the first may still be on its way');
  assert.equal(await isReusableAfter(answers(200, '{}', 2)), false, 'a redirect answers early');
  assert.equal(await isReusableAfter(answers(207, '{"errors":[{"batch_index":1}]}')), false, 'the rejection keeps its text');
  assert.equal(await isReusableAfter(answers(400), answers(200), answers(200)), false);
});
