import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSandbox } from '../../lib/sandbox/create-sandbox.ts';
import type { SandboxOptions } from '../../lib/sandbox/options.ts';
import { REGION_PATH } from '../../lib/track/region.ts';
import { locate } from '../../lib/write/request/locate.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { start } from '../support/sandbox.ts';

test('the defaults', async (t) => {
  const sandbox = await createSandbox();
  t.after(() => sandbox.close());
  assert.match(sandbox.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual([sandbox.siteId, sandbox.apiKey], ['sandbox-site', 'sandbox-key']);
  assert.deepEqual(sandbox.state(), {
    counts: { requests: 0, unauthorized: 0, limited: 0, faults: 0, applied: 0, duplicates: 0, ignored: 0, refused: 0, events: 0 },
    people: [],
    objects: [],
    relationships: [],
    events: [],
    deliveries: [],
    suppressed: [],
  });
  const { siteId, apiKey, url, account } = sandbox;
  assert.deepEqual(account, { siteId, apiKey, baseUrl: url });
  assert.deepEqual(await locate(account), { baseUrl: url, region: 'us', environmentId: 1 });
});

test('however many requests are held up at once, Node does not warn of a leak', async (t) => {
  const warnings: string[] = [];
  const heard = ({ name }: Error): void => void warnings.push(name);
  process.addListener('warning', heard);
  t.after(() => process.removeListener('warning', heard));
  const { url, close } = await createSandbox({ faults: [{ latencyMs: 300, status: 503 }] });
  t.after(close);
  const asked = Array.from({ length: 12 }, async () => (await fetch(url + REGION_PATH)).status);
  assert.deepEqual(new Set(await Promise.all(asked)), new Set([503]));
  assert.ok(!warnings.includes('MaxListenersExceededWarning'));
});

test('the default rate is the published 100', async (t) => {
  const { url, siteId, apiKey, close } = await createSandbox({ clock: new FakeClock() } as SandboxOptions);
  t.after(close);
  const headers = { authorization: `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}` };
  const ask = async (): Promise<number> => (await fetch(`${url}/api/v1/accounts/region`, { headers })).status;
  const statuses = await Promise.all(Array.from({ length: 101 }, ask));
  assert.deepEqual(
    [200, 429].map((status) => statuses.filter((one) => one === status).length),
    [100, 1],
  );
});

const WRONG: [options: object, message: RegExp][] = [
  [{ prot: 1 }, /unknown option "prot": did you mean "port"/],
  [{ port: 70_000 }, /"port"/],
  [{ requestsPerSecond: 0 }, /"requestsPerSecond": must be a whole number of 1 or more, or Infinity/],
  [{ siteId: '' }, /"siteId"/],
  [{ hosts: ['http://x'] }, /"hosts.0": must be a host name, without a port/],
  [{ hosts: ['x:80'] }, /"hosts.0": must be a host name, without a port/],
  [{ kilo: 1001 }, /"kilo"/],
  [{ region: 'asia' }, /"region"/],
  [{ faults: [{ stats: 1 }] }, /unknown option "faults.0.stats": did you mean "faults.0.status"/],
  [{ elsewhere: 'ftp://x' }, /"elsewhere"/],
];

for (const [options, message] of WRONG) {
  test(`refuses ${JSON.stringify(options)}`, async () => {
    await assert.rejects(createSandbox(options as SandboxOptions), { code: 'CIO_OPTIONS', message });
  });
}

test('a port in use is one clear error', async (t) => {
  const { url } = await start(t);
  const port = Number(new URL(url).port);
  await assert.rejects(createSandbox({ port }), { code: 'CIO_OPTIONS', message: `createSandbox: port ${port} is in use` });
});
