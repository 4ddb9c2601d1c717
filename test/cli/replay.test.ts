/** Rejected records sent again: from a folder, S3 and GCS, in processes of their own. */
import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../../lib/index.ts';
import { cli, folder, linesOf, type Ran, rejectedIn, sandboxFor, start } from '../support/cli/run-cli.ts';
import { objectsIn, type Rejected, STORES, seed, type TestStore } from '../support/cli/stores.ts';

const EVENT = ['--as', 'events', '--rate', '1000'];
const NO_LIMIT = { requestsPerSecond: Number.POSITIVE_INFINITY };

const event = (n: number): Rejected => ({ record: { person_id: `p${n % 7}`, event_name: 'bought', n } });
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
/** The `n` of all events that arrived. */
const arrived = (sandbox: Sandbox): unknown[] =>
  sandbox
    .state()
    .events.map(({ attributes }) => attributes.n)
    .sort((a, b) => Number(a) - Number(b));
/** What counts of a sandbox, whatever the order of arrival was. */
const stateOf = (sandbox: Sandbox): unknown[] =>
  sandbox
    .state()
    .events.map(({ id, name, attributes, identifiers, timestamp }) => ({ id, name, attributes, identifiers, timestamp }))
    .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));

for (const [kind, open] of Object.entries(STORES)) {
  const replay = (store: TestStore, sandbox: Sandbox & { env: Record<string, string> }, ...args: string[]): Promise<Ran> =>
    cli(['replay', ...EVENT, ...store.flags, ...args], { env: { ...sandbox.env, ...store.env } });

  test(`${kind}: send while the API refuses, replay when it does not: the state of a clean run`, async (t) => {
    const [store, sandbox, clean, cwd] = [await open(t), await sandboxFor(t, NO_LIMIT), await sandboxFor(t, NO_LIMIT), await folder(t)];
    const rows = range(0, 40).map((n) => JSON.stringify({ person_id: `p${n % 7}`, event_name: 'bought', n, timestamp: 1_700_000_000 + n }));
    await writeFile(join(cwd, 'events.ndjson'), [...rows, '{"person_id":"p1"}', 'no json'].join('\n'));
    const send = ['events', 'events.ndjson', '--rate', '1000', '--quiet'];
    await cli(send, { cwd, env: clean.env });
    sandbox.setFaults([{ path: '/api/v2/batch', status: 400, times: 30 }]);
    const place = store.place('rejected');
    const csv = ['--rejects-format', 'csv', '--rejects-flattening', 'root', '--rejects-gzip'];
    const sent = await cli([...send, '--rejects', place, ...csv, ...store.flags], { cwd, env: { ...sandbox.env, ...store.env } });
    assert.deepEqual([sent.status, /^done: 42 rows/.test(sent.stderr)], [1, true], sent.stderr);
    assert.ok(sandbox.state().events.length < 40, 'something was refused');
    sandbox.setFaults([]);
    const ran = await replay(store, sandbox, place, '--rejects', store.place('again'), '--done', 'delete');
    assert.equal(ran.status, 1, ran.stderr);
    assert.match(ran.stderr, /2 rejected, 0 skipped/);
    assert.match(ran.stderr, /replayed: 1 file in .*rejected, 1 deleted/);
    assert.deepEqual(stateOf(sandbox), stateOf(clean));
    assert.deepEqual([await objectsIn(store, 'rejected'), await objectsIn(store, 'again')], [0, 1]);
  });

  test(`${kind}: killed and run again: no event counts twice, none is lost`, async (t) => {
    const [store, sandbox] = [await open(t), await sandboxFor(t, NO_LIMIT)];
    for (const part of range(0, 4)) await seed(store, 'rejected', range(part * 10, part * 10 + 10).map(event), part % 2 ? 'csv' : 'ndjson');
    const flags = ['--rejects', store.place('again'), '--done', 'delete', '--concurrency', '1', '--linger-ms', '0'];
    // Applied, but the answer takes its time: what is killed then does not know.
    sandbox.setFaults([{ path: '/api/v2/batch', slowMs: 60_000 }]);
    const running = start(['replay', store.place('rejected'), ...EVENT, ...store.flags, ...flags], {
      env: { ...sandbox.env, ...store.env },
    });
    while (sandbox.state().counts.applied === 0) await sleep(5);
    running.child.kill('SIGKILL');
    await running.ended;
    assert.equal(await objectsIn(store, 'rejected'), 4);
    sandbox.setFaults([]);
    const ran = await replay(store, sandbox, store.place('rejected'), ...flags);
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(arrived(sandbox), range(0, 40));
    assert.ok(sandbox.state().counts.duplicates > 0, 'some were sent twice');
    assert.equal(await objectsIn(store, 'rejected'), 0);
  });

  test(`${kind}: --done move, also within the place; what is rejected again is kept; a filter leaves the rest`, async (t) => {
    const [store, sandbox] = [await open(t), await sandboxFor(t, NO_LIMIT)];
    await seed(store, 'rejected', [event(0), { record: { person_id: 'p' }, reason: 'refused' }]);
    await seed(store, 'rejected', [event(1), { ...event(2), reason: 'invalid', field: 'plan' }]);
    const flags = ['--rejects', store.place('again'), '--done', 'move', '--done-to', store.place('rejected/done')];
    const ran = await replay(store, sandbox, store.place('rejected'), ...flags, '--reason', 'refused');
    assert.equal(ran.status, 1, ran.stderr);
    assert.deepEqual(arrived(sandbox), [0, 1]);
    assert.match(
      ran.stderr,
      /replayed: 2 files in .*, 1 moved\n {2}not sent: 1 row that --reason or --field leaves out; files with such rows are left in place\n/,
    );
    assert.deepEqual(
      [await objectsIn(store, 'rejected/done'), await objectsIn(store, 'rejected'), await objectsIn(store, 'again')],
      [1, 2, 1],
    );
    // What was moved is not read again; what was left is.
    const rest = await replay(store, sandbox, store.place('rejected'), ...flags, '--field', 'nothing', '--field', 'plan');
    assert.match(rest.stderr, /no record was rejected for the field "nothing"/);
    assert.deepEqual([rest.status, arrived(sandbox)], [0, [0, 1, 2]]);
    const all = await replay(store, sandbox, store.place('rejected'), ...flags);
    assert.deepEqual([all.status, arrived(sandbox)], [0, [0, 1, 2]]);
    assert.deepEqual([await objectsIn(store, 'rejected/done'), await objectsIn(store, 'rejected')], [2, 2]);
  });
}

test('nothing is cleared that the API has not taken; a dry run clears and sends nothing', async (t) => {
  const [store, sandbox] = [await STORES.folder(t), await sandboxFor(t)];
  await seed(store, 'rejected', [event(0)]);
  sandbox.setFaults([{ path: '/api/v2/batch', status: 503 }]);
  const args = ['replay', store.place('rejected'), ...EVENT, '--rejects', store.place('again'), '--done', 'delete'];
  const ran = await cli([...args, '--give-up-ms', '0'], { env: sandbox.env });
  assert.equal(ran.status, 7, ran.stderr);
  assert.match(ran.stderr, /0 deleted/);
  const dry = await cli([...args, '--dry-run', '--report', store.place('report.json')]);
  assert.equal(dry.status, 0, dry.stderr);
  const { delivered, replayed } = JSON.parse(await readFile(store.place('report.json'), 'utf8'));
  assert.deepEqual([delivered, replayed], [1, { from: store.place('rejected'), objects: 1, cleared: 0, unmatched: 0, unreadable: 0 }]);
  assert.deepEqual([await objectsIn(store, 'rejected'), arrived(sandbox)], [1, []]);
});

test('Ctrl-C finishes what was read, and clears only what is done', async (t) => {
  const [store, sandbox] = [await STORES.folder(t), await sandboxFor(t, NO_LIMIT)];
  for (const part of range(0, 3)) await seed(store, 'rejected', range(part * 2_000, part * 2_000 + 2_000).map(event));
  sandbox.setFaults([{ path: '/api/v2/batch', latencyMs: 600 }]);
  const args = ['replay', store.place('rejected'), ...EVENT, '--rejects', store.place('again'), '--done', 'delete', '--concurrency', '1'];
  const running = start(args, { env: sandbox.env });
  while (sandbox.state().counts.requests < 2) await sleep(5);
  running.child.kill('SIGINT');
  const { status, stderr } = await running.ended;
  assert.equal(status, 130, stderr);
  assert.match(stderr, /interrupted: [\d,]+ rows: [\d,]+ delivered, 0 rejected/);
  sandbox.setFaults([]);
  assert.equal((await cli(args, { env: sandbox.env })).status, 0);
  assert.deepEqual(arrived(sandbox), range(0, 6_000));
  assert.equal(await objectsIn(store, 'rejected'), 0);
});

test('objects that hold no rejects, or are damaged, are named and stay; nothing else stops', async (t) => {
  const [store, sandbox, cwd] = [await STORES.folder(t), await sandboxFor(t), await folder(t)];
  await seed(store, 'rejected', [event(0)]);
  await seed(store, 'rejected', [event(1)], 'csv');
  const foreign = {
    'a.csv': 'a,b\n1,2\n',
    'package.json': '{\n  "name": "x"\n}\n',
    'z.ndjson': '{"person_id":"p","event_name":"never sent"}\n',
    'notes.txt': 'notes',
    'blank.txt': '\n',
  };
  for (const [name, text] of Object.entries(foreign)) await writeFile(join(store.place('rejected'), name), text);
  const ran = await cli(['replay', store.place('rejected'), ...EVENT, '--rejects', 'again', '--done', 'delete'], { cwd, env: sandbox.env });
  assert.equal(ran.status, 5, ran.stderr);
  for (const name of Object.keys(foreign)) assert.match(ran.stderr, new RegExp(`skipped and left in place: rejected/${name}: `));
  assert.match(ran.stderr, /cio-stream: rejected\/a\.csv: this CSV holds no rejected rows.*, and 4 more can't be read/);
  assert.deepEqual([arrived(sandbox), await objectsIn(store, 'rejected')], [[0, 1], 5]);
});

test("Airbyte's own files, and a place that is one file", async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(
    join(cwd, 'airbyte.jsonl'),
    `${JSON.stringify({ _airbyte_raw_id: '0198', _airbyte_extracted_at: 1, _airbyte_meta: {}, _airbyte_data: { ...event(5).record, rejected_reason: 'x', rejected_message: 'y' } })}\n`,
  );
  for (const _again of range(0, 2)) {
    const ran = await cli(['replay', 'airbyte.jsonl', ...EVENT], { cwd, env: sandbox.env });
    assert.deepEqual([ran.status, arrived(sandbox)], [0, [5]], ran.stderr);
  }
});

test('places that get into each other, and flags that need others, are one clear error', async (t) => {
  const [store, cwd] = [await STORES.folder(t), await folder(t)];
  await seed(store, 'rejected', [event(0)]);
  await mkdir(join(cwd, 'empty'));
  await symlink(store.place('rejected'), join(cwd, 'link'));
  const place = store.place('rejected');
  const wrong = async (status: number, says: RegExp, ...args: string[]): Promise<void> => {
    const ran = await cli(['replay', ...EVENT, '--dry-run', ...args], { cwd });
    assert.deepEqual([ran.status, ran.stdout], [status, ''], ran.stderr);
    assert.match(ran.stderr, says);
  };
  await wrong(2, /--rejects is inside the place that is replayed/, place, '--rejects', place);
  await wrong(2, /--rejects is inside the place that is replayed/, place, '--rejects', 'link/deeper');
  await wrong(2, /--rejects is inside/, 's3://bucket/a', '--rejects', 's3://bucket/a/b');
  await wrong(2, /--rejects is inside/, 'gs://bucket', '--rejects', 'gs://bucket/b');
  await wrong(2, /must not be above the place/, 's3://bucket/a/b', '--rejects', 's3://bucket/a', '--rejects-path', 'b');
  const done = ['--done', 'move', '--rejects', 'again', '--done-to'];
  await wrong(2, /--done-to must not be the place that is replayed/, place, ...done, store.place('.'));
  await wrong(2, /must not be inside one another/, place, ...done, 'again/done');
  await wrong(2, /--processes does nothing without --redis/, place, '--processes', '2');
  await wrong(2, /--done move needs --done-to/, place, '--done', 'move', '--rejects', 'again');
  await wrong(2, /--done-to needs --done move/, place, '--done', 'delete', '--done-to', 'x', '--rejects', 'again');
  await wrong(2, /--done needs --rejects/, place, '--done', 'delete');
  await wrong(2, /--rejects-gzip needs --rejects/, place, '--rejects-gzip');
  await wrong(2, /--rejects-path: unknown variable "strem_name"/, place, '--rejects', 'again', '--rejects-path', '{strem_name}');
  await wrong(2, /replay: that is not a bucket name/, 's3://', '--rejects', 'again');
  await wrong(2, /must be one of malformed, invalid/i, place, '--reason', 'refusd');
  await wrong(8, /rejected rows can't be listed in nothere: it does not exist/, 'nothere');
  await wrong(0, /there are no rejected rows in empty\n.*0 rows/, 'empty');
  assert.deepEqual(await rejectedIn(join(cwd, 'empty')), []);
});

test('an id of its own keeps an event one event, also where it was never sent before', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  // Standard input has no name, and these rows neither id nor time: their ids were fresh each time.
  const rows = range(0, 3).map((n) => JSON.stringify({ person_id: 'p', event_name: 'x'.repeat(n === 1 ? 101 : 5), n, same: true }));
  await cli(['events', '--dry-run', '--rejects', 'rejected'], { cwd, input: rows.join('\n') });
  const [line] = await rejectedIn(join(cwd, 'rejected'));
  assert.equal(line?.rejected_event_id, undefined);
  for (const _again of range(0, 2)) {
    const ran = await cli(['replay', 'rejected', ...EVENT, '--on-violation', 'truncate', '--log-format', 'json'], {
      cwd,
      env: sandbox.env,
    });
    assert.deepEqual(
      linesOf(ran.stderr).map(({ type, delivered }) => [type, delivered]),
      [['summary', 1]],
    );
  }
  assert.deepEqual(arrived(sandbox), [1]);
});

test('a row rejected for a wrong type of a column goes through with the right one: the record is as it came', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const input = 'person_id,at\n1,2023-11-14T22:13:20Z\n';
  const options = { cwd, env: sandbox.env };
  const wrong = ['--format', 'csv', '--column', 'at=:number', '--rejects', 'rejected'];
  assert.equal((await cli(['people', '--quiet', ...wrong], { input, ...options })).status, 1);
  assert.equal((await rejectedIn(join(cwd, 'rejected')))[0]?.rejected_field, 'at');
  const right = ['--column', 'at=created_at:time', '--rejects', 'again', '--done', 'delete'];
  const ran = await cli(['replay', 'rejected', '--as', 'people', '--quiet', ...right], options);
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual({ ...sandbox.state().people[0]?.attributes }, { created_at: 1_700_000_000 });
});
