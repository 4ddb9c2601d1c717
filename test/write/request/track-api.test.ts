/** The API as delivery sees it: opened once, at the address that is given, or not at all in a dry run. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TRACK_WRITER_OPTIONS, type TrackWriterSettings } from '../../../lib/write/options.ts';
import { openTrackApi } from '../../../lib/write/request/track-api.ts';
import { Summary } from '../../../lib/write/summary.ts';
import { countingClock, FakeClock } from '../../support/fake-clock.ts';
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
  const { url, received } = await serve(t, () => ({}));
  const clock = new FakeClock();
  const api = await openTrackApi(settings({ baseUrl: url, requestsPerSecond: 1, clock, sentAt: [0] }), signal, new Summary());
  t.after(() => api.close());
  const call = api.call(BATCH);
  await clock.run(900);
  assert.equal(received.length, 0);
  await clock.run(200);
  await call;
  assert.equal(received.length, 1);
});

test('if it can not be opened, and when it is closed, no timer is left', async (t) => {
  const clock = countingClock(new FakeClock());
  const opened = await openTrackApi(settings({ baseUrl: 'http://127.0.0.1:9', clock }), signal, new Summary());
  await opened.close();
  assert.equal(clock.pending, 0);
  forProxy(t, 'no address');
  await assert.rejects(openTrackApi(settings({ baseUrl: 'http://127.0.0.1:9', clock, sentAt: [0] }), signal, new Summary()), {
    code: 'CIO_NETWORK',
  });
  assert.equal(clock.pending, 0);
});

function forProxy(t: TestContext, value: string): void {
  const before = process.env.http_proxy;
  process.env.http_proxy = value;
  t.after(() => {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  });
}
