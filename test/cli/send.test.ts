import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Report } from '../../lib/cli/show/report.ts';
import { cli, folder, linesOf, rejectedIn, sandboxFor } from '../support/cli/run-cli.ts';

const PEOPLE = `{"person_email":"ada@example.com","plan":"pro","balance":12345678901234567890}
{"person_email":null}
not json
{"person_email":"grace@example.com","bio":"${'x'.repeat(1_001)}"}
{"person_email":"alan@example.com"}
`;

test('rows from standard input: delivered, or on standard output with the reason', async (t) => {
  const sandbox = await sandboxFor(t);
  const ran = await cli(['people'], { input: PEOPLE, env: sandbox.env });
  assert.equal(ran.status, 1);
  const reasons = linesOf(ran.stdout).map(({ rejected_reason: reason, rejected_origin: origin }) => [
    reason,
    (origin as { line: number }).line,
  ]);
  assert.deepEqual(reasons, [
    ['invalid', 2],
    ['malformed', 3],
    ['too_large', 4],
  ]);
  const [ada, alan, ...others] = [...sandbox.state().people].sort((a, b) => String(a.email).localeCompare(String(b.email)));
  assert.deepEqual([ada?.email, alan?.email, others], ['ada@example.com', 'alan@example.com', []]);
  assert.equal(String(Object(ada?.attributes).balance), '12345678901234567890');
  assert.match(ran.stderr, /done: 5 rows: 2 delivered, 3 rejected, 0 skipped/);
  for (const kind of [/1 {2}invalid .*has no id/, /1 {2}malformed .*not valid JSON/, /1 {2}too_large .*is longer/])
    assert.match(ran.stderr, kind);
  assert.match(ran.stderr, /warning: 1 empty_identify/);
  assert.match(ran.stderr, /rejected rows are on standard output/);
});

test('files in the order given, each in its own format, plain or compressed; columns by --email', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'a.csv'), 'Email,event_name\nada@example.com,first\n');
  await writeFile(join(cwd, 'b.ndjson.gz'), gzipSync('{"Email":"ada@example.com","event_name":"second"}\n'));
  await writeFile(join(cwd, 'c.json'), '{"data":{"rows":[{"Email":"ada@example.com","event_name":"third"}]}}');
  const args = ['--email', 'Email', '--json-path', 'data.rows'];
  const ran = await cli(['events', 'a.csv', 'b.ndjson.gz', 'c.json', ...args], { cwd, env: sandbox.env });
  assert.deepEqual([ran.status, ran.stdout], [0, '']);
  assert.deepEqual(
    sandbox.state().events.map(({ name }) => name),
    ['first', 'second', 'third'],
  );
});

test('a CSV without a header row, other quotes; the stream is in the paths and origins of rejects', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const input = "ada@example.com\t'Ada\t1'\n\t'nobody'\n";
  const csv = ['--format', 'csv', '--delimiter', '\\t', '--quote', "'", '--header', 'person_email, name'];
  const place = ['--stream', 'people', '--namespace', 'crm', '--rejects', 'out', '--rejects-path', '{namespace}/{stream_name}/'];
  const ran = await cli(['people', ...csv, ...place], { cwd, input, env: sandbox.env });
  assert.equal(ran.status, 1, ran.stderr);
  assert.deepEqual(
    sandbox.state().people.map(({ email, attributes }) => [email, { ...attributes }]),
    [['ada@example.com', { name: 'Ada\t1' }]],
  );
  const [rejected] = await rejectedIn(join(cwd, 'out/crm/people'));
  const { record, rejected_origin: origin } = rejected ?? {};
  const { stream, namespace, line } = origin as Record<string, unknown>;
  assert.deepEqual([record, stream, namespace, line], [{ name: 'nobody' }, 'people', 'crm', 2]);
});

test('files named .tsv are CSV with tabs, plain or compressed, where nothing else is said', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'a.tsv'), 'person_id\tname\n1\tA, B\n');
  await writeFile(join(cwd, 'b.TSV.gz'), gzipSync('person_id\tname\n2\tB\n'));
  await writeFile(join(cwd, 'c.csv'), 'person_id,name\n3,C\n');
  const send = (...args: string[]): ReturnType<typeof cli> => cli(['people', ...args], { cwd, env: sandbox.env });
  assert.equal((await send('a.tsv', 'b.TSV.gz', 'c.csv')).status, 0);
  await writeFile(join(cwd, 'd.tsv'), 'person_id;name\n4;D\n');
  assert.equal((await send('d.tsv', '--delimiter', ';')).status, 0);
  const wrong = await send('d.tsv');
  assert.equal(wrong.status, 5);
  assert.match(wrong.stderr, /holds ";": is that the `--delimiter`/);
  await writeFile(join(cwd, 'e.tsv'), '{"person_id":5,"name":"E"}\n');
  assert.equal((await send('e.tsv', '--format', 'ndjson')).status, 0);
  const names = sandbox.state().people.map(({ id, attributes }) => [Number(id), attributes.name]);
  assert.deepEqual(names.sort(), [
    [1, 'A, B'],
    [2, 'B'],
    [3, 'C'],
    [4, 'D'],
    [5, 'E'],
  ]);
});

test('--quote none: a quote is a character like any other', async (t) => {
  const sandbox = await sandboxFor(t);
  const args = ['people', '--format', 'csv', '--quote', 'none'];
  const ran = await cli(args, { input: 'person_id,size\n1,7"\n', env: sandbox.env });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(sandbox.state().people[0]?.attributes.size, '7"');
});

test('CSV as others write it: sep=, a header once more, texts for null, spaces, a note with a stray quote', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'sep.csv'), 'sep=;\r\nperson_email;plan\r\nada@x.io;NULL\r\n');
  await writeFile(join(cwd, 'joined.csv'), '\uFEFFperson_email, plan\nbob@x.io, pro\n\uFEFFperson_email, plan\n\\N, pro\n');
  await writeFile(join(cwd, 'notes.csv'), 'person_email,note\ncarl@x.io,"She said "call me"\nBest regards, Ada\nThanks"\ndan@x.io,fine\n');
  const files = ['sep.csv', 'joined.csv', 'notes.csv'];
  const args = ['people', '--rejects', 'out', '--report', 'report.json', '--resume', 'state.json', ...files];
  const ran = await cli([...args, '--null', String.raw`\N`, '--null', 'NULL', '--trim'], { cwd, env: sandbox.env });
  assert.equal(ran.status, 1, ran.stderr);
  const people = sandbox.state().people.map(({ email, attributes }) => [email, attributes.plan ?? attributes.note]);
  assert.deepEqual(people.sort(), [
    ['ada@x.io', undefined],
    ['bob@x.io', 'pro'],
    ['dan@x.io', 'fine'],
  ]);
  const { read, delivered, rejected, skipped } = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  assert.deepEqual([read, delivered, rejected.byReason, skipped.total], [8, 3, { ...rejected.byReason, malformed: 3, invalid: 1 }, 1]);
  assert.equal(skipped.byReason.repeated_header, 1);
  assert.match(ran.stderr, /skipped: 1 repeated_header, a header row repeated/);
  // The resume file knows how each was read; other flags are another reading.
  assert.equal((await cli([...args, '--null', 'NULL', '--null', String.raw`\N`, '--trim'], { cwd, env: sandbox.env })).status, 0);
  assert.match((await cli([...args, '--trim'], { cwd, env: sandbox.env })).stderr, /with other --null/);
  // Without --trim the names are others, and that is said.
  const dry = await cli(['people', '--dry-run', 'joined.csv'], { cwd });
  assert.match(dry.stderr, /warning: joined\.csv: the name of column " plan" has white space around it.*`--trim` removes it/);
});

test('--limit is another limit than the published one', async (t) => {
  const sandbox = await sandboxFor(t);
  const args = ['people', '--limit', 'person.attributes=1', '--limit', 'person.attributeValueBytes=3'];
  const ran = await cli(args, {
    input: '{"person_id":1,"a":1,"b":2}\n{"person_id":2,"a":"1234"}\n{"person_id":3,"a":"123"}\n',
    env: sandbox.env,
  });
  assert.equal(ran.status, 1, ran.stderr);
  assert.deepEqual(
    sandbox.state().people.map(({ id }) => id),
    [3],
  );
});

test('--rejects names a folder; its files can be sent again, repaired or not, and no event counts twice', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const rows = [
    { person_id: 1, event_name: 'good' },
    { person_id: 2, event_name: 'x'.repeat(101) },
  ];
  await writeFile(join(cwd, 'events.ndjson'), rows.map((row) => JSON.stringify(row)).join('\n'));
  const send = (...args: string[]): ReturnType<typeof cli> => cli(['events', ...args], { cwd, env: sandbox.env });
  assert.equal((await send('events.ndjson', '--rejects', 'rejected')).status, 1);
  const [first] = await rejectedIn(join(cwd, 'rejected'));
  assert.deepEqual(
    [first?.rejected_reason, first?.rejected_stage, Object(first?.rejected_origin).source],
    ['too_large', 'enforceLimits', 'events.ndjson'],
  );
  await writeFile(join(cwd, 'repaired.ndjson'), JSON.stringify({ ...first, record: { person_id: 2, event_name: 'short' } }));
  assert.equal((await send('repaired.ndjson')).status, 0);
  assert.equal((await send('repaired.ndjson')).status, 0);
  assert.equal((await send('events.ndjson', '--rejects', 'rejected')).status, 1);
  assert.deepEqual(
    sandbox.state().events.map(({ name }) => name),
    ['good', 'short'],
  );
});

test('--report holds the summary, and it adds up', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const args = ['people', '--report', 'report.json', '--quiet'];
  const ran = await cli(args, { input: PEOPLE, cwd, env: sandbox.env });
  assert.match(ran.stderr, /^done: 5 rows: 2 delivered, 3 rejected, 0 skipped\n[\s\S]*rejected rows are on standard output\n$/);
  const report = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  const { read, delivered, rejected, skipped, requests, retries, warnings, seconds, bytes } = report;
  const counts = { read, delivered, rejected, skipped, requests, retries, warnings };
  assert.deepEqual(Object.keys(counts.rejected.mostOften).sort(), ['invalid', 'malformed', 'too_large']);
  assert.deepEqual(counts.rejected.mostOften.malformed, { records: 1, message: 'not valid JSON' });
  assert.ok(seconds >= 0 && bytes > 100);
  assert.deepEqual(counts, {
    read: 5,
    delivered: 2,
    rejected: { ...counts.rejected, total: 3, byReason: { malformed: 1, invalid: 1, too_large: 1, refused: 0, undeliverable: 0 } },
    skipped: {
      total: 0,
      byReason: { filtered: 0, duplicate: 0, unchanged: 0, outdated: 0, repeated_header: 0, reassigned: 0, tombstone: 0 },
    },
    requests: counts.requests,
    retries: 0,
    warnings: { empty_identify: 1 },
  });
  assert.ok(counts.requests >= 1);
});

test('where every record is rejected for the same, a hint says what may be meant', async (t) => {
  const cwd = await folder(t);
  const dryRun = async (input: string | Buffer, ...more: string[]): Promise<string> =>
    (await cli(['people', '--dry-run', ...more], { input, cwd })).stderr;
  assert.match(await dryRun('person_id,a\n1,2\n'), /hint: no row could be read; .* --format/);
  const nameless = await dryRun('{"id":1}\n{"id":2}', '--identifier', 'id');
  assert.match(nameless, /hint: no row has what it needs/);
  assert.match(nameless, /is missing; the row has "id": if that is it, name it with --id id/);
  const latin1 = Buffer.from('{"person_id":1,"a":"\xfc"}\n'.repeat(9), 'latin1');
  assert.match(await dryRun(latin1), /hint: some rows are not UTF-8: .* --encoding windows-1252/);
  assert.match(await dryRun(Buffer.from('[{"person_id":"\xfc"}]', 'latin1'), '--format', 'json'), /hint: some rows are not UTF-8/);
  assert.doesNotMatch(await dryRun(PEOPLE), /hint/);
  assert.doesNotMatch(await dryRun(''), /row has what|could be read/);
});

test('an input without a record is a success that is reported', async (t) => {
  const cwd = await folder(t);
  const tried = (input: string, ...more: string[]): ReturnType<typeof cli> => cli(['people', '--dry-run', ...more], { input, cwd });
  const [row, files] = ['{"person_id":1}\n', ['a.ndjson', 'b.csv', 'c.json']];
  for (const [name, text] of [
    ['a.ndjson', ''],
    ['b.csv', 'person_id\n'],
    ['c.json', '[]'],
    ['full.ndjson', row],
  ] as const) {
    await writeFile(join(cwd, name), text);
  }
  const reports = async (stderr: RegExp, input: string, ...more: string[]): Promise<void> => {
    const ran = await tried(input, ...more);
    assert.deepEqual([ran.status, ran.stdout], [0, '']);
    assert.match(ran.stderr, stderr);
  };
  await reports(/: 0 rows.*\n.*\nhint: standard input holds no rows\n$/, '');
  await reports(/\nhint: standard input holds no rows\n$/, '\n\n', '--resume', 'state.json');
  await reports(/\nhint: a\.ndjson holds no rows\n$/, '', 'full.ndjson', 'a.ndjson');
  await reports(/\nhint: 3 inputs hold no rows: a\.ndjson, b\.csv, c\.json\n$/, '', ...files);
  await reports(/^$/, '', '--quiet');
  await reports(/^(?!.*hint)/s, row);
});

test('a named column that no record has is reported, with the one that may be meant', async (t) => {
  const cwd = await folder(t);
  const rows = ['{"person_id":1,"updated_at":1750000000}', 'no JSON', '{"person_id":2,"constructor":null}'].join('\n');
  const dryRun = async (input: string, ...flags: string[]): Promise<{ stderr: string; unseen: unknown }> => {
    const ran = await cli(['people', '--dry-run', '--report', 'report.json', ...flags], { input, cwd });
    return { stderr: ran.stderr, unseen: JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8')).unseenColumns };
  };
  const mistyped = await dryRun(rows, '--time', 'Updated-at', '--phone', 'toString', '--email', 'constructor');
  assert.deepEqual(mistyped.unseen, [
    { option: '--phone toString', column: 'toString' },
    { option: '--time Updated-at', column: 'Updated-at', nearest: 'updated_at' },
  ]);
  assert.match(
    mistyped.stderr,
    /warning: column "Updated-at" \(--time Updated-at\) is missing or empty in every row: did you mean "updated_at"\?/,
  );
  assert.equal((await dryRun(rows, '--time', 'updated_at')).unseen, undefined);
  assert.equal((await dryRun('no JSON', '--time', 'updated_at')).unseen, undefined);
});

test('a CSV with an email beside an id, a time and a number: --column; what is rejected is the row as it came', async (t) => {
  const sandbox = await sandboxFor(t);
  const rows = ['1,ada@example.com,2023-11-14T22:13:20Z,12345678901234567890,yes', '2,alan@example.com,14.11.2023,7,no', '3,,,,'];
  const input = ['ID,E-Mail Address,created_at,Points,active', ...rows].join('\n');
  const shape = ['--column', 'E-Mail Address=email', '--column', 'Points=score:number', '--column', 'created_at=:time'];
  const args = ['--format', 'csv', '--id', 'ID', ...shape, '--column', 'active=:boolean'];
  const ran = await cli(['people', ...args], { input, env: sandbox.env });
  assert.equal(ran.status, 1, ran.stderr);
  const ada = sandbox.state().people.find(({ id }) => id === '1');
  assert.deepEqual([ada?.email, String(Object(ada?.attributes).score)], ['ada@example.com', '12345678901234567890']);
  assert.deepEqual([Object(ada?.attributes).created_at, Object(ada?.attributes).active], [1_700_000_000, true]);
  const [rejected, ...others] = linesOf(ran.stdout);
  assert.deepEqual([others, rejected?.rejected_reason, rejected?.rejected_field], [[], 'invalid', 'created_at']);
  assert.deepEqual(rejected?.record, {
    ...{ ID: '2', 'E-Mail Address': 'alan@example.com', created_at: '14.11.2023', Points: '7', active: 'no' },
  });
  assert.doesNotMatch(ran.stderr, /--column/);
});

test('columns of --column that no record has are reported', async (t) => {
  const cwd = await folder(t);
  const shape = ['--column', 'E-mail=email', '--column', 'Plan=plan', '--column', 'create_at=:time'];
  const input = '{"person_id":1,"E_Mail":"a@b.c","created_at":5,"Plan":"x"}';
  const { stderr } = await cli(['people', '--dry-run', ...shape], { input, cwd });
  assert.match(stderr, /column "E-mail" \(--column E-mail=email\) is missing or empty in every row: did you mean "E_Mail"\?/);
  assert.match(stderr, /column "create_at" \(--column create_at=:time\) is missing or empty in every row: did you mean "created_at"\?/);
  assert.doesNotMatch(stderr, /"Plan"/);
});

test('identifiers: trimmed, refused by the column where they are none, warned about; a second one has its own name', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(
    join(cwd, 'spaces.csv'),
    'ID,E-Mail Address,plan\n, ada@example.com\u00a0,pro\n,ADA@example.com,free\n7,\u200bbob@example.com,NULL\n',
  );
  await writeFile(join(cwd, 'marks.csv'), 'ID,E-Mail Address,plan\n\\N,c@example.com,pro\n8,\\N,\\N\n,not an address,free\n9,,pro\n');
  const maps = ['--id', 'ID', '--email', 'E-Mail Address'];
  const args = ['people', 'spaces.csv', 'marks.csv', ...maps, '--report', 'report.json'];
  const ran = await cli(args, { cwd, env: sandbox.env });
  assert.deepEqual(
    linesOf(ran.stdout).map(({ rejected_field: field, rejected_message: message }) => [field, String(message).split(':')[0]]),
    [
      ['ID', 'is "\\N", which means no value'],
      ['E-Mail Address', 'is "\\N", which means no value'],
    ],
  );
  const people = sandbox.state().people.map(({ id, email, attributes }) => [id ?? '', email ?? '', attributes]);
  const expected = [
    ['', 'ada@example.com', { plan: 'free' }],
    ['7', 'bob@example.com', { plan: 'NULL' }],
    ['', 'not an address', { plan: 'free' }],
    ['9', '', { plan: 'pro' }],
  ];
  const inOrder = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
  assert.deepEqual(inOrder(people), inOrder(expected));
  assert.match(ran.stderr, /warning: 1 odd_email, identified by an email that is not an address/);
  assert.deepEqual(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8')).warnings, { odd_email: 1 });
});

test('two files that both count their events from 1: all are counted, and once; long values of events are taken', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'orders.csv'), `person_email,event_name,event_id,receipt\nada@example.com,placed,1001,${'x'.repeat(2_000)}\n`);
  await writeFile(
    join(cwd, 'refunds.csv'),
    'person_email,event_name,event_id\nbob@example.com,refunded,1001\nBob@example.com,refunded,1001\n',
  );
  const args = ['events', 'orders.csv', 'refunds.csv'];
  const ran = await cli(args, { cwd, env: sandbox.env });
  assert.equal(ran.status, 0, ran.stdout);
  assert.deepEqual(
    sandbox
      .state()
      .events.map(({ name }) => name)
      .sort(),
    ['placed', 'refunded'],
  );
  const strict = await cli([...args, '--limits', 'connector', '--limit', 'event.attributes=5'], { cwd, env: sandbox.env });
  assert.deepEqual(
    linesOf(strict.stdout).map(({ rejected_reason, rejected_field }) => [rejected_reason, rejected_field]),
    [['too_large', 'attributes.receipt']],
  );
  assert.equal(sandbox.state().events.length, 2, 'the same events again');
});

test('reject files of a dry run say so in their names; their folders and extensions are as always', async (t) => {
  const cwd = await folder(t);
  const dry = ['people', '--dry-run', '--quiet', '--rejects', 'rejected'];
  assert.equal((await cli(dry, { input: PEOPLE, cwd })).status, 1);
  assert.equal((await cli([...dry, '--rejects-file', 'mine.csv', '--rejects-format', 'csv'], { input: PEOPLE, cwd })).status, 1);
  assert.equal((await cli([...dry, '--rejects-path', 'below'], { input: PEOPLE, cwd })).status, 1);
  const names = (await readdir(join(cwd, 'rejected'), { recursive: true })).filter((name) => !name.startsWith('.')).sort();
  assert.equal(names.length, 4);
  assert.match(names.join('\n'), /^below\nbelow\/dry-run-\S+\.ndjson\ndry-run-\S+\.ndjson\ndry-run-mine\.csv$/);
  assert.equal((await cli(['replay', 'rejected/below', '--as', 'people', '--dry-run'], { cwd })).status, 1);
});

test('a dry run needs no credentials, sends nothing, and reports the same', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const args = ['people', '--report', 'report.json'];
  const dry = await cli([...args, '--dry-run'], { input: PEOPLE, cwd });
  const dryReport = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  assert.equal(sandbox.state().counts.requests, 0);
  const real = await cli(args, { input: PEOPLE, cwd, env: sandbox.env });
  const realReport = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  assert.deepEqual([dry.status, real.status], [1, 1]);
  const counted = ({ read, delivered, rejected, skipped, requests, retries, bytes, warnings, kinds, inputs }: Report): object => {
    return { read, delivered, rejected, skipped, requests, retries, bytes, warnings, kinds, inputs };
  };
  assert.deepEqual(counted(dryReport), counted(realReport));
  assert.deepEqual([dryReport.dryRun, realReport.dryRun], [true, undefined]);
  assert.match(dry.stderr, /dry run, nothing was sent: 5 rows: 2 would be delivered/);
});

test('events: name, time and id by flags; or one name for all of them', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'orders.csv'), 'mail,what,at,order,Total Price\nada@x.io,bought,2024-01-01,o1,5\nada@x.io,,2024-01-02,o2,6\n');
  const flags = ['--email', 'mail', '--name', 'what', '--time', 'at', '--event-id', 'order', '--snake-case'];
  const ran = await cli(['events', 'orders.csv', ...flags], { cwd, env: sandbox.env });
  assert.equal(ran.status, 1, ran.stderr);
  assert.deepEqual([linesOf(ran.stdout)[0]?.rejected_field, linesOf(ran.stdout).length], ['what', 1]);
  await writeFile(join(cwd, 'views.csv'), 'mail,seen,a=b,secret\nada@x.io,31/12/2023,7,x\n');
  const columns = ['--column', 'seen=timestamp:time:DD/MM/YYYY', '--column', String.raw`a\=b=n:number`, '--drop-others'];
  const views = await cli(['events', 'views.csv', '--email', 'mail', '--event', 'page_viewed', ...columns], { cwd, env: sandbox.env });
  assert.equal(views.status, 0, views.stderr);
  assert.deepEqual(
    sandbox.state().events.map(({ name, timestamp, attributes }) => [name, timestamp, { ...attributes }]),
    [
      ['bought', 1_704_067_200, { total_price: '5' }],
      ['page_viewed', 1_703_980_800, { n: 7 }],
    ],
  );
});

test('operations takes them as they are; --on-violation repairs', async (t) => {
  const sandbox = await sandboxFor(t);
  const operation = { type: 'person', action: 'identify', identifiers: { id: 'a' }, attributes: { long: 'é'.repeat(501), ok: 1 } };
  const ran = await cli(['operations', '--on-violation', 'truncate'], {
    input: JSON.stringify(operation),
    env: sandbox.env,
  });
  assert.equal(ran.status, 0);
  assert.deepEqual(sandbox.state().people[0]?.attributes, { long: 'é'.repeat(500), ok: 1 });
  assert.match(ran.stderr, /warning: 1 truncated/);
});

test('--log-format json: every line of standard error is JSON', async (t) => {
  const sandbox = await sandboxFor(t);
  const args = ['people', '--log-format', 'json'];
  const ran = await cli(args, { input: PEOPLE, env: sandbox.env });
  const [summary] = linesOf(ran.stderr);
  assert.deepEqual([summary?.type, summary?.read, summary?.delivered, summary?.rejects], ['summary', 5, 2, 'on standard output']);
  const failed = await cli([...args, 'nothere.ndjson'], { env: sandbox.env });
  assert.deepEqual([failed.status, linesOf(failed.stderr).map(({ type, code }) => [type, code])], [5, [['error', 'CIO_SOURCE']]]);
});

test('a rate is kept, and 429 is waited out', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t, { requestsPerSecond: 4 }), await folder(t)];
  // In as many lanes: they would have to leave over two seconds to be let through.
  const rows = Array.from({ length: 6 }, (_, n) => JSON.stringify({ person_id: `p${n}`, n })).join('\n');
  const args = ['people', '--rate', '50', '--report', 'report.json', '--quiet'];
  const ran = await cli(args, { input: rows, cwd, env: sandbox.env });
  const report = JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'));
  assert.deepEqual([ran.status, report.delivered], [0, 6]);
  assert.ok(report.retries > 0 && sandbox.state().counts.limited > 0, 'it was throttled');
});

test('flattened reject files are for replay: send hands their lines back', async (t) => {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  const send = (args: string[], input?: string) =>
    cli(['people', ...args], { ...(input === undefined ? {} : { input }), cwd, env: sandbox.env });
  for (const shape of [
    ['--rejects-flattening', 'root'],
    ['--rejects-format', 'csv'],
  ]) {
    const place = shape.at(-1) as string;
    assert.equal((await send(['--rejects', place, ...shape], '{"person_email":"","plan":"p"}\n')).status, 1);
    const [name = ''] = (await readdir(join(cwd, place))).filter((one) => !one.startsWith('.'));
    const repaired = (await readFile(join(cwd, place, name), 'utf8')).replace(/"person_email":""/, '"person_email":"a@example.com"');
    await writeFile(join(cwd, place, name), repaired);
    const again = await send([join(place, name), '--identifier', 'email']);
    assert.equal(again.status, 1, again.stderr);
    assert.deepEqual(sandbox.state().people, []);
  }
});
