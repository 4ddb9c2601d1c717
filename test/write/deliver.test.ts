/** Delivery against every odd reply is in track-writer.test.ts, over real HTTP; here is what only the batch can tell. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { Decision } from '../../lib/record/delivery-observer.ts';
import { Entry } from '../../lib/record/entry.ts';
import { Batch } from '../../lib/write/batch.ts';
import { deliver } from '../../lib/write/deliver.ts';
import type { TrackWriterSettings } from '../../lib/write/options.ts';
import { Outcomes } from '../../lib/write/outcomes.ts';
import type { Call, CallResult } from '../../lib/write/request/client.ts';
import { fast } from '../support/fake-clock.ts';

type Answer = (call: Call) => Promise<CallResult>;

function entryOf(id: string): Entry {
  const operation = { type: 'person', action: 'delete', identifiers: { id } };
  return new Entry(operation, JSON.stringify(operation), {}, undefined);
}

/** Delivers the entries as one batch. */
async function delivered(entries: readonly Entry[], ...answers: Answer[]): Promise<{ batch: Batch; outcomes: Outcomes }> {
  const { clock, giveUpMs } = fast(1_000);
  const batch = new Batch(1_000);
  for (const entry of entries) batch.add(entry, { pending: 0, checkpoint: undefined });
  const rejects = Object.assign(new Writable({ objectMode: true, write: (_r, _e, callback) => callback() }), { flush: async () => {} });
  const outcomes = new Outcomes({ rejects, maxBatchBytes: 1_000 } as unknown as TrackWriterSettings, (error) => assert.fail(error));
  const api = { call: (call: Call) => (answers.shift() as Answer)(call), pause: () => {}, close: async () => {} };
  await deliver(batch, { api, outcomes, clock, signal: new AbortController().signal, giveUpMs, onGiveUp: 'stop' });
  return { batch, outcomes };
}

async function isReusableAfter(...answers: Answer[]): Promise<boolean> {
  return (await delivered([entryOf('a'), entryOf('b')], ...answers)).batch.reusable;
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

test('observers decide right before they are sent; those who wait are asked again when the others have their outcome', async () => {
  const log: string[] = [];
  const observed = (id: string, ...decisions: Decision[]): Entry => {
    const note = (what: string): void => void log.push(`${id} ${what}`);
    const ask = (): Decision => {
      const [decision = 'send'] = decisions.splice(0, 1);
      note(decision);
      return decision;
    };
    return Object.assign(entryOf(id), {
      observer: { waitsIn: () => note('waits'), ask, delivered: () => note('delivered'), rejected: () => note('rejected') },
    });
  };
  const entries = [
    ...[observed('a', 'send'), observed('b', 'wait', 'send'), observed('c', 'duplicate')],
    ...[observed('d', 'wait', 'unchanged'), entryOf('e'), observed('f', 'send')],
  ];
  const answer: Answer = (call) => {
    const ids = JSON.parse(String(call.body)).batch.map(({ identifiers }: { identifiers: { id: string } }) => identifiers.id);
    log.push(`sent ${ids}`);
    return answers(207, ids.length === 3 ? '{"errors":[{"batch_index":2,"reason":"no"}]}' : '{}')(call);
  };
  const { outcomes } = await delivered(entries, answer, answer);
  assert.deepEqual(log, [
    ...['a waits', 'b waits', 'c waits', 'd waits', 'f waits'],
    ...['a send', 'b wait', 'c duplicate', 'd wait', 'f send'],
    ...['sent a,e,f', 'a delivered', 'f rejected'],
    ...['b send', 'd unchanged', 'sent b', 'b delivered'],
  ]);
  const { summary } = outcomes;
  assert.deepEqual([summary.delivered, summary.rejected.total], [3, 1]);
  assert.deepEqual([summary.skipped.byReason.duplicate, summary.skipped.byReason.unchanged], [1, 1]);
});
