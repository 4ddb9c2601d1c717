/** Rejected rows, from the desk: kept with their mapping, seen, repaired in a sheet, and sent again without repeating a flag. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { fromKafka, rejectWriter, type Sandbox, trackWriter, validate } from '../../lib/index.ts';
import { cli, folder, linesOf, type Ran, rejectedIn, sandboxFor, start } from '../support/cli/run-cli.ts';
import { STORES } from '../support/cli/stores.ts';

const CRM = `E-Mail Address,First Name,Created At,Zip,Lifetime Value
ada@x.io,Ada,2024-01-02T00:00:00Z,00701,"1,234.50"
,Bob,2024-01-03T00:00:00Z,00702,"2,000.25"
eve@x.io,"Señora; Eve €",31/02/2024,00703,17
`;
const MAP = [
  '--email',
  'E-Mail Address',
  '--column',
  'Created At=created_at:time',
  '--column',
  'Lifetime Value=ltv:number:1,234.56',
  '--snake-case',
];
const EVENTS = '{"mail":"ada@x.io","what":"","n":5,"code":"007"}\n';
const EVENT_MAP = ['--email', 'mail', '--name', 'what'];

interface Desk {
  readonly sandbox: Sandbox & { readonly env: Record<string, string> };
  readonly cwd: string;
  run(...args: string[]): Promise<Ran>;
  attributes(): Record<string, unknown>[];
}

async function desk(t: TestContext): Promise<Desk> {
  const [sandbox, cwd] = [await sandboxFor(t), await folder(t)];
  await writeFile(join(cwd, 'crm.csv'), CRM);
  await writeFile(join(cwd, 'events.ndjson'), EVENTS);
  return {
    sandbox,
    cwd,
    run: (...args) => cli(args, { cwd, env: sandbox.env }),
    attributes: () => sandbox.state().people.map(({ attributes, email }) => ({ ...attributes, email })),
  };
}

/** Runs people and events, so that three rows lie in `rejected/`. */
async function rejectedDesk(t: TestContext): Promise<Desk> {
  const at = await desk(t);
  assert.equal((await at.run('people', 'crm.csv', ...MAP, '--rejects', 'rejected', '-q')).status, 1);
  assert.equal((await at.run('events', 'events.ndjson', ...EVENT_MAP, '--rejects', 'rejected', '-q')).status, 1);
  return at;
}

/** What a spreadsheet makes of a sheet: no quotes but where they must be, and numbers in its own way. */
function saved(
  sheet: Buffer,
  delimiter: string,
  repair: (cell: (name: string, value: string) => void, row: Record<string, string>) => void,
): Buffer {
  const [header = [], ...rows] = parse(sheet, { bom: true }) as string[][];
  for (const row of rows) {
    const cell = (name: string, value: string): void => void row.splice(header.indexOf(name), 1, value);
    const value = (name: string): string => row[header.indexOf(name)] ?? '';
    for (const name of ['Zip', 'code']) if (/^\d+$/.test(value(name))) cell(name, String(Number(value(name))));
    repair(cell, Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
  }
  const text = (cell: string): string => (cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const lines = [header, ...rows].map((row) => `${row.map(text).join(delimiter)}\r\n`).join('');
  return delimiter === ',' ? Buffer.from(`\uFEFF${lines}`) : Buffer.from(lines.replaceAll('€', '\x80'), 'latin1');
}

for (const [how, delimiter] of [
  ['Excel: CSV UTF-8', ','],
  ['Excel in Germany: CSV in windows-1252', ';'],
] as const) {
  test(`seen, repaired in a spreadsheet, replayed without repeating a flag: ${how}`, async (t) => {
    const at = await rejectedDesk(t);
    const counts = await at.run('rejects', 'rejected');
    assert.match(counts.stdout, /^3 rejected rows in 2 files of rejected\n/);
    const rows = await at.run('rejects', 'rejected', '--rows');
    assert.match(rows.stdout, /^crm\.csv:4 {2}invalid {2}Created At {2}"31\/02\/2024" {2}is not a valid time/m);
    assert.match(rows.stdout, /^events\.ndjson:1 {2}invalid {2}what {2}"" {2}is empty$/m);
    const made = await at.run('rejects', 'rejected', '--format', 'csv', '--out', 'fix.csv');
    assert.deepEqual([made.status, made.stdout], [0, '']);
    const sheet = saved(await readFile(join(at.cwd, 'fix.csv')), delimiter, (cell, row) => {
      if (row['First Name'] === 'Bob') cell('E-Mail Address', 'bob@x.io');
      if (row['Created At'] === '31/02/2024') cell('Created At', '2024-02-28T00:00:00Z');
      if (row.mail === 'ada@x.io') cell('what', 'bought');
    });
    await writeFile(join(at.cwd, 'fix.csv'), sheet);
    const ran = await at.run('replay', 'fix.csv');
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(
      ran.stderr,
      /^with the mapping of people --email 'E-Mail Address' --column 'Created At=created_at:time' .*, kept in fix\.csv$/m,
    );
    assert.match(ran.stderr, /^with the mapping of events --email mail --name what, kept in fix\.csv$/m);
    const people = Object.fromEntries(at.attributes().map((person) => [person.first_name, person]));
    assert.deepEqual(people.Bob, { email: 'bob@x.io', first_name: 'Bob', created_at: 1_704_240_000, zip: '00702', ltv: 2000.25 });
    assert.deepEqual(people['Señora; Eve €'], {
      ...{ email: 'eve@x.io', first_name: 'Señora; Eve €', created_at: 1_709_078_400, zip: '00703', ltv: 17 },
    });
    const [event] = at.sandbox.state().events;
    assert.deepEqual([event?.name, { ...event?.attributes }], ['bought', { n: 5, code: '007' }]);
    assert.match(ran.stderr, /^ {2}replayed: fix\.csv, left in place\nfiles in rejected\/ still have the old rows: /m);
    // Run again it is the same: nothing counts twice.
    assert.equal((await at.run('replay', 'fix.csv', '-q')).status, 0);
    assert.equal(at.sandbox.state().events.length, 1);
  });
}

for (const [kind, open] of Object.entries(STORES)) {
  test(`${kind}: two runs with other mappings into one place: each row goes with its own, also what is rejected again`, async (t) => {
    const [store, at] = [await open(t), await desk(t)];
    const run = (...args: string[]): Promise<Ran> =>
      cli([...args, ...store.flags], { cwd: at.cwd, env: { ...at.sandbox.env, ...store.env } });
    at.sandbox.setFaults([{ path: '/api/v2/batch', status: 400 }]);
    const place = store.place('rejected');
    // Both at once: neither loses the mapping of the other.
    const ran = await Promise.all([
      run('people', 'crm.csv', ...MAP, '--rejects', place, '-q'),
      run('events', 'events.ndjson', '--email', 'mail', '--event', 'seen', '--rejects', place, '-q'),
    ]);
    assert.deepEqual(
      ran.map(({ status }) => status),
      [1, 1],
    );
    at.sandbox.setFaults([]);
    const again = await run('replay', place, '--rejects', store.place('again'), '--done', 'delete');
    assert.equal(again.status, 1, again.stderr);
    assert.match(again.stderr, /with the mapping of people .*, kept in .*\.cio-stream\.\w*\.?json/);
    assert.deepEqual(
      at.attributes().map(({ first_name, ltv }) => [first_name, ltv]),
      [['Ada', 1234.5]],
    );
    assert.deepEqual(
      at.sandbox.state().events.map(({ name }) => name),
      ['seen'],
    );
    // A flag overrides one part, and the others stay.
    const fixed = await run('replay', store.place('again'), '--column', 'Created At=joined', '--email', 'First Name');
    assert.match(fixed.stderr, /kept in .* and changed by the flags given here/);
    assert.equal(fixed.status, 0, fixed.stderr);
    const bob = at.attributes().find(({ zip }) => zip === '00702');
    assert.deepEqual([bob?.joined, bob?.ltv, bob?.email], ['2024-01-03T00:00:00Z', 2000.25, 'Bob']);
  });
}

test('one mapping is kept once, nothing secret is in it, and rejects leave it alone', async (t) => {
  const at = await rejectedDesk(t);
  assert.equal((await at.run('people', 'crm.csv', ...MAP, '--rejects', 'rejected', '--site-id', 'sandbox-site', '-q')).status, 1);
  const kept = (await readdir(join(at.cwd, 'rejected'))).filter((name) => name.startsWith('.')).sort();
  assert.equal(kept.length, 2);
  const { mapping, version, ...first } = JSON.parse(await readFile(join(at.cwd, 'rejected', '.cio-stream.json'), 'utf8'));
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.deepEqual(first, {
    command: 'people',
    config: { email: 'E-Mail Address', column: ['Created At=created_at:time', 'Lifetime Value=ltv:number:1,234.56'], 'snake-case': true },
  });
  const ids = (await rejectedIn(join(at.cwd, 'rejected'))).map(({ rejected_origin: origin }) => Object(origin).mapping);
  assert.deepEqual([ids.length, ids.filter((id) => id === mapping).length], [5, 4]);
  const { stdout } = await at.run('rejects', 'rejected', '--format', 'json');
  assert.deepEqual([JSON.parse(stdout).objects, JSON.parse(stdout).unreadable], [3, []]);
});

/** The object of rejects that came from an input. */
async function objectOf({ cwd }: Desk, source: string): Promise<string> {
  for (const name of await readdir(join(cwd, 'rejected'))) {
    if (!name.startsWith('.') && (await readFile(join(cwd, 'rejected', name), 'utf8')).includes(`"${source}"`)) return name;
  }
  throw new Error(`no rejects of ${source}`);
}

test('one object of a place, and standard output: the mapping is found', async (t) => {
  const at = await rejectedDesk(t);
  const name = await objectOf(at, 'crm.csv');
  const printed = await at.run('people', 'crm.csv', ...MAP, '-q');
  await writeFile(join(at.cwd, 'out.ndjson'), printed.stdout);
  for (const place of [join('rejected', name), 'out.ndjson']) {
    const ran = await at.run('replay', place, '--dry-run');
    assert.match(ran.stderr, /with the mapping of people --email 'E-Mail Address'/, place);
    assert.match(ran.stderr, /2 rows: /);
  }
});

test('what is not kept, is broken or is foreign is one clear error, and nothing is sent', async (t) => {
  const at = await rejectedDesk(t);
  const kept = join(at.cwd, 'rejected', '.cio-stream.json');
  const whole = await readFile(kept, 'utf8');
  const wrong = async (text: string | undefined, status: number, says: RegExp): Promise<void> => {
    if (text === undefined) await rm(kept);
    else await writeFile(kept, text);
    const before = at.sandbox.state().counts.requests;
    const ran = await at.run('replay', 'rejected', '--reason', 'invalid', '--field', 'Created At', '--no-check');
    assert.equal(ran.status, status, ran.stderr);
    assert.match(ran.stderr, says);
    assert.equal(at.sandbox.state().counts.requests, before);
  };
  await wrong('{"comm', 5, /rejected\/\.cio-stream\.json does not say how rows were mapped: it holds no mapping/);
  await wrong('[]', 5, /it holds no mapping/);
  await wrong(whole.replace('E-Mail', 'E-Male'), 5, /it was changed/);
  await wrong(undefined, 5, /1 rejected row of rejected has no mapping/);
  const config = { command: 'people', config: { email: 'E-Mail Address', 'api-key': 'x' } };
  const line = (mapping: unknown): string =>
    `${JSON.stringify({ record: {}, rejected_reason: 'invalid', rejected_at: 'x', rejected_origin: { mapping } })}\n`;
  for (const [mapping, says] of [
    [config, /--api-key is not a flag of people that maps rows/],
    [{ command: 'rm', config: {} }, /rm is not a kind of rows/],
    [{ command: 'people', config: { identifier: 'nobody' } }, /--identifier must be one of auto/],
    [{ command: 'people', config: { transform: './gone.js' } }, /--transform \.\/gone\.js does not exist/],
    [7, /must be text, or the command and the config/],
  ] as const) {
    await writeFile(join(at.cwd, 'one.ndjson'), line(mapping));
    const ran = await at.run('replay', 'one.ndjson', '--no-check', '--dry-run');
    assert.notEqual(ran.status, 0);
    assert.match(ran.stderr, says);
  }
});

test('objects that are moved take their mapping with them', async (t) => {
  const at = await rejectedDesk(t);
  const moved = await at.run('replay', 'rejected', '--rejects', 'again', '--done', 'move', '--done-to', 'done', '-q');
  assert.equal(moved.status, 1, moved.stderr);
  const ran = await at.run('replay', 'done', '--dry-run');
  assert.match(ran.stderr, /(?:with the mapping of (?:people|events) .*\n){2}.*3 rows: /);
});

test('--as takes the flags given here alone; a plain sheet is called so', async (t) => {
  const at = await rejectedDesk(t);
  await writeFile(join(at.cwd, 'rejected', '.cio-stream.json'), '{"broken');
  const ran = await at.run(
    'replay',
    'rejected',
    '--as',
    'people',
    ...MAP,
    '--field',
    'Created At',
    '--column',
    'Zip=plz',
    '--rejects',
    'again',
  );
  assert.equal(ran.status, 1, ran.stderr);
  assert.doesNotMatch(ran.stderr, /with the mapping/);
  const plain = await at.run('replay', 'crm.csv', '--dry-run');
  assert.match(plain.stderr, /it has no column rejected_reason[\s\S]*cio-stream people/);
});

test('several places, each once; a sheet is not written over; filters', async (t) => {
  const at = await rejectedDesk(t);
  await mkdir(join(at.cwd, 'more'));
  for (const name of await readdir(join(at.cwd, 'rejected'))) await copyFile(join(at.cwd, 'rejected', name), join(at.cwd, 'more', name));
  assert.match((await at.run('rejects', 'rejected', 'more')).stdout, /^6 rejected rows in 4 files of rejected, more\n/);
  assert.equal((await at.run('rejects', 'rejected', 'more', '--rows', '--field', 'what', '--first', '1')).stdout.split('\n').length, 2);
  assert.match((await at.run('replay', 'rejected', 'more', '--dry-run')).stderr, /6 rows: [\s\S]*4 (?:files|objects) .*rejected, more/);
  for (const twice of [
    ['rejected', './rejected'],
    ['.', 'rejected'],
  ]) {
    const ran = await at.run('replay', ...twice, '--dry-run');
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /is given twice, or inside another place/);
  }
  const over = await at.run('rejects', 'rejected', '--format', 'csv', '--out', 'crm.csv');
  assert.equal(over.status, 2);
  assert.match(over.stderr, /--out crm\.csv: this file exists already\n {2}what to do: Give another name, or delete crm\.csv first\.\n/);
  assert.equal(await readFile(join(at.cwd, 'crm.csv'), 'utf8'), CRM);
  const whole = linesOf((await at.run('rejects', 'rejected', '--format', 'ndjson')).stdout);
  assert.deepEqual(whole.map(({ rejected_origin: origin }) => Object(origin).mapping.command).sort(), ['events', 'people', 'people']);
});

test('rows of two mappings in turns keep their order, and each its mapping', async (t) => {
  const at = await desk(t);
  const lines = Array.from({ length: 40 }, (_, n) => {
    const mapping = n % 2 ? { command: 'people', config: { id: 'a' } } : { command: 'events', config: { id: 'b', event: 'seen' } };
    return JSON.stringify({
      record: { a: `p${n}`, b: 'one', n },
      rejected_reason: 'refused',
      rejected_at: 'x',
      rejected_origin: { mapping },
    });
  });
  await writeFile(join(at.cwd, 'mixed.ndjson'), lines.join('\n'));
  const ran = await at.run('replay', 'mixed.ndjson', '-q');
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(
    at.sandbox
      .state()
      .events.map(({ attributes }) => attributes.n)
      .sort((a, b) => Number(a) - Number(b)),
    Array.from({ length: 20 }, (_, n) => n * 2),
  );
  assert.equal(at.sandbox.state().people.filter(({ attributes }) => attributes.b === 'one').length, 20);
});

test('a sheet is replayed after a kill: nothing counts twice, nothing is lost', async (t) => {
  const at = await desk(t);
  const events = Array.from({ length: 30 }, (_, n) => `{"mail":"a${n}@x.io","what":"","n":${n}}\n`).join('');
  await writeFile(join(at.cwd, 'events.ndjson'), events);
  await at.run('events', 'events.ndjson', ...EVENT_MAP, '--rejects', 'rejected', '-q');
  await at.run('rejects', 'rejected', '--format', 'csv', '--out', 'fix.csv');
  const sheet = saved(await readFile(join(at.cwd, 'fix.csv')), ';', (cell) => cell('what', 'bought'));
  await writeFile(join(at.cwd, 'fix.csv'), sheet);
  at.sandbox.setFaults([{ path: '/api/v2/batch', slowMs: 60_000 }]);
  const running = start(['replay', 'fix.csv', '--rejects', 'again', '--done', 'delete'], {
    cwd: at.cwd,
    env: at.sandbox.env,
  });
  while (at.sandbox.state().counts.applied === 0) await new Promise((resolve) => setImmediate(resolve));
  running.child.kill('SIGKILL');
  await running.ended;
  at.sandbox.setFaults([]);
  const ran = await at.run('replay', 'fix.csv', '--rejects', 'again', '--done', 'delete');
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stderr, /^ {2}replayed: fix\.csv, deleted$/m);
  assert.deepEqual(
    at.sandbox
      .state()
      .events.map(({ attributes }) => attributes.n)
      .sort((a, b) => Number(a) - Number(b)),
    Array.from({ length: 30 }, (_, n) => n),
  );
  assert.deepEqual((await readdir(at.cwd)).includes('fix.csv'), false);
});

test('a sheet has the columns that the mapping names, so what is missing can be filled in; what stays empty is absent', async (t) => {
  const at = await desk(t);
  await writeFile(join(at.cwd, 'people.csv'), 'Email,Name,Joined,Notes\n,Nobody,,x\n,None,,\n');
  await writeFile(join(at.cwd, 'visits.csv'), 'Mail,what\n,visit\n');
  const map = ['--email', 'Email', '--column', 'Joined=joined:time:DD/MM/YYYY', '--column', 'Notes='];
  assert.equal((await at.run('people', 'people.csv', ...map, '--rejects', 'rejected', '-q')).status, 1);
  assert.equal((await at.run('events', 'visits.csv', '--email', 'Mail', '--name', 'what', '--rejects', 'rejected', '-q')).status, 1);
  assert.equal((await at.run('rejects', 'rejected', '--format', 'csv', '--out', 'fix.csv')).status, 0);
  const [header = [], ...rows] = parse(await readFile(join(at.cwd, 'fix.csv')), { bom: true }) as string[][];
  const columns = header.slice(0, header.indexOf('record'));
  assert.deepEqual([...columns].sort(), ['Email', 'Joined', 'Mail', 'Name', 'Notes', 'what']);
  const fill = (row: string[], values: Record<string, string>): string[] => row.map((cell, index) => values[header[index] ?? ''] ?? cell);
  const repaired = rows.map((row) => {
    if (row.includes('Nobody')) return fill(row, { Email: 'no@body.io', Joined: '31/12/2023' });
    return row.includes('visit') ? fill(row, { Mail: 'no@body.io' }) : row;
  });
  const quoted = (cell: string): string => (/[";\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  await writeFile(join(at.cwd, 'fix.csv'), [header, ...repaired].map((row) => `${row.map(quoted).join(';')}\r\n`).join(''));
  const ran = await at.run('replay', 'fix.csv', '--rejects', 'again');
  assert.equal(ran.status, 1, ran.stderr);
  const { people, events } = at.sandbox.state();
  assert.deepEqual(at.attributes(), [{ email: 'no@body.io', Name: 'Nobody', joined: 1_703_980_800 }]);
  assert.deepEqual([people.length, events.map(({ name }) => name), (await rejectedIn(join(at.cwd, 'again'))).length], [1, ['visit'], 1]);
});

test('no column is added for a mapping that is not readable, stands behind a transform, or names a column as ours are named', async (t) => {
  const at = await desk(t);
  const people = (config: object): object => ({ command: 'people', config });
  const mappings = [
    ...[undefined, 'gone', people({}), people({ email: 7 }), people({ nonsense: 'x' }), { command: 'rm', config: {} }],
    ...[people({ email: 'Mail', transform: './fix.js' }), people({ email: 'rejected_at', id: 'record' })],
  ];
  const lines = mappings.map((mapping) =>
    JSON.stringify({ record: { a: '1' }, rejected_reason: 'invalid', rejected_at: 'x', rejected_origin: { mapping } }),
  );
  await writeFile(join(at.cwd, 'some.ndjson'), lines.join('\n'));
  const { stdout } = await at.run('rejects', 'some.ndjson', '--format', 'csv');
  const [header = []] = parse(stdout, { bom: true }) as string[][];
  assert.deepEqual(header.slice(0, 2), ['a', 'record']);
  assert.equal(new Set(header).size, header.length);
});

const message = (offset: number, value: string | null, key?: string): object => ({ topic: 'crm', partition: 3, offset, value, key });

test('a message and a tombstone of Kafka, both rejected, are repaired in one sheet and sent again, each as what it is', async (t) => {
  const [cwd, sandbox] = [await folder(t), await sandboxFor(t)];
  const to = join(cwd, 'rejected');
  // As the command line does for a run of people.
  const rejects = rejectWriter({ to, mapping: { command: 'people', config: { id: 'nr' } } });
  const { url: baseUrl, siteId, apiKey } = sandbox;
  const messages = [
    message(5, '{"nr":7,"plan":"free"}'),
    message(6, '{"nr":null,"plan":"pro"}'),
    message(7, null, '{"id":7}'),
    message(8, '{"plan":'),
  ];
  const rows = validate({ object: 'person_identify', columns: { nr: 'person_id' } });
  await pipeline(Readable.from(messages), fromKafka({ tombstones: 'delete' }), rows, trackWriter({ baseUrl, siteId, apiKey, rejects }));
  assert.deepEqual(
    sandbox.state().people.map(({ id }) => id),
    [7],
  );

  const listed = await cli(['rejects', 'rejected', '--rows'], { cwd });
  assert.deepEqual([listed.status, listed.stderr], [0, '']);
  assert.deepEqual(listed.stdout.match(/^\S+/gm), ['kafka://crm/3:6', 'kafka://crm/3:7', 'kafka://crm/3:8']);
  assert.match(listed.stdout, /:7 {2}invalid {2}identifiers\.id .*an object in JSON/);

  await cli(['rejects', 'rejected', '--reason', 'invalid', '--format', 'csv', '--out', 'sheet.csv'], { cwd });
  const sheet = await readFile(join(cwd, 'sheet.csv'), 'utf8');
  assert.match(sheet, /""topic"":""crm"",""partition"":3,""offset"":7/);
  const repaired = sheet
    .replace('"{""id"":{""id"":7}}"', '"{""id"":""7""}"')
    .replace('"pro",null', '"pro",8')
    .replace('null,"pro"', '8,"pro"');
  await writeFile(join(cwd, 'sheet.csv'), repaired);
  const ran = await cli(['replay', 'sheet.csv'], { cwd, env: sandbox.env });
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stderr, /2 delivered, 0 rejected/);
  assert.deepEqual(
    sandbox.state().people.map(({ id, attributes }) => [id, attributes]),
    [['8', { plan: 'pro' }]],
  );
});
