/** The API as delivery sees it: opened once, at the address that is given, or not at all in a dry run. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TRACK_WRITER_OPTIONS, type TrackWriterSettings } from '../../../lib/write/options.ts';
import { Pacer } from '../../../lib/write/request/pacer.ts';
import { openTrackApi } from '../../../lib/write/request/track-api.ts';
import { Summary } from '../../../lib/write/summary.ts';
import { FakeClock, fast } from '../../support/fake-clock.ts';
import { serve } from '../../support/scripted-server.ts';

const { signal } = new AbortController();
const settings = (options: object): TrackWriterSettings => TRACK_WRITER_OPTIONS.parse({ siteId: 'site', apiKey: 'key', ...options });
const BATCH = { method: 'POST', path: '/api/v2/batch', body: Buffer.from('{"batch":[]}') } as const;

test('a dry run takes every call and counts it; nobody is reached, whatever the address', async (t) => {
  const { url, received } = await serve(t, () => ({}));
  const summary = new Summary();
  const api = await openTrackApi(settings({ dryRun: true, baseUrl: url }), signal, summary);
  assert.deepEqual(await api.call(BATCH), { status: 200, text: '', askedMs: undefined });
  await api.call({ method: 'GET', path: '/' });
  api.pause(1_000);
  await api.close();
  assert.deepEqual([summary.requests, summary.bytes, received.length], [2, BATCH.body.length, 0]);
});

test('with an address nobody is asked for the region: the call is the first request, with the credentials', async (t) => {
  const { url, received } = await serve(t, () => ({ body: 'taken' }));
  const api = await openTrackApi(settings({ baseUrl: url, region: 'auto' }), signal, new Summary());
  t.after(() => api.close());
  const reply = await api.call(BATCH);
  assert.deepEqual([reply.status, 'text' in reply && reply.text], [200, 'taken']);
  assert.deepEqual(
    received.map(({ method, path, body }) => [method, path, body]),
    [['POST', '/api/v2/batch', '{"batch":[]}']],
  );
  assert.equal(received[0]?.headers.authorization, `Basic ${Buffer.from('site:key').toString('base64')}`);
});

test('calls keep the rate, which also counts what was sent before', async (t) => {
  const { url } = await serve(t, () => ({}));
  const { clock } = fast(5);
  const before = clock.now();
  const api = await openTrackApi(settings({ baseUrl: url, requestsPerSecond: 1, clock, sentAt: [before] }), signal, new Summary());
  t.after(() => api.close());
  const sentAt: number[] = [];
  await api.call({ ...BATCH, onSent: (at) => sentAt.push(at) });
  assert.equal(sentAt.length, 1);
  assert.ok((sentAt[0] ?? 0) >= before + 1_000, `${sentAt} is less than a second after ${before}`);
});

test('the pacer is stopped when it is closed, and if it can not be opened', async (t) => {
  const stop = t.mock.method(Pacer.prototype, 'stop');
  const given = settings({ baseUrl: 'http://127.0.0.1:9', clock: new FakeClock() });
  await (await openTrackApi(given, signal, new Summary())).close();
  assert.equal(stop.mock.callCount(), 1);
  forProxy(t, 'no address');
  await assert.rejects(openTrackApi(given, signal, new Summary()), { code: 'CIO_NETWORK' });
  assert.equal(stop.mock.callCount(), 2);
});

function forProxy(t: TestContext, value: string): void {
  const before = process.env.http_proxy;
  process.env.http_proxy = value;
  t.after(() => {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  });
}
