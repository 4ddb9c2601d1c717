/** Delivery against every odd reply is in track-writer.test.ts, over real HTTP; here is what only the batch can tell. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Entry } from '../../lib/record/entry.ts';
import { Batch } from '../../lib/write/batch.ts';
import { deliver } from '../../lib/write/deliver.ts';
import type { TrackWriterSettings } from '../../lib/write/options.ts';
import { Outcomes } from '../../lib/write/outcomes.ts';
import type { Call, CallResult } from '../../lib/write/request/client.ts';
import { fast } from '../support/fake-clock.ts';

type Answer = (call: Call) => Promise<CallResult>;

async function isReusableAfter(...answers: Answer[]): Promise<boolean> {
  const { clock, giveUpMs } = fast(1_000);
  const batch = new Batch(1_000);
  for (const id of ['a', 'b']) {
    const operation = { type: 'person', action: 'delete', identifiers: { id } };
    batch.add(new Entry(operation, JSON.stringify(operation), {}, undefined), { pending: 0, checkpoint: undefined });
  }
  const rejects = Object.assign(new Writable({ objectMode: true, write: (_r, _e, callback) => callback() }), { flush: async () => {} });
  const outcomes = new Outcomes({ rejects, maxBatchBytes: 1_000 } as unknown as TrackWriterSettings, (error) => assert.fail(error));
  const api = { call: (call: Call) => (answers.shift() as Answer)(call), pause: () => {}, close: async () => {} };
  await deliver(batch, { api, outcomes, clock, signal: new AbortController().signal, giveUpMs, onGiveUp: 'stop' });
  return batch.reusable;
}

const answers =
  (status: number, text = '{}', hops = 1): Answer =>
  async ({ onSent }) => {
    for (let hop = 0; hop < hops; hop++) onSent?.(0);
    return { status, text, askedMs: undefined };
  };

test('the memory of a batch is used again only when its one request was answered, and nothing was rejected', async () => {
  assert.equal(await isReusableAfter(answers(200)), true);
  assert.equal(await isReusableAfter(answers(503), answers(200)), false, 'the first may still be on its way');
  assert.equal(await isReusableAfter(answers(200, '{}', 2)), false, 'a redirect answers early');
  assert.equal(await isReusableAfter(async () => ({ why: 'timeout' }), answers(200)), false, 'cut off before it left');
  assert.equal(await isReusableAfter(answers(207, '{"errors":[{"batch_index":1}]}')), false, 'the rejection keeps its text');
  assert.equal(await isReusableAfter(answers(400), answers(200), answers(200)), false);
});
