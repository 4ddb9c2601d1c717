/** Syncs, run as Airbyte runs them, into the sandbox. */
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OBJECT_NAMES } from '../../../lib/airbyte/config/config.ts';
import { createSandbox, type Sandbox } from '../../../lib/sandbox/create-sandbox.ts';
import type { Fault } from '../../../lib/sandbox/faults.ts';
import {
  begin,
  configFor,
  type Ended,
  errorsOf,
  logsOf,
  row,
  run,
  runWrite,
  start,
  stateOf,
  statesOf,
  statusOf,
  streamOf,
} from '../../support/airbyte/connector.ts';
import { folder } from '../../support/folder.ts';

async function sandboxFor(t: TestContext, faults: Fault[] = []): Promise<{ sandbox: Sandbox; config: (more?: object) => object }> {
  const sandbox = await createSandbox({ siteId: 'site', apiKey: 'SECRET-key', faults });
  t.after(() => sandbox.close());
  return { sandbox, config: (more) => configFor(sandbox.url, more) };
}

const people = streamOf('person_identify');
const events = streamOf('users_log', { destination_object_name: 'person_event' }, { namespace: 'public' });

test('people and events of interleaved streams arrive, in order; STATEs come back with their counts', async (t) => {
  const { sandbox, config } = await sandboxFor(t);
  const ended = await runWrite(
    t,
    config(),
    [people, events],
    [
      row('person_identify', { person_email: 'a@x.example', plan: 'free', n: 1 }),
      row('users_log', { person_email: 'a@x.example', event_name: 'bought', timestamp: 1_700_000_000, total: 2 }, { namespace: 'public' }),
      row('person_identify', { person_email: null }),
      stateOf('person_identify', { at: 1 }),
      row('person_identify', { person_email: 'a@x.example', plan: 'pro' }),
      row('person_identify', { person_email: 'not an address', plan: 'pro' }),
      stateOf('users_log', { at: 2 }, { namespace: 'public' }),
      stateOf('person_identify', { at: 3 }),
    ],
  );
  assert.equal(ended.status, 0, ended.stderr);
  assert.deepEqual(
    statesOf(ended).map(({ stream, destinationStats }) => [stream.stream_state.at, destinationStats]),
    [
      [1, { recordCount: 1, rejectedRecordCount: 1 }],
      [2, { recordCount: 1, rejectedRecordCount: 0 }],
      [3, { recordCount: 2, rejectedRecordCount: 0 }],
    ],
  );
  const person = sandbox.state().people.find(({ email }) => email === 'a@x.example');
  assert.deepEqual(JSON.parse(JSON.stringify(person?.attributes)), { plan: 'pro', n: 1 });
  assert.deepEqual(
    sandbox.state().events.map(({ name, timestamp, attributes }) => [name, timestamp, attributes.total]),
    [['bought', 1_700_000_000, 2]],
  );
  assert.ok(logsOf(ended).includes('WARN 1 rejected, stream person_identify: invalid, person_email is null'));
  assert.ok(logsOf(ended).includes('WARN 1 odd_email, identified by an email that is not an address, such as a name'));
  assert.equal(ended.stderr, '');
  assert.ok(!ended.lines.some((line) => line.includes('SECRET')));
});

test('a row that the API refuses counts for the STATE after it, and fails nothing', async (t) => {
  const { sandbox, config } = await sandboxFor(t, [
    {
      path: '/api/v2/batch',
      status: 207,
      body: { errors: [{ batch_index: 1, reason: 'invalid', field: 'x', message: 'holds b@x.example' }] },
    },
  ]);
  const ended = await runWrite(
    t,
    config({ concurrency: 1 }),
    [people],
    [
      row('person_identify', { person_email: 'a@x.example', n: 1 }),
      stateOf('person_identify', 1),
      row('person_identify', { person_email: 'b@x.example', n: 1 }),
      stateOf('person_identify', 2),
      stateOf('person_identify', 3),
    ],
  );
  assert.equal(ended.status, 0);
  assert.deepEqual(
    statesOf(ended).map(({ destinationStats: { recordCount, rejectedRecordCount } }) => [recordCount, rejectedRecordCount]),
    [
      [1, 0],
      [0, 1],
      [0, 0],
    ],
  );
  assert.equal(sandbox.state().counts.requests, 1);
  assert.ok(logsOf(ended).includes('WARN 1 rejected, stream person_identify: refused, x'));
});

test('a STATE comes out byte for byte; GLOBAL and LEGACY cover all streams', async (t) => {
  const { config } = await sandboxFor(t);
  const global =
    '{"type":"STATE","log":null,"state":{"type":"GLOBAL","stream":null,"global_":{"shared_state":{"lsn":12345678901234567890,"x":1.50}},"id":4,"new":[1 ,2],"destinationStats":null}}';
  const legacy = '{"type":"STATE","state":{"data":{"cursor":"é\\u00e9"}}}';
  const { lines } = await runWrite(
    t,
    config(),
    [people, events],
    [
      row('person_identify', { person_email: 'a@x.example', n: 1 }),
      row('users_log', { person_email: 'a@x.example', event_name: 'x' }),
      row('users_log', { event_name: 'x' }),
      global,
      row('users_log', { person_email: 'a@x.example', event_name: 'y' }),
      legacy,
    ],
  );
  const states = lines.filter((line) => line.includes('"STATE"'));
  assert.deepEqual(states, [
    global.replace('"destinationStats":null', '"destinationStats":{"recordCount":2.0,"rejectedRecordCount":1.0}'),
    legacy.replace('}}}', '},"destinationStats":{"recordCount":1.0,"rejectedRecordCount":0.0}}}'),
  ]);
});

test("digits are kept, Airbyte's columns and explicit nulls are not taken for data", async (t) => {
  const { sandbox, config } = await sandboxFor(t);
  const line = `{"type":"RECORD","log":null,"state":null,"record":{"namespace":null,"stream":"person_identify","data":{"person_email":"a@x.example","big":12345678901234567890,"_airbyte_raw_id":"u","_airbyte_meta":{}},"emitted_at":1700000000.5,"meta":null}}`;
  const { status } = await runWrite(
    t,
    config(),
    [streamOf('person_identify', { destination_object_name: null }, { namespace: 'ns' })],
    [line],
  );
  assert.equal(status, 0);
  const [person] = sandbox.state().people;
  assert.deepEqual(
    Object.entries(person?.attributes ?? {}).map(([name, value]) => [name, String(value)]),
    [['big', '12345678901234567890']],
  );
});

test('lines that are not messages are logged, counted and rejected; strict, the first fails the sync', async (t) => {
  const { sandbox, config } = await sandboxFor(t);
  const input = [
    'Starting up...',
    '',
    '{"type":"RECORD","record":{"stream":"person_identify","data":{"person_email":"a@x.example","n":1e999}}}',
    '[1]',
    '{"type":"NEWS"}',
    stateOf('person_identify', 1),
  ];
  const ended = await runWrite(t, config(), [people], input);
  assert.equal(ended.status, 0);
  assert.deepEqual(statesOf(ended)[0]?.destinationStats, { recordCount: 0, rejectedRecordCount: 1 });
  const logs = logsOf(ended);
  assert.ok(logs.includes('WARN line 1 of the input is not an Airbyte message and was rejected: not a JSON message'));
  assert.ok(logs.includes('WARN 2 rejected, lines without a stream: malformed, not a JSON message'));
  assert.ok(!ended.lines.some((line) => line.includes('Starting up')));
  const strict = await runWrite(t, config({ strict: true }), [people], input);
  assert.equal(strict.status, 1);
  assert.match(errorsOf(strict)[0]?.message, /line 1 of the input is not a message/);
  assert.equal(sandbox.state().people.length, 0);
});

test('deduped mode: the later cursor wins, a deleted row deletes, soft_delete deletes every row', async (t) => {
  const { sandbox, config } = await sandboxFor(t);
  const deduped = streamOf('person_identify', {
    destination_sync_mode: 'append_dedup',
    primary_key: [['person_email']],
    cursor_field: ['at'],
  });
  const gone = streamOf('gone', { destination_sync_mode: 'soft_delete', destination_object_name: 'person_identify' });
  const ended = await runWrite(
    t,
    config(),
    [deduped, gone],
    [
      row('person_identify', { person_email: 'a@x.example', plan: 'new', at: '2026-02-01' }),
      row('person_identify', { person_email: 'a@x.example', plan: 'old', at: '2026-01-01' }),
      row('person_identify', { person_email: 'b@x.example', plan: 'x', at: '2026-01-01', _ab_cdc_deleted_at: null }),
      row('person_identify', { person_email: 'b@x.example', plan: 'x', at: '2026-01-02', _ab_cdc_deleted_at: '2026-01-02' }),
      row('person_identify', { person_email: 'c@x.example', plan: 'x', at: '2026-01-01' }),
      row('gone', { person_email: 'c@x.example', why: 'left' }),
      row('gone', { why: 'left' }),
      stateOf('person_identify', 1),
      stateOf('gone', 1),
    ],
  );
  assert.equal(ended.status, 0);
  assert.deepEqual(
    sandbox.state().people.map(({ email, attributes }) => [email, attributes.plan]),
    [['a@x.example', 'new']],
  );
  assert.deepEqual(
    statesOf(ended).map(({ destinationStats: { recordCount, rejectedRecordCount } }) => [recordCount, rejectedRecordCount]),
    [
      [5, 0],
      [1, 1],
    ],
  );
  assert.ok(logsOf(ended).includes('WARN 1 rejected, stream gone: invalid, person_email is missing'));
});

test('objects and relationships, and overwrite with a warning', async (t) => {
  const { sandbox, config } = await sandboxFor(t);
  const object = streamOf('object_identify', { destination_sync_mode: 'overwrite' });
  const ended = await runWrite(
    t,
    config({ identifierType: 'id' }),
    [object, streamOf('person_relationship')],
    [
      row('object_identify', { object_type_id: 1, object_id: 'acme', size: 9 }),
      row('person_relationship', { person_id: 7, object_type_id: '1', object_id: 'acme', role: 'boss' }),
    ],
  );
  assert.equal(ended.status, 0);
  assert.deepEqual(JSON.parse(JSON.stringify(sandbox.state().objects.map(({ object_id, attributes }) => [object_id, attributes]))), [
    ['acme', { size: 9 }],
  ]);
  assert.deepEqual(JSON.parse(JSON.stringify(sandbox.state().relationships.map(({ attributes }) => attributes))), [{ role: 'boss' }]);
  assert.ok(logsOf(ended).some((log) => log.startsWith('WARN') && log.includes('overwrite')));
});

test('a stream that the source did not complete: delivered, released, and then the sync fails', async (t) => {
  const { sandbox, config } = await sandboxFor(t);
  const input = [row('person_identify', { person_email: 'a@x.example', n: 1 }), stateOf('person_identify', 1)];
  const both = [people, streamOf('person_event')];
  for (const statuses of [
    [statusOf('person_identify', 'INCOMPLETE'), statusOf('person_event', 'COMPLETE')],
    [statusOf('person_event', 'COMPLETE')],
  ]) {
    const ended = await runWrite(t, config(), both, [...input, ...statuses]);
    assert.equal(ended.status, 1);
    assert.equal(statesOf(ended).length, 1);
    assert.equal(errorsOf(ended)[0]?.failure_type, 'transient_error');
    assert.match(errorsOf(ended)[0]?.message, /did not complete person_identify;/);
  }
  assert.equal(sandbox.state().people.length, 1);
  const complete = await runWrite(t, config(), both, [
    ...input,
    statusOf('person_identify', 'COMPLETE'),
    statusOf('person_event', 'COMPLETE'),
  ]);
  assert.equal(complete.status, 0);
});

test('what is wrong with configuration and catalog is reported at once, before anything is sent', async (t) => {
  const { sandbox, config } = await sandboxFor(t);
  const bad = await runWrite(
    t,
    config({ region: 'asia', concurrency: 0 }),
    [streamOf('x'), streamOf('y', { destination_object_name: 'person_identfy' })],
    [],
  );
  assert.equal(bad.status, 1);
  const [error] = errorsOf(bad);
  assert.equal(error?.failure_type, 'config_error');
  assert.match(
    error?.message,
    /region must be.*concurrency must be 1 or more.*unknown destination object "person_identfy": did you mean "person_identify"\?/,
  );
  const broken = await run(t, [
    'write',
    '--config',
    { default_object: null },
    '--catalog',
    { streams: [{}, streamOf('x', { primary_key: 1 })] },
  ]);
  assert.equal(
    errorsOf(broken)[0]?.message,
    [
      'config: credentials is missing',
      `config: default_object must be one of ${OBJECT_NAMES.join(', ')}`,
      'catalog: streams.0.stream is missing',
      'catalog: streams.1.primary_key must be a list of paths',
    ].join('; '),
  );
  const nameless = await runWrite(t, { region: 'eu' }, [streamOf('x')], []);
  assert.match(errorsOf(nameless)[0]?.message, /credentials is missing; catalog: streams\.0 \(x\) has no destination object/);
  const unread = await run(t, ['write', '--config', '/nowhere/config.json', '--catalog', { streams: [] }]);
  assert.equal(
    errorsOf(unread)[0]?.message,
    "the configuration can't be read (ENOENT): /nowhere/config.json; catalog: streams has no streams",
  );
  const stranger = await runWrite(
    t,
    config(),
    [people],
    [row('person_identify', { person_email: 'a@x.example', n: 1 }), row('orders', {})],
  );
  assert.equal(stranger.status, 1);
  assert.match(errorsOf(stranger)[0]?.message, /line 2: a record of stream "orders", which is not in the catalog/);
  const credentials = await runWrite(
    t,
    config({ credentials: { siteId: 'site', apiKey: 'WRONG-key' } }),
    [people],
    [row('person_identify', { person_email: 'a@x.example', n: 1 })],
  );
  assert.equal(credentials.status, 1);
  assert.equal(errorsOf(credentials)[0]?.failure_type, 'config_error');
  assert.ok(!credentials.lines.some((line) => line.includes('WRONG')));
  assert.equal(sandbox.state().people.length, 0);
});

test('SIGTERM: what was read is delivered, its STATE released, and the process ends by the signal', async (t) => {
  const { sandbox, config } = await sandboxFor(t, [{ latencyMs: 300 }]);
  const { child, ended } = start(t, ['write', '--config', config(), '--catalog', { streams: [people] }]);
  child.stdin?.write(
    `${row('person_identify', { person_email: 'a@x.example', n: 1 })}\n${stateOf('person_identify', 1)}\n{"type":"RECORD","rec`,
  );
  // The linger has passed: the row is on its way.
  while (sandbox.state().counts.requests === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGTERM');
  const result = await ended;
  assert.deepEqual([result.status, result.signal], [null, 'SIGTERM']);
  assert.deepEqual(statesOf(result)[0]?.destinationStats, { recordCount: 1, rejectedRecordCount: 0 });
  assert.equal(
    errorsOf(result)[0]?.message,
    'stopped on request: everything that was read is delivered or rejected. The next sync resumes after the last STATE.',
  );
  assert.equal(sandbox.state().people.length, 1);
});

test('a line that fails does not wait for a source that is silent', { timeout: 60_000 }, async (t) => {
  const { config } = await sandboxFor(t, [{ path: '/api/v2/batch', status: 401 }]);
  const { input, ended } = begin(t, ['write', '--config', config(), '--catalog', { streams: [people] }]);
  input.write(`${row('person_identify', { person_email: 'a@x.example' })}\n`);
  const result = await ended;
  assert.equal(result.status, 1);
  assert.match(errorsOf(result)[0]?.internal_message, /^CIO_AUTH/);
});

test('killed in the middle and run again from the last STATE that came out: the same end state', async (t) => {
  const rows = Array.from({ length: 3_000 }, (_, n) => {
    const data = { person_email: `p${n % 500}@x.example`, n, pad: 'x'.repeat(900) };
    return n % 2 === 0 ? row('person_identify', data) : row('users_log', { ...data, event_name: 'e', timestamp: 1_700_000_000 + n });
  });
  const lines = rows.flatMap((line, n) =>
    n % 100 === 99 ? [line, JSON.stringify({ type: 'STATE', state: { data: { at: n + 1 } } })] : [line],
  );
  const undisturbed = await sandboxFor(t);
  assert.equal((await runWrite(t, undisturbed.config(), [people, events], lines)).status, 0);
  // The first batches are answered; what is behind them is on its way until the kill.
  const { sandbox, config } = await sandboxFor(t, [{ path: '/api/v2/batch', after: 4, latencyMs: 600_000 }]);
  const { child, ended } = start(t, ['write', '--config', config({ concurrency: 2 }), '--catalog', { streams: [people, events] }]);
  let said = '';
  child.stdout?.on('data', (text) => {
    said += text;
    if (said.includes('"STATE"')) child.kill('SIGKILL');
  });
  child.stdin?.write(lines.map((line) => `${line}\n`).join(''));
  const last = statesOf(await ended).at(-1)?.data.at ?? 0;
  const rest = lines.slice(lines.indexOf(rows[last] ?? ''));
  assert.ok(last > 0 && rest.length < lines.length && rest.length > 0);
  sandbox.setFaults([]);
  assert.equal((await runWrite(t, config(), [people, events], rest)).status, 0);
  const endOf = ({ people: all, events: happened }: ReturnType<Sandbox['state']>): unknown => [
    all.map(({ email, attributes }) => `${email} ${JSON.stringify(attributes)}`).sort(),
    happened.map(({ name, timestamp, identifiers }) => `${name} ${timestamp} ${JSON.stringify(identifiers)}`).sort(),
  ];
  assert.deepEqual(endOf(sandbox.state()), endOf(undisturbed.sandbox.state()));
});

test('with a dedupe directory, what has not changed since the last sync is skipped, and counts as taken', async (t) => {
  const { sandbox, config } = await sandboxFor(t);
  const directory = await folder(t);
  const deduped = streamOf('person_identify', { destination_sync_mode: 'append_dedup', primary_key: [['person_email']] });
  const sync = (plan: string): Promise<Ended> =>
    runWrite(
      t,
      config({ dedupe_directory: directory }),
      [deduped, streamOf('person_event')],
      [
        row('person_identify', { person_email: 'a@x.example', plan: 'free' }),
        row('person_identify', { person_email: 'b@x.example', plan }),
        row('person_event', { person_email: 'a@x.example', event_name: 'e', timestamp: 1_700_000_000 }),
        stateOf('person_identify', 1),
      ],
    );
  await sync('free');
  const { applied } = sandbox.state().counts;
  const again = await sync('pro');
  assert.equal(again.status, 0);
  assert.deepEqual(statesOf(again)[0]?.destinationStats, { recordCount: 2, rejectedRecordCount: 0 });
  assert.equal(sandbox.state().counts.applied, applied + 1);
  assert.ok(logsOf(again).some((log) => log.startsWith('INFO 3 rows: 1 delivered, 0 rejected, 2 skipped')));
  const unusable = await runWrite(t, config({ dedupe_directory: '/dev/null' }), [deduped], []);
  assert.deepEqual([unusable.status, errorsOf(unusable)[0]?.failure_type], [1, 'config_error']);
});

test('an API that stays away is in the log; once stopped, a sync waits for it no longer than ten seconds', {
  timeout: 60_000,
}, async (t) => {
  const { sandbox, config } = await sandboxFor(t, [{ path: '/api/v2/batch', status: 503 }]);
  const { input, clock, stop, ended } = begin(t, ['write', '--config', config(), '--catalog', { streams: [people] }]);
  input.write(`${row('person_identify', { person_email: 'a@x.example', n: 1 })}\n${stateOf('person_identify', 1)}\n`);
  while (sandbox.state().counts.faults < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  stop();
  await clock.run(9_999);
  const faults = sandbox.state().counts.faults;
  while (sandbox.state().counts.faults === faults) await new Promise((resolve) => setTimeout(resolve, 5));
  await clock.run(1);
  const result = await ended;
  assert.equal(result.status, 1);
  assert.deepEqual(statesOf(result), []);
  assert.match(logsOf(result).join('\n'), /WARN a request failed \(HTTP 503, attempt \d+\); retrying in [\d.]+ s/);
  assert.match(errorsOf(result)[0]?.internal_message, /^CIO_UNDELIVERED/);
  assert.equal(
    errorsOf(result)[0]?.message,
    'stopped on request, before everything that was read was delivered. Sync again once Customer.io is reachable: that is safe.',
  );
});

for (const kind of ['refuses connections', 'does not answer']) {
  test(`a reject store that ${kind} is not waited for either: no STATE comes out, and the rows are in a file`, {
    timeout: 60_000,
  }, async (t) => {
    const { sandbox, config } = await sandboxFor(t);
    const silent = createServer(() => {});
    t.after(() => silent.closeAllConnections());
    t.after(() => silent.close());
    if (kind === 'does not answer') await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const port = (silent.address() as AddressInfo | null)?.port ?? 1;
    const storage = {
      storage_type: 'S3',
      s3_bucket_name: 'bucket',
      s3_endpoint: `http://127.0.0.1:${port}`,
      access_key_id: 'SECRET-id',
      secret_access_key: 'SECRET-too',
    };
    const args = ['write', '--config', config({ object_storage_config: storage }), '--catalog', { streams: [people] }];
    const { input, clock, stop, ended } = begin(t, args);
    const rows = [row('person_identify', { person_email: 'a@x.example', n: 1 }), row('person_identify', { person_email: null, n: 'me' })];
    input.write([...rows, stateOf('person_identify', 1), ''].join('\n'));
    while (sandbox.state().people.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop();
    await clock.run(10_000);
    const result = await ended;
    assert.deepEqual([result.status, result.signal, statesOf(result)], [1, null, []]);
    const [error] = errorsOf(result);
    assert.match(error?.internal_message, /^CIO_REJECT_STORE: stopped on request; rejected rows can't be stored in s3:\/\/bucket\//);
    assert.match(error?.message, /Check that the place for rejected rows exists/);
    const [, file = ''] = /the rows that were not stored are in (\S+\.ndjson)/.exec(error?.message) ?? [];
    t.after(() => rm(dirname(file), { recursive: true, force: true }));
    assert.match(await readFile(file, 'utf8'), /^[^\n]*"n":"me"[^\n]*\n$/);
    assert.ok(!result.lines.some((line) => line.includes('SECRET')));
  });
}
