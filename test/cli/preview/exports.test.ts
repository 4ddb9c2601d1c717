/**
 * Exports as programs write them: what `preview` proposes, run as it is, loads each value right. What can't be loaded right is said,
 * and is not proposed.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { SandboxState } from '../../../lib/sandbox/state.ts';
import { cli, folder, sandboxFor } from '../../support/cli/run-cli.ts';

interface Loaded {
  readonly notes: readonly string[];
  readonly todo: string | undefined;
  readonly state: SandboxState;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Previews a file and, if a command is proposed, loads it by the same flags. */
async function load(t: TestContext, name: string, bytes: string | Buffer, ...args: string[]): Promise<Loaded> {
  const cwd = await folder(t);
  await writeFile(join(cwd, name), bytes);
  const shown = await cli(['preview', name, '--json', '--write', 'load.json', ...args], { cwd });
  assert.equal(shown.stderr, '');
  const { notes, todo, kind } = JSON.parse(shown.stdout);
  const sandbox = await sandboxFor(t, { requestsPerSecond: Number.POSITIVE_INFINITY });
  if (todo !== undefined) return { notes, todo, kind, state: sandbox.state(), config: {} };
  const ran = await cli([kind, name, '--config', 'load.json'], { cwd, env: sandbox.env });
  assert.equal(ran.status, 0, ran.stderr);
  return { notes, todo, kind, state: sandbox.state(), config: JSON.parse(await readFile(join(cwd, 'load.json'), 'utf8')) };
}

const table = (header: string, row: (n: number) => string, rows = 20, end = '\n'): string =>
  `${[header, ...Array.from({ length: rows }, (_, n) => row(n))].join(end)}${end}`;
const two = (n: number): string => `${n}`.padStart(2, '0');
const TIME = Date.UTC(2024, 0, 2, 10) / 1000;

/** The attributes of the person whose email begins with `p3`. */
function third({ state }: Loaded): Record<string, unknown> {
  const person = state.people.find(({ email }) => String(email).startsWith('p3@'));
  return { ...(person?.id === undefined ? {} : { id: person.id }), ...person?.attributes };
}

const PEOPLE: readonly (readonly [name: string, file: string, bytes: string | Buffer, expected: object, notes: readonly RegExp[]])[] = [
  [
    'Shopify: an apostrophe before ids and phone numbers',
    'customers_export.csv',
    table(
      'Customer ID,First Name,Email,Accepts Email Marketing,Default Address Zip,Phone,Total Spent,Total Orders,Tax Exempt',
      (n) =>
        `'${7_000_000 + n},Ada,p${n}@x.io,${n % 2 ? 'yes' : 'no'},'0${1000 + n},"'+49170123${1000 + n}",${n}.50,${n},${n % 3 ? 'no' : 'yes'}`,
    ),
    // Who a person is must not depend on how a spreadsheet shows it: the id is not proposed.
    { first_name: 'Ada', accepts_email_marketing: true, customer_id: "'7000003", total_spent: 3.5, total_orders: 3, tax_exempt: true },
    [
      /60 cells of "Customer ID", "Default Address Zip", "Phone" begin with an apostrophe/,
      /no --phone for "Phone": .* such as "'\+491701231000"/,
    ],
  ],
  [
    'Stripe',
    'customers.csv',
    table(
      'id,Description,Email,Name,Created (UTC),Delinquent,Card Last4,Total Spend,userId (metadata)',
      (n) => `cus_${n},,p${n}@x.io,Ada,2024-01-02 10:00,${n % 2 === 0},${4240 + n},${n}.25,${n}`,
    ),
    { id: 'cus_3', name: 'Ada', created_utc: TIME, delinquent: false, card_last4: '4243', total_spend: 3.25, user_id_metadata: '3' },
    [],
  ],
  [
    'HubSpot: phone numbers as people write them',
    'hubspot.csv',
    table(
      '"Record ID","Email","Phone Number","Account Created At","Associated Company IDs"',
      (n) => `"${151 + n}","p${n}@x.io","+1 (415) 555-01${two(n)}","2024-01-02 10:00","${9000 + n}"`,
    ),
    { id: '154', phone_number: '+1 (415) 555-0103', account_created_at: TIME, associated_company_i_ds: '9003' },
    [/no --phone for "Phone Number": 20 of 20 cells are not \+ and 7 to 15 digits, such as "\+1 \(415\) 555-0100"/],
  ],
  [
    'Mailchimp',
    'members.csv',
    table(
      '"Email Address","First Name","MEMBER_RATING","OPTIN_TIME","CC","NOTES"',
      (n) => `p${n}@x.io,Ada,${n % 5},"2024-01-02 10:00:00",NO,`,
    ),
    { first_name: 'Ada', member_rating: 3, optin_time: TIME, cc: 'NO' },
    [],
  ],
  [
    'Google Sheets, TSV: amounts with a currency stay text, and that is said',
    'sheet.tsv',
    table(
      'Email\tSign-up date\tRevenue\tActive\tShare',
      (n) => `p${n}@x.io\t1/${1 + n}/2024\t$${n},100.50\t${n % 2 ? 'TRUE' : 'FALSE'}\t${n}%`,
      20,
      '\r\n',
    ),
    { sign_up_date: Date.UTC(2024, 0, 4) / 1000, revenue: '$3,100.50', active: true, share: '3%' },
    [/"Revenue" stays text: 20 cells hold amounts with a currency/, /"Share" stays text: 20 cells hold amounts/],
  ],
  [
    'PostgreSQL, \\copy as text: quotes are not around cells',
    'people.tsv',
    table(
      'id\temail\tcreated_at\tis_active\tcity\tprefs',
      (n) => `${n}\tp${n}@x.io\t2024-01-02 10:00:00.123456+00\t${n % 2 ? 't' : 'f'}\t\\N\t{"a": 1}`,
    ),
    { id: '3', created_at: TIME, is_active: true, prefs: '{"a": 1}' },
    [/--quote none/, /"\\N" is in 20 cells of "city"/],
  ],
  [
    'Snowflake, unloaded and compressed',
    'data_0_0_0.csv.gz',
    gzipSync(
      table(
        'USER_ID,EMAIL,CREATED_AT,IS_ACTIVE,LTV,CITY',
        (n) => `"${n}","p${n}@x.io","2024-01-02 10:00:00.000 Z","${n % 2 === 1}","${n}.5",${n % 3 ? '"Paris"' : '\\N'}`,
      ),
    ),
    { id: '3', created_at: TIME, is_active: true, ltv: 3.5 },
    [/"\\N" is in 7 cells of "CITY"/],
  ],
  [
    'Excel, with a line sep=; and in Latin-1: words of another language stay text, and that is said',
    'kunden.csv',
    Buffer.from(
      `sep=;\r\n${table('E-Mail;Vorname;Geburtsdatum;Umsatz;Newsletter;PLZ', (n) => `p${n}@x.io;J\xfcrgen;${two(13 + (n % 9))}.01.1990;${1 + n}.100,50;${n % 2 ? 'WAHR' : 'FALSCH'};0${1000 + n}`, 20, '\r\n')}`,
      'latin1',
    ),
    { vorname: 'Jürgen', geburtsdatum: Date.UTC(1990, 0, 16) / 1000, umsatz: 4100.5, newsletter: 'WAHR', plz: '01003' },
    [/windows-1252/, /"Newsletter" stays text: 20 cells hold words for true and false \("FALSCH"\)/],
  ],
  [
    'Excel, Unicode text: UTF-16 with tabs, in a file whose name says nothing',
    'export.txt',
    Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(
        table('Adresse e-mail\tPrénom\tMontant\tInscrit le', (n) => `p${n}@x.io\tZoë\t${n},5\t${13 + (n % 9)}/01/2024 10:30`, 20, '\r\n'),
        'utf16le',
      ),
    ]),
    { prénom: 'Zoë', montant: 3.5, inscrit_le: Date.UTC(2024, 0, 16, 10, 30) / 1000 },
    [/separated by a tab/],
  ],
];

for (const [name, file, bytes, expected, notes] of PEOPLE)
  test(name, async (t) => {
    const loaded = await load(t, file, bytes);
    assert.deepEqual([loaded.kind, loaded.todo, loaded.state.people.length], ['people', undefined, 20]);
    const held = third(loaded);
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, held[key]])), expected);
    for (const note of notes)
      assert.ok(
        loaded.notes.some((one) => note.test(one)),
        `${note} in ${loaded.notes.join('\n')}`,
      );
  });

test('a log of events, NDJSON with Unix seconds: who, what and when', async (t) => {
  const row = (n: number): string =>
    JSON.stringify({ ts: TIME + n, event: n % 2 ? 'seen' : 'bought', email: `p${n % 3}@x.io`, insert_id: `m${n}`, total: n });
  const { kind, config, state } = await load(t, 'events.ndjson', Array.from({ length: 20 }, (_, n) => `${row(n)}\n`).join(''));
  assert.equal(kind, 'events');
  assert.deepEqual([config.name, config.time, config['event-id'], config.email], ['event', 'ts', 'insert_id', 'email']);
  const happened = state.events.map(({ timestamp, name }) => [timestamp - TIME, name]);
  assert.deepEqual(new Map(happened as [number, string][]), new Map(Array.from({ length: 20 }, (_, n) => [n, n % 2 ? 'seen' : 'bought'])));
});

test('events that share an id, or have no time, are said', async (t) => {
  const row = (n: number): string => `p${n}@x.io,seen,e${n % 15}`;
  const { notes } = await load(t, 'f.csv', table('email,event,message_id', row), '--kind', 'events');
  assert.ok(
    notes.includes('no --event-id: "message_id" has 15 different values in 20 cells, and Customer.io counts events with the same id once'),
  );
  assert.ok(
    notes.some((note) => note.startsWith('no column certainly says when an event happened: ')),
    notes.join('\n'),
  );
});

test('without a header row no command is proposed: the first person would be lost', async (t) => {
  const rows = Array.from({ length: 20 }, (_, n) => `${n},p${n}@x.io,2024-01-02\n`).join('');
  const { todo } = await load(t, 'f.csv', rows);
  assert.match(todo ?? '', /^No command yet: the first line looks like a row, .* --header /);
  const named = await load(t, 'f.csv', rows, '--header', 'id,email,created_at');
  assert.equal(named.state.people.length, 20);
});

test('phone numbers are proposed once a function has made them E.164', async (t) => {
  const cwd = await folder(t);
  await writeFile(
    join(cwd, 'f.csv'),
    table('Email,Phone', (n) => `p${n}@x.io,+49 170 ${1_000_000 + n}`),
  );
  await writeFile(join(cwd, 'phones.mjs'), "export default (row) => ({ ...row, Phone: row.Phone?.replace(/[^+\\d]/g, '') });\n");
  const plain = JSON.parse((await cli(['preview', 'f.csv', '--json'], { cwd })).stdout);
  assert.doesNotMatch(plain.command, /--phone/);
  const made = JSON.parse((await cli(['preview', 'f.csv', '--json', '--transform', './phones.mjs'], { cwd })).stdout);
  assert.match(made.command, / --phone Phone .*--transform \.\/phones\.mjs/);
  assert.deepEqual(made.notes, []);
});

test('lines are as long as they are in a pipe, and a row without an identifier names the column of the file', async (t) => {
  const cwd = await folder(t);
  const long = `${'x'.repeat(55)} end`;
  await writeFile(join(cwd, 'f.csv'), `Email,A,B,C\na@b.co,${long},${long},${long}\n,1,2,3\n`);
  const { stdout } = await cli(['preview', 'f.csv'], { cwd });
  assert.equal(stdout.split(long).length, 4);
  assert.match(stdout, /^ {2}1 {2}invalid {2}Email {2}has no identifier: Email is empty or missing {2}line 3/m);
  assert.match(stdout, /^The command\nRows are treated as people, .* --kind events\.\n\ncio-stream people f\.csv /m);
});

test('columns with white space around their names are named without it, unless two would be the same', async (t) => {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'f.csv'), ' Email , First Name\nada@b.co, Ada\n');
  const { stdout } = await cli(['preview', 'f.csv'], { cwd });
  assert.match(stdout, /Of 1 row, 0 would be rejected/);
  assert.match(stdout, /^cio-stream people f\.csv --email Email --snake-case --trim --rejects rejected\/$/m);
  assert.match(stdout, /" Email ".*--trim/);
  await writeFile(join(cwd, 'twice.csv'), 'Email,Name, Name\nada@b.co, Ada,B\n');
  const twice = await cli(['preview', 'twice.csv'], { cwd });
  assert.match(twice.stdout, /Of 1 row, 0 would be rejected/);
  assert.match(twice.stdout, /^cio-stream people twice\.csv --email Email --rejects rejected\/$/m);
});

test('times of day without a zone are said to be read as UTC, days and times with a zone are not', async (t) => {
  const row = (n: number): string =>
    `p${n}@x.io,25.06.2025 19:${two(n + 10)},2025-06-05T19:${two(n)}:00,2025-06-05T19:00:${two(n)}+02:00,2025-06-${two(n + 1)}`;
  const { notes, state } = await load(t, 'times.csv', table('Email,Local,Iso,Zoned,Day', row));
  const said = notes.filter((note) => note.includes('UTC'));
  assert.deepEqual(said, [
    '"Local", "Iso": times without a zone are read as UTC; if they are local times, write them with their zone, by --transform',
  ]);
  assert.equal(state.people.find(({ email }) => email === 'p3@x.io')?.attributes.iso, Date.UTC(2025, 5, 5, 19, 3) / 1000);
});
