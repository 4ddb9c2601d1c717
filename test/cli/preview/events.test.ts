/**
 * `preview` of tables of events: which column says when, which may identify the event, and whether rows are events at all. The command,
 * pasted, makes events with their own times.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cli, folder, sandboxFor } from '../../support/cli/run-cli.ts';
import { shellIn } from '../../support/cli/shell.ts';

interface Shown {
  readonly kind: string;
  readonly notes: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly command?: string;
  readonly todo?: string;
  readonly trial?: { readonly warnings: readonly unknown[] };
  readonly status: number;
}

const ORDERS = 60;
/** Every tenth without a time. */
const orderedAt = (n: number): string => (n % 20 === 19 ? '' : `${String((n % 28) + 1).padStart(2, '0')}/01/2025 10:37`);

/** Orders of few people, two of which are there twice. */
function orders(name: string | undefined): string {
  const head = ['Order ID', 'Customer Email', ...(name === undefined ? [] : [name]), 'Ordered At', 'Total'];
  const rows = Array.from({ length: ORDERS }, (_, n) => [
    ...[`O-${n}`, `user${n % 7}@example.com`, ...(name === undefined ? [] : ['Order Placed']), orderedAt(n), `${n}.50`],
  ]);
  return [head, ...rows, ...rows.slice(0, 2)].map((cells) => `${cells.join(',')}\n`).join('');
}

async function previewIn(cwd: string, ...args: string[]): Promise<Shown> {
  const ran = await cli(['preview', ...args, '--json'], { cwd });
  return { ...JSON.parse(ran.stdout), status: ran.status };
}

async function preview(t: TestContext, text: string, ...args: string[]): Promise<Shown> {
  const cwd = await folder(t);
  await writeFile(join(cwd, 'f.csv'), text);
  return previewIn(cwd, 'f.csv', ...args);
}

test('orders become events with their own times, and a row that is there twice counts once, if the flags are pasted', async (t) => {
  const cwd = await folder(t);
  const sandbox = await sandboxFor(t, { requestsPerSecond: Number.POSITIVE_INFINITY });
  const paste = await shellIn(cwd, sandbox.env);
  for (const name of ['Event', 'Event Name', 'Event Type']) {
    await writeFile(join(cwd, 'orders.csv'), orders(name));
    const shown = await previewIn(cwd, 'orders.csv');
    assert.deepEqual([shown.kind, shown.status, shown.config?.name], ['events', 0, name]);
    const [id = ''] = shown.notes.filter((note) => note.includes('--event-id'));
    assert.match(
      id,
      /^2 rows are the same as an earlier one.* "Order ID" has 60 different values in 62 rows: .*The column is then not an attribute$/,
    );
    assert.ok(shown.notes.some((note) => note.startsWith('"Ordered At" is used as the time of the event')));
    assert.ok(!shown.notes.some((note) => note.includes('id of the person')));
    const [flag = ''] = /--event-id '.*?'/.exec(id) ?? [];
    sandbox.reset();
    const ran = await paste(`${shown.command} ${flag}`);
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stderr, /3 no_timestamp/);
    const { events } = sandbox.state();
    assert.equal(events.length, ORDERS);
    const expected = Array.from({ length: ORDERS }, (_, n) => orderedAt(n)).filter((text) => text !== '');
    const got = events.map(({ timestamp }) => new Date(timestamp * 1000).toISOString()).filter((at) => at.startsWith('2025-01-'));
    const asIso = expected.map((text) => `2025-01-${text.slice(0, 2)}T10:37:00.000Z`);
    assert.deepEqual(got.sort(), asIso.sort());
    assert.ok(events.every(({ name: called, attributes }) => called === 'Order Placed' && !('order_id' in Object(attributes))));
  }
});

test('times: one column is proposed if nothing speaks against it, else those that may be are named', async (t) => {
  const rows = (head: string, ...cells: string[]): string =>
    `email,event,${head}\n${cells.map((row, n) => `p${n}@x.io,paid,${row}\n`).join('')}`;
  const cases: [what: string, text: string, proposed: string | undefined, note: RegExp | undefined][] = [
    ['a name that says it', rows('timestamp,created_at', '2025-01-02,2025-01-03'), 'timestamp', undefined],
    ['beside the time of a change', rows('created_at,updated_at', '2025-01-02,2025-01-03'), 'created_at', undefined],
    ['the only one', rows('Visited', '2025-01-02', '2025-01-03'), 'Visited', /"Visited" is used as the time/],
    [
      'two that may be',
      rows('ordered_at,shipped_at', '2025-01-02,2025-01-03'),
      undefined,
      /If it is "ordered_at", add --column ordered_at=timestamp:time \(in place of --column ordered_at=ordered_at:time\); if it is "shipped_at", add/,
    ],
    ['mostly empty', rows('Refunded', '2025-01-02', '', ''), undefined, /counts from its arrival\. If it is "Refunded", add/],
    ['of the person', rows('Member Since', '2025-01-02'), undefined, /If it is "Member Since", add/],
    ['a birthday', rows('Date of Birth', '2001-01-02'), undefined, /counts from its arrival\. If a column says it, add --time COLUMN/],
    ['none', rows('total', '5'), undefined, /counts from its arrival\. If a column says it, add --time COLUMN/],
    ['day or month', rows('Ordered', '01/02/2025'), undefined, /If it is "Ordered", see below/],
  ];
  for (const [what, text, proposed, note] of cases) {
    const { config = {}, notes } = await preview(t, text, '--kind', 'events');
    const [time = config.time] =
      (config.column as string[] | undefined)?.flatMap((one) => /^(.*)=timestamp:time/.exec(one)?.[1] ?? []) ?? [];
    assert.equal(time, proposed, what);
    const said = notes.filter((one) => /time of the event|when an event happened/.test(one));
    assert.equal(said.length, note === undefined ? 0 : 1, `${what}: ${said}`);
    if (note !== undefined) assert.match(said[0] ?? '', note, what);
  }
  const either = await preview(t, rows('Ordered', '01/02/2025'), '--kind', 'events');
  assert.ok(
    either.notes.some((one) => one.includes('--column Ordered=timestamp:time:DD/MM/YYYY or --column Ordered=timestamp:time:MM/DD/YYYY')),
  );
  const named = await preview(t, rows('a,b', '2025-01-02,2025-01-03'), '--time', 'b');
  assert.ok(!named.notes.some((one) => one.includes('when an event happened')));
});

test('rows that may be people or events are left to the user, and the answer that is printed settles it', async (t) => {
  const cases: [text: string, why: RegExp, answer: RegExp][] = [
    [
      orders(undefined),
      /55 of 62 rows are about a person of an earlier row, and "Ordered At" may say when/,
      /--event NAME .* --kind people\.$/,
    ],
    ['email,first_name,event\na@b.co,A,Gala\nc@d.io,B,Gala\n', /"event" may hold names of events\. /, /--kind events; .* --kind people\.$/],
    [
      'email,action,at\na@b.co,login,2025-01-02\nc@d.io,login,2025-01-02\n',
      /"action" may hold names of events, and "at" may say when/,
      /--kind events; /,
    ],
    [
      'email,action,activity,at\na@b.co,login,web,2025-01-02\nc@d.io,login,web,2025-01-02\n',
      /"action" may hold names of events, and "at" may say when/,
      /--kind events; /,
    ],
    ['email,Event Time\na@b.co,2025-01-02\nc@d.io,2025-01-02\n', /"Event Time" may say when they happened\. /, /--event NAME /],
  ];
  for (const [text, why, answer] of cases) {
    const { status, todo = '', command, notes } = await preview(t, text);
    assert.deepEqual([status, command], [1, undefined]);
    assert.match(todo, why);
    assert.match(todo, answer);
    assert.ok(!notes.some((note) => note.includes('--event-id') || note.includes('when an event happened')));
    for (const flags of [
      ['--kind', 'people'],
      ['--kind', 'events', '--event', 'order_placed'],
      ['--event', 'order_placed'],
    ])
      assert.equal((await preview(t, text, ...flags)).status, 0, `${flags} for ${text.slice(0, 30)}`);
  }
  const people = ['a@b.co', 'c@d.io', 'e@f.net', 'g@h.com', 'a@b.co'].map((email) => `${email},2025-01-02\n`).join('');
  const { kind, status } = await preview(t, `email,created_at\n${people}`);
  assert.deepEqual([kind, status], ['people', 0]);
});

test('in a folder the first of the files that most are like is looked at, and the others are named', async (t) => {
  const cwd = await folder(t);
  const text = orders('Event');
  const files = {
    'in/2025/a.csv': text,
    'in/2025/b.csv': text,
    'in/2024.json': '{}',
    'in/other.txt': 'hello\n',
    'odd/b.csv': text,
    'odd/a.txt': 'x\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), content);
  }
  const notesFor = async (...args: string[]): Promise<string[]> => {
    const { notes, status } = await previewIn(cwd, ...args);
    assert.equal(status, 0);
    return notes.filter((note) => /^this is|^the command/.test(note));
  };
  assert.deepEqual(await notesFor('in'), [
    'this is the first of 2 csv files: in/2025/a.csv',
    'the command also reads files whose names don\'t say csv: "in/2024.json", "in/other.txt". Name only those that hold rows, such as in/2025/*.csv',
  ]);
  assert.deepEqual(await notesFor('odd'), [
    'this is odd/b.csv',
    'the command also reads files whose names don\'t say csv: "odd/a.txt". Name only those that hold rows, such as odd/*.csv; if these hold csv too, add --format csv',
  ]);
  assert.deepEqual(await notesFor('in/2025'), ['this is the first of 2 files: in/2025/a.csv']);
});
