/** A batch against every reply: first what only the batch shows, then over real HTTP. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import type { Decision } from '../../lib/record/delivery-observer.ts';
import { Entry } from '../../lib/record/entry.ts';
import { Batch } from '../../lib/write/batch.ts';
import { deliver } from '../../lib/write/deliver.ts';
import type { RetryMessage } from '../../lib/write/diagnostics.ts';
import type { TrackWriterSettings } from '../../lib/write/options.ts';
import { Outcomes } from '../../lib/write/outcomes.ts';
import type { Call, CallResult } from '../../lib/write/request/client.ts';
import { TextPages } from '../../lib/write/text-pages.ts';
import { assertCode, deliverRows, people, rejectKeeper, SECRET } from '../support/deliver-rows.ts';
import { fast } from '../support/fake-clock.ts';
import type { Answer, Received } from '../support/scripted-server.ts';

type Reply = (call: Call) => Promise<CallResult>;

function entryOf(id: string): Entry {
  const operation = { type: 'person', action: 'delete', identifiers: { id } };
  return new Entry(operation, JSON.stringify(operation), {}, undefined);
}

/** Delivers the entries as one batch. */
async function delivered(entries: readonly Entry[], ...answers: Reply[]): Promise<{ batch: Batch; outcomes: Outcomes }> {
  const { clock, giveUpMs } = fast(1_000);
  const batch = new Batch(1_000, new TextPages(1_000));
  for (const entry of entries) batch.add(entry, { pending: 0, checkpoint: undefined });
  const outcomes = new Outcomes({ rejects: rejectKeeper(), maxBatchBytes: 1_000 } as unknown as TrackWriterSettings, (error) =>
    assert.fail(error),
  );
  const api = { call: (call: Call) => (answers.shift() as Reply)(call), pause: () => {}, close: async () => {} };
  await deliver(batch, { api, outcomes, clock, signal: new AbortController().signal, giveUpMs, onGiveUp: 'stop' });
  return { batch, outcomes };
}

async function isReusableAfter(...answers: Reply[]): Promise<boolean> {
  return (await delivered([entryOf('a'), entryOf('b')], ...answers)).batch.reusable;
}

const answers =
  (status: number, text = '{}', hops = 1): Reply =>
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
  const answer: Reply = (call) => {
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

test('a batch goes out as documented: path, auth, type, exact body', async (t) => {
  const { received, summary } = await deliverRows(t, people(3), () => ({}));
  assert.equal(received.length, 1);
  const [request] = received;
  assert.deepEqual([request?.method, request?.path], ['POST', '/api/v2/batch']);
  assert.equal(request?.headers.authorization, `Basic ${Buffer.from(`site:${SECRET}`).toString('base64')}`);
  assert.equal(request?.headers['content-type'], 'application/json');
  assert.equal(Number(request?.headers['content-length']), Buffer.byteLength(request?.body ?? ''));
  assert.deepEqual([summary.read, summary.delivered, summary.requests, summary.bytes], [3, 3, 1, request?.body.length]);
});

test('207: only the listed are refused, with field, message, status and attempts', async (t) => {
  const errors = [
    { batch_index: 1, reason: 'invalid', field: 'attributes.x', message: 'property value cannot be longer than 1000 bytes' },
    { batch_index: 1, reason: 'invalid', field: 'attributes.y', message: 'second error of the same item' },
  ];
  const { rejects, summary } = await deliverRows(t, people(3), () => ({ status: 207, body: { errors } }));
  assert.equal(rejects.length, 1);
  const message = 'invalid: property value cannot be longer than 1000 bytes; attributes.y: invalid: second error of the same item';
  assert.deepEqual(rejects[0]?.cause, {
    reason: 'refused',
    field: 'attributes.x',
    message,
    stage: 'trackWriter',
    status: 207,
    attempts: 1,
    eventId: undefined,
  });
  assert.deepEqual(rejects[0]?.record, { person_id: 1, n: 1 });
  assert.deepEqual([summary.delivered, summary.rejected.total, summary.rejected.byReason.refused], [2, 1, 1]);
});

test('errors count inside a 200 too; an empty list is none; an empty body is fine', async (t) => {
  assert.deepEqual((await deliverRows(t, people(2), () => ({ body: { errors: [{ batch_index: '0', message: 'no' }] } }))).rejected, [0]);
  assert.deepEqual((await deliverRows(t, people(2), () => ({ status: 207, body: { errors: [] } }))).rejected, []);
  assert.equal((await deliverRows(t, people(2), () => ({ body: '' }))).summary.delivered, 2);
});

test('an error whose index is missing or out of range never loses a row: halved until it has a name', async (t) => {
  for (const batch_index of [undefined, 99, -1, 1.5, 'x']) {
    const guilty = ({ items }: Received): Answer =>
      items.some(({ identifiers }) => (identifiers as { id: number }).id === 5)
        ? { status: 207, body: { errors: [{ batch_index, message: 'bad' }] } }
        : {};
    const { rejected, summary } = await deliverRows(t, people(8), guilty);
    assert.deepEqual(rejected, [5]);
    assert.equal(summary.delivered, 7);
  }
});

test('400, 413 and 422 for the whole: halved in order until the one that is wrong is by itself', async (t) => {
  for (const status of [400, 413, 422]) {
    const body = { errors: [{ reason: 'invalid', field: 'x', message: 'poison' }] };
    const { rejects, rejected, sent, summary } = await deliverRows(t, people(20), ({ items }) =>
      items.some(({ identifiers }) => [3, 17].includes((identifiers as { id: number }).id)) ? { status, body } : {},
    );
    assert.deepEqual(rejected, [3, 17]);
    assert.equal(summary.delivered, 18);
    assert.equal(rejects[0]?.cause.status, status);
    const firstSeen = sent.flat().filter((n, index, all) => all.lastIndexOf(n) === index);
    assert.deepEqual(
      firstSeen,
      [...firstSeen].sort((a, b) => a - b),
      'the order of the last sends is the order of the input',
    );
  }
});

test('transient faults are waited out: 408, 429, 5xx with HTML, resets, timeouts, unreadable replies', async (t) => {
  const faults: Answer[] = [
    { status: 408 },
    { status: 429, headers: { 'retry-after': '1' } },
    { status: 429 },
    { status: 503, body: '<html>busy</html>', headers: { 'retry-after': new Date(1_000).toUTCString() } },
    { status: 500 },
    'reset',
    { status: 200, body: '<html>captive portal</html>' },
    { status: 207, body: '{"errors":[{"batch_ind' },
    { delayMs: 4_000 },
  ];
  const seen: string[] = [];
  const onRetry = (message: unknown): void => {
    const { why, delayMs } = message as RetryMessage;
    assert.ok(Number.isInteger(delayMs), `${delayMs}`);
    seen.push(why);
  };
  subscribe('customerio-streams:retry', onRetry);
  t.after(() => unsubscribe('customerio-streams:retry', onRetry));
  const { summary, error, sent } = await deliverRows(t, people(2), (_request, n) => faults[n] ?? {}, { timeoutMs: 300_000 });
  assert.equal(error, undefined);
  assert.deepEqual([summary.delivered, summary.retries, summary.requests], [2, faults.length, faults.length + 1]);
  assert.ok(sent.every((batch) => batch.length === 2));
  assert.equal(seen.length, faults.length);
  assert.equal(seen[0], 'HTTP 408');
  assert.ok(
    seen.some((why) => /^timeout \(127\.0\.0\.1:\d+\)$/.test(why)),
    seen.join(),
  );
});

test('401 and 403 stop at once', async (t) => {
  for (const status of [401, 403]) {
    const { error, received, summary } = await deliverRows(t, people(2), () => ({ status, body: { meta: { error: 'Unauthorized' } } }));
    assertCode(error, 'CIO_AUTH');
    assert.deepEqual([received.length, summary.delivered], [1, 0]);
  }
});

test('another 4xx stops: it says nothing about the entries', async (t) => {
  const { error } = await deliverRows(t, people(2), () => ({ status: 404, body: 'no such page' }));
  assertCode(error, 'CIO_API');
  assert.match(error.message, /404/);
});

test('give up: stop fails the pipeline and releases no checkpoint past the unsent; reject hands the entries back', async (t) => {
  const positions: unknown[] = [];
  const rows = [new Checkpoint('before'), ...people(2), new Checkpoint('after')];
  const onCheckpoint = (position: unknown): void => void positions.push(position);
  const stopped = await deliverRows(t, rows, () => ({ status: 503 }), { giveUpMs: 2_000, onCheckpoint });
  assertCode(stopped.error, 'CIO_UNDELIVERED');
  assert.match(stopped.error.message, /2 rows not delivered after \d+ attempts: HTTP 503/);
  assert.deepEqual(positions, ['before']);
  assert.ok(stopped.summary.seconds >= 1, 'the time that it waited counts');
  const rejecting = await deliverRows(t, rows, () => ({ status: 503 }), { giveUpMs: 2_000, onGiveUp: 'reject', onCheckpoint });
  assert.equal(rejecting.error, undefined);
  assert.deepEqual(rejecting.rejected, [0, 1]);
  assert.equal(rejecting.rejects[0]?.cause.reason, 'undeliverable');
  assert.deepEqual(positions, ['before', 'before', 'after']);
});

test('a Retry-After longer than giveUpMs gives up at once', async (t) => {
  const { error, received } = await deliverRows(t, people(1), () => ({ status: 429, headers: { 'retry-after': '3600' } }), {
    giveUpMs: 60_000,
  });
  assertCode(error, 'CIO_UNDELIVERED');
  assert.match(error.message, /Retry-After 3600 s/);
  assert.equal(received.length, 1);
});

test('all that the API says of an entry is kept', async (t) => {
  const bodies: [status: number, body: unknown, message: string][] = [
    [
      400,
      {
        errors: [
          { field: 'a', message: 'no' },
          { field: 'b', message: 'nor that' },
        ],
      },
      'no; b: nor that',
    ],
    [400, { meta: { errors: ['bad', 'worse'] } }, 'bad; worse'],
    [422, { message: 'not like this' }, 'not like this'],
    [413, 'too much', 'too much'],
    [
      207,
      {
        errors: [
          { batch_index: 0, message: 'x' },
          { batch_index: 0, message: 'y' },
        ],
      },
      'x; y',
    ],
  ];
  for (const [status, body, message] of bodies) {
    const { rejects } = await deliverRows(t, people(1), () => ({ status, body }));
    assert.equal(rejects[0]?.cause.message, message);
  }
});

test('a Retry-After of more than a day is a mistake, a shorter one is kept', async (t) => {
  const mistakes = ['999999999', '1e9', '0x10', '-5', 'try 3000', '5, 10', 'Fri, 31 Dec 9999 23:59:59 GMT'];
  for (const status of [429, 503]) {
    const { summary, error } = await deliverRows(t, people(1), (_request, n) => {
      const header = mistakes[n];
      return header === undefined ? {} : { status, headers: { 'retry-after': header } };
    });
    assert.equal(error, undefined);
    assert.deepEqual([summary.delivered, summary.retries], [1, mistakes.length]);
  }
});
