/** Metrics and health over real HTTP, of real runs into a sandbox. A source of Kafka has its own in test/integration/kafka. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  collectRejects,
  dedupe,
  memoryStore,
  type ServeMetricsOptions,
  serveMetrics,
  type TrackWriter,
  trackWriter,
  validate,
} from '../../lib/index.ts';
import { liveness, readiness } from '../../lib/metrics/health.ts';
import { METRICS, REQUEST_DURATION } from '../../lib/metrics/metrics.ts';
import type { KafkaStatus } from '../../lib/source/kafka/status.ts';
import { sharedRates } from '../../lib/write/diagnostics.ts';
import { cli, start as startCli } from '../support/cli/run-cli.ts';
import { readExposition } from '../support/exposition.ts';
import { start as startSandbox } from '../support/sandbox.ts';

async function open(t: TestContext, options: Partial<ServeMetricsOptions> = {}) {
  const sandbox = await startSandbox(t, { faults: [{ status: 503, times: 1 }] });
  const writer = trackWriter({
    siteId: sandbox.siteId,
    apiKey: sandbox.apiKey,
    baseUrl: sandbox.url,
    rejects: collectRejects(),
    lingerMs: 0,
  });
  const server = await serveMetrics({ port: 0, writer, ...options });
  t.after(async () => {
    writer.destroy();
    await server.close();
  });
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { sandbox, writer, server, get };
}

async function load(writer: TrackWriter): Promise<void> {
  const people = ['ada', 'bob', '', 'ada'].map((name) => ({ person_email: name && `${name}@example.com`, plan: 'x' }));
  await pipeline(Readable.from(people), validate({ object: 'person_identify' }), dedupe({ store: memoryStore() }), writer);
}

/** What goes over one connection. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

test('a run as Prometheus sees it: every row in one outcome, and nothing but names that everybody may see', async (t) => {
  const { writer, get } = await open(t);
  await load(writer);
  const { status, headers, text } = await get('/metrics');
  assert.deepEqual([status, headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  const families = readExposition(text);
  const samples = new Map([...families.values()].flatMap(({ samples }) => [...samples]));
  const value = (name: string): number | undefined => samples.get(name);
  const { summary } = writer;
  assert.deepEqual(
    ['delivered', 'rejected', 'skipped'].map((outcome) => value(`customerio_rows_total{outcome="${outcome}"}`)),
    [summary.delivered, 1, 1],
  );
  assert.deepEqual([value('customerio_rows_read_total'), summary.delivered], [4, 2]);
  assert.equal(value('customerio_rejected_rows_total{reason="invalid"}'), 1);
  assert.equal(value('customerio_rejected_rows_total{reason="refused"}'), 0);
  assert.equal(value('customerio_skipped_rows_total{reason="unchanged"}'), 1);
  assert.equal(value('customerio_warnings_total{warning="odd_email"}'), 0);
  assert.equal(value('customerio_requests_total{code="503"}'), 1);
  assert.equal(value('customerio_retries_total'), 1);
  const answered = value('customerio_requests_total{code="200"}') ?? 0;
  assert.ok(answered >= 1);
  assert.equal(value('customerio_rate_permits_total'), answered + 1);
  assert.equal(value('customerio_request_body_bytes_total'), summary.bytes);
  assert.equal(value('customerio_request_duration_seconds_count'), answered + 1);
  assert.equal(value('customerio_request_duration_seconds_bucket{le="+Inf"}'), answered + 1);
  assert.ok((value('customerio_rate_wait_seconds_total') ?? -1) >= 0);
  assert.ok((value('process_resident_memory_bytes') ?? 0) > 1e6);
  // Without Kafka there is nothing to say of it: a zero would be a lie.
  assert.deepEqual([...(families.get('customerio_kafka_lag')?.samples ?? [])], []);
  assert.equal(value('customerio_kafka_rebalances_total'), undefined);
  assert.doesNotMatch(text, /example\.com|ada|sandbox-(site|key)/);
});

test('names, units and labels are as Prometheus wants them', async (t) => {
  const { get } = await open(t);
  const families = readExposition((await get('/metrics')).text);
  const own = [...families].filter(([name]) => name.startsWith('customerio_'));
  assert.deepEqual(
    own.map(([name]) => name),
    [...Object.keys(METRICS), REQUEST_DURATION.name],
  );
  const mayBe = new Set(['outcome', 'reason', 'warning', 'code', 'why', 'state', 'topic', 'partition', 'version', 'node', 'le']);
  for (const [name, { type, help, labels }] of own) {
    assert.equal(name.endsWith('_total'), type === 'counter', name);
    assert.doesNotMatch(name, /millis|_ms\b|_ms_|percent|kilo/);
    assert.match(help, /^[A-Z].*\.$/);
    for (const label of [...labels, ...(METRICS[name]?.labels ?? [])]) assert.ok(mayBe.has(label), `${name}: ${label}`);
  }
  assert.ok(families.has('nodejs_eventloop_lag_seconds'));
});

test('a second server of the process counts for itself, and both have what is measured of the process', async (t) => {
  const [one, other] = [await open(t), await open(t)];
  await load(one.writer);
  const [first, second] = [readExposition((await one.get('/metrics')).text), readExposition((await other.get('/metrics')).text)];
  const rows = (families: typeof first) => families.get('customerio_rows_read_total')?.samples.get('customerio_rows_read_total');
  assert.deepEqual([rows(first), rows(second)], [4, 0]);
  assert.equal(first.get('customerio_shared_rate_up')?.samples.size, 0, 'its rate is its own');
  sharedRates.publish(() => ({ up: false, place: 'redis:6379', why: 'is away', processes: 3, requestsPerSecond: 100, share: 30 }));
  const third = readExposition((await one.get('/metrics')).text);
  assert.deepEqual([...(third.get('customerio_shared_rate_up')?.samples ?? [])], [['customerio_shared_rate_up', 0]]);
  assert.deepEqual([...(third.get('customerio_shared_rate_processes')?.samples ?? [])], [['customerio_shared_rate_processes', 3]]);
  for (const families of [first, second]) assert.equal(families.get('process_cpu_seconds_total')?.samples.size, 1);
});

const status = (state: KafkaStatus['state']): KafkaStatus => ({
  state,
  reachable: true,
  partitions: [
    { topic: 'people.v1', partition: 0, position: 12n, committed: 10n, end: 15n },
    { topic: 'people.v1', partition: 1, position: 7n, committed: undefined, end: 9n },
    { topic: 'people.v1', partition: 2, position: 0n, committed: undefined, end: undefined },
  ],
  rebalances: 2,
  commits: 5,
  failedCommits: 1,
  bytes: 1_234,
});

test('a consumer group: lag per partition while it is ours, and which state it is in', async (t) => {
  let now = status('running');
  const source = {
    get status() {
      return now;
    },
  };
  const { get } = await open(t, { source });
  const samples = async (name: string) => [...(readExposition((await get('/metrics')).text).get(name)?.samples ?? [])];
  assert.deepEqual(await samples('customerio_kafka_lag'), [
    ['customerio_kafka_lag{topic="people.v1",partition="0"}', 5],
    ['customerio_kafka_lag{topic="people.v1",partition="1"}', 2],
  ]);
  assert.deepEqual(await samples('customerio_kafka_committed_offset'), [
    ['customerio_kafka_committed_offset{topic="people.v1",partition="0"}', 10],
  ]);
  assert.deepEqual(await samples('customerio_kafka_commits_failed_total'), [['customerio_kafka_commits_failed_total', 1]]);
  assert.deepEqual(await samples('customerio_kafka_up'), [['customerio_kafka_up', 1]]);
  now = { ...now, reachable: false };
  assert.deepEqual(await samples('customerio_kafka_up'), [['customerio_kafka_up', 0]]);
  assert.equal((await samples('customerio_kafka_state')).filter(([, value]) => value === 1).length, 1);
  now = { ...now, partitions: now.partitions.slice(1) };
  assert.equal((await samples('customerio_kafka_position_offset')).length, 2);
  assert.equal((await get('/readyz')).status, 200);
  now = { ...now, state: 'joining' };
  assert.deepEqual([(await get('/readyz')).status, (await get('/livez')).status], [503, 200]);
  now = { ...now, state: 'left' };
  assert.deepEqual([(await get('/readyz')).status, (await get('/livez')).status, (await get('/healthz')).status], [503, 503, 503]);
});

test('what the probes are told', () => {
  const states = ['joining', 'running', 'rebalancing', 'stopping', 'left'] as const;
  const of = (judge: typeof liveness, phase: 'starting' | 'running' | 'stopping') =>
    states.filter((state) => judge({ phase, group: { ...status(state), state } }).isGood);
  assert.deepEqual(of(liveness, 'running'), ['joining', 'running', 'rebalancing', 'stopping']);
  assert.deepEqual([of(liveness, 'starting'), of(liveness, 'stopping')], [[...states], [...states]]);
  assert.deepEqual(of(readiness, 'running'), ['running', 'rebalancing']);
  assert.deepEqual([of(readiness, 'starting'), of(readiness, 'stopping')], [[], []]);
  assert.deepEqual(readiness({ phase: 'running', group: undefined }), { isGood: true, why: 'ready' });
});

test('without a consumer group it is ready until the writer has all it will get', async (t) => {
  const { writer, get } = await open(t);
  assert.deepEqual([(await get('/readyz')).status, (await get('/readyz')).text], [200, 'ready\n']);
  await load(writer);
  assert.deepEqual([(await get('/readyz')).status, (await get('/livez')).status], [503, 200]);
});

test('HTTP: HEAD, what is not there, methods that change something, and what is no request', async (t) => {
  const { get, server } = await open(t);
  const [whole, head] = [await get('/livez?verbose'), await get('/livez', { method: 'HEAD' })];
  assert.deepEqual([whole.status, whole.text], [200, 'alive\n']);
  assert.deepEqual([head.status, head.text, head.headers.get('content-length')], [200, '', String(whole.text.length)]);
  for (const path of ['/', '/metrics/', '/Metrics', '/toString', '/__proto__', '/..%2fmetrics', '//metrics', `/${'x'.repeat(9_000)}`])
    assert.deepEqual([(await get(path)).status], [404], path.slice(0, 20));
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const { status, headers } = await get('/metrics', { method, ...(method === 'POST' && { body: 'x'.repeat(1_000_000) }) });
    assert.deepEqual([status, headers.get('allow')], [405, 'GET, HEAD'], method);
  }
  const last = 'Connection: close\r\n\r\n';
  assert.match(await raw(server.port, 'no request at all\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await raw(server.port, `GET /metrics HTTP/1.1\r\n\r\n`), /^HTTP\/1\.1 400 /);
  assert.match(await raw(server.port, `GET /metrics HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  assert.equal(await raw(server.port, `CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n${last}`), '');
  assert.match(await raw(server.port, `GET http://example.com/metrics HTTP/1.1\r\nHost: x\r\n${last}`), /^HTTP\/1\.1 404 /);
  assert.match(await raw(server.port, `GET /livez HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n${last}`), /^HTTP\/1\.1 200 /);
  assert.match(await raw(server.port, `GET /livez HTTP/1.0\r\n\r\n`), /^HTTP\/1\.1 200 /);
  const many = await Promise.all(Array.from({ length: 50 }, () => get('/metrics')));
  assert.ok(many.every(({ status }) => status === 200));
});

test('a port that is taken, a host that is not here, and options that nobody knows', async (t) => {
  const { writer, server } = await open(t);
  const { port } = server;
  await assert.rejects(serveMetrics({ port, writer }), {
    code: 'CIO_OPTIONS',
    message: `serveMetrics: port ${port} is in use at 127.0.0.1`,
  });
  await assert.rejects(serveMetrics({ port: 0, host: '203.0.113.1', writer }), {
    code: 'CIO_OPTIONS',
    message: 'serveMetrics: host 203.0.113.1 is not an address of this machine (EADDRNOTAVAIL)',
  });
  const cases: [object, string][] = [
    [{ port: 0, writer, hots: 'x' }, 'serveMetrics: unknown option "hots": did you mean "host"?'],
    [{ port: 0 }, 'serveMetrics: option "writer": must be a trackWriter()'],
    [{ port: 0, writer, source: 5 }, 'serveMetrics: option "source": must be a kafka() source'],
  ];
  for (const [options, message] of cases)
    await assert.rejects(serveMetrics(options as ServeMetricsOptions), { code: 'CIO_OPTIONS', message });
  const commands: [args: string[], message: RegExp][] = [
    [['--metrics-port', String(port)], new RegExp(`^cio-stream: --metrics-port ${port} is in use at 127\\.0\\.0\\.1\\n`)],
    [['--metrics-host', '0.0.0.0'], /^cio-stream: --metrics-host does nothing without --metrics-port\n/],
    [['--metrics-port', '65536'], /must be a whole number from 0 to 65535/],
  ];
  for (const [args, message] of commands) {
    const { status, stderr } = await cli(['people', '--dry-run', ...args]);
    assert.equal(status, 2);
    assert.match(stderr, message);
  }
  const every = await serveMetrics({ port: 0, host: '::', writer });
  assert.equal(every.url, `http://[::]:${every.port}`);
  assert.equal((await fetch(`http://127.0.0.1:${every.port}/livez`)).status, 200);
  await every.close();
});

test('it holds nothing: who keeps a connection alive keeps neither the process nor the port; who is being answered is answered', async (t) => {
  let isScraped = false;
  let closing: Promise<void> | undefined;
  const source = {
    get status() {
      // In the middle of a scrape.
      if (isScraped) closing ??= server.close();
      return status('running');
    },
  };
  const { server, get } = await open(t, { source });
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const answer = await new Promise<number | undefined>((resolve, reject) =>
    request(`${server.url}/healthz?x`, { agent, method: 'HEAD' }, (response) =>
      response.resume().on('end', () => resolve(response.statusCode)),
    )
      .on('error', reject)
      .end(),
  );
  assert.equal(answer, 200);
  assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length, 1, 'only that of the sandbox');
  // One that never says what it wants.
  const silent = connect(server.port, '127.0.0.1').on('error', () => {});
  await once(silent, 'connect');
  isScraped = true;
  const { status: code, text, headers } = await get('/metrics');
  assert.deepEqual([code, headers.get('connection')], [200, 'close']);
  assert.equal(readExposition(text).get('customerio_kafka_lag')?.samples.size, 2);
  await Promise.all([closing, server.close()]);
  const again = createServer();
  again.listen(server.port, '127.0.0.1');
  await once(again, 'listening');
  again.close();
});

test('cio-stream --metrics-port: ready while it reads, not from the first signal on, and gone at the end', {
  timeout: 60_000,
}, async (t) => {
  // An API that answers a batch only when it is told to.
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const api = createHttpServer(async (asked, response) => {
    if (asked.method === 'POST') await released;
    asked.resume().on('end', () => response.end(JSON.stringify({ region: 'us', environment_id: 1 })));
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const env = {
    CUSTOMERIO_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    CUSTOMERIO_SITE_ID: 'site',
    CUSTOMERIO_API_KEY: 'key',
  };
  const running = startCli(['people', '--id', 'id', '--linger-ms', '0', '--metrics-port', '0'], { env });
  t.after(() => {
    running.child.kill('SIGKILL');
    api.closeAllConnections();
    api.close();
  });
  let said = '';
  running.child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  await running.says('/metrics\n');
  const [, url = ''] = /metrics on (http:\/\/127\.0\.0\.1:\d+)\/metrics\n/.exec(said) ?? [];
  const statusOf = async (path: string): Promise<number> => (await fetch(url + path)).status;
  running.child.stdin?.write('{"id":1,"plan":"x"}\n');
  const permits = async () => readExposition(await (await fetch(`${url}/metrics`)).text()).get('customerio_rate_permits_total');
  while ((await permits())?.samples.get('customerio_rate_permits_total') !== 1) await setImmediate();
  assert.deepEqual([await statusOf('/readyz'), await statusOf('/livez')], [200, 200]);
  running.child.kill('SIGTERM');
  await running.says('interrupted');
  assert.deepEqual([await statusOf('/readyz'), await statusOf('/livez')], [503, 200]);
  release();
  assert.equal((await running.ended).status, 143);
  await assert.rejects(fetch(`${url}/livez`));
});
