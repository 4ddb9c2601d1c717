/** What `preview` says of a spoiled column, and that the flag it names, pasted, does what the note says. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cli, folder, rejectedIn, sandboxFor } from '../../../support/cli/run-cli.ts';
import { shellIn } from '../../../support/cli/shell.ts';

const ROWS = 400;

interface Shown {
  readonly notes: readonly string[];
  readonly command: string;
}

/** A file in a folder of its own, and what preview says of it. */
async function look(t: TestContext, name: string, text: string, ...args: string[]): Promise<Shown & { cwd: string }> {
  const cwd = await folder(t);
  await writeFile(join(cwd, name), text);
  const ran = await cli(['preview', name, '--json', ...args], { cwd });
  assert.equal(ran.stderr, '');
  return { ...JSON.parse(ran.stdout), cwd };
}

/** A CSV of people with these columns, each a function of the row. */
function people(columns: Readonly<Record<string, (row: number) => string>>): string {
  const names = Object.keys(columns);
  const rows = Array.from({ length: ROWS }, (_, row) => [`p${row}@x.io`, ...names.map((name) => columns[name]?.(row))].join(','));
  return `Email,${names.join(',')}\n${rows.join('\n')}\n`;
}

const two = (n: number): string => `${n}`.padStart(2, '0');
const day = (row: number): string => `${two(1 + (row % 28))}/${two(1 + (row % 12))}/2024`;

test('398 of 400 days: the flag, pasted behind the command, converts them and rejects the two rows', async (t) => {
  const spoiled: Record<number, string> = { 10: '31/02/2024', 20: 'soon' };
  const { notes, command, cwd } = await look(t, 'f.csv', people({ 'Created At': (row) => spoiled[row] ?? day(row) }));
  const note = notes.find((one) => one.startsWith('"Created At"')) ?? '';
  const flag = "--column 'Created At=created_at:time:DD/MM/YYYY'";
  assert.equal(
    note,
    `"Created At" stays text: 398 of 400 cells are days (DD/MM/YYYY), and 2 are not ("31/02/2024", "soon"). ${flag} converts them and rejects the rows with the others`,
  );
  const sandbox = await sandboxFor(t, { requestsPerSecond: Number.POSITIVE_INFINITY });
  const paste = await shellIn(cwd, sandbox.env);
  const ran = await paste(`${command} ${flag}`);
  assert.equal(ran.status, 1, ran.stderr);
  const held = sandbox.state().people;
  assert.equal(held.length, 398);
  assert.ok(held.every(({ attributes }) => Number.isInteger(Object(attributes).created_at)));
  assert.deepEqual(
    (await rejectedIn(join(cwd, 'rejected'))).map(({ rejected_origin: origin, rejected_field: field }) => [Object(origin).line, field]),
    [
      [12, 'Created At'],
      [22, 'Created At'],
    ],
  );
  // With the flag there is nothing more to say of the column.
  const again = await look(
    t,
    'f.csv',
    people({ 'Created At': (row) => spoiled[row] ?? day(row) }),
    '--column',
    'Created At=created_at:time:DD/MM/YYYY',
  );
  assert.deepEqual(again.notes, []);
});

test('one word that stands for nothing in all the others: --null is named too, and no row is rejected with it', async (t) => {
  const { notes, command, cwd } = await look(t, 'f.csv', people({ Orders: (row) => (row % 50 === 0 ? 'unknown' : `${row}`) }));
  const [note = ''] = notes;
  assert.match(note, /^"Orders" stays text: 392 of 400 cells are numbers, and 8 are not \("unknown"\)\. /);
  const flags = ['--column Orders=orders:number', '--null unknown'];
  for (const flag of flags) assert.ok(note.includes(flag), note);
  const sandbox = await sandboxFor(t, { requestsPerSecond: Number.POSITIVE_INFINITY });
  const paste = await shellIn(cwd, sandbox.env);
  assert.equal((await paste(`${command} ${flags.join(' ')}`)).status, 0);
  const orders = sandbox.state().people.map(({ attributes }) => Object(attributes).orders);
  assert.deepEqual([orders.filter((one) => typeof one === 'number').length, orders.filter((one) => one === undefined).length], [392, 8]);
});

test('an order of day and month that nobody knows: both flags, and what else can be wrong with a column', async (t) => {
  const { notes } = await look(
    t,
    'f.csv',
    people({
      Joined: (row) => (row === 5 ? 'x' : `${two(1 + (row % 12))}/${two(1 + (row % 11))}/2024`),
      'Opted In': (row) => (row === 7 ? 'Yes' : row % 2 === 0 ? 'TRUE' : 'FALSE'),
      Spent: (row) => `$${row}.50`,
      'last seen': (row) => `${1_700_000_000 + row}${row < 3 ? '000' : ''}`,
      Mixed: (row) => (row % 3 === 0 ? '2024-01-02' : '25/12/2024'),
      Zip: (row) => (row === 3 ? 'x' : `${10_000 + row}`),
      Plan: (row) => (row % 2 === 0 ? 'free' : 'paid'),
    }),
  );
  const noteOf = (name: string): string | undefined => notes.find((one) => one.startsWith(`"${name}"`));
  assert.match(
    noteOf('Joined') ?? '',
    /399 of 400 cells are days, and 1 is not \("x"\)\. Day and month can be mixed up, so add the right one: --column Joined=joined:time:DD\/MM\/YYYY or --column Joined=joined:time:MM\/DD\/YYYY\. It converts them and rejects the row with the other$/,
  );
  assert.match(
    noteOf('Opted In') ?? '',
    /all 400 cells can be read as booleans, in several words \("TRUE", "FALSE", "Yes"\)\. --column 'Opted In=opted_in:boolean'/,
  );
  assert.match(
    noteOf('Spent') ?? '',
    /400 cells hold amounts with a currency .* \("\$0\.50"\), which no conversion reads: .* --transform$/,
  );
  assert.match(
    noteOf('last seen') ?? '',
    /becomes a number: all 400 cells can be read as times, in different units .* --column 'last seen=last_seen:time' \(in place of --column 'last seen=last_seen:number'\)/,
  );
  assert.match(noteOf('Mixed') ?? '', /has times in several forms: 134 of 400 are not DD\/MM\/YYYY/);
  assert.deepEqual([noteOf('Zip'), noteOf('Plan')], [undefined, undefined]);
});

test('text from outside commands nothing, in the notes too', async (t) => {
  const name = `it's $(touch pwned) \`x\` \u001b[2J`;
  const { notes, command, cwd } = await look(t, 'f.csv', people({ [name]: (row) => (row === 1 ? '\u001b[31m$(touch pwned)' : `${row}`) }));
  const note = notes.find((one) => one.includes('stays text')) ?? '';
  assert.doesNotMatch(note, /\p{Cc}/u);
  const [, flag = ''] = /\)\. (--column .*) converts them and rejects/.exec(note) ?? [];
  const sandbox = await sandboxFor(t, { requestsPerSecond: Number.POSITIVE_INFINITY });
  const ran = await (await shellIn(cwd, sandbox.env))(`${command} ${flag}; test ! -e pwned`);
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(sandbox.state().people.length, 399);
});

test('events: a spoiled column of times is named for the time of the event, and is it once the flag is pasted', async (t) => {
  const rows = Array.from({ length: ROWS }, (_, row) => `p${row}@x.io,bought,${row === 3 ? 'soon' : row === 4 ? '01/01/1850' : day(row)}`);
  const { notes, command, cwd } = await look(t, 'f.csv', `email,event,occurred_at\n${rows.join('\n')}\n`);
  assert.ok(
    notes.some((one) => one.startsWith('no column certainly says when an event happened')),
    notes.join('\n'),
  );
  const note = notes.find((one) => one.startsWith('"occurred_at"')) ?? '';
  // A birthday may be of 1850, an event not.
  assert.match(note, /is not used as the time of the event: 398 of 400 cells are days \(DD\/MM\/YYYY\)/);
  const [, flag = ''] = /\)\. (--column \S+) converts/.exec(note) ?? [];
  assert.equal(flag, '--column occurred_at=timestamp:time:DD/MM/YYYY');
  const sandbox = await sandboxFor(t, { requestsPerSecond: Number.POSITIVE_INFINITY });
  await (await shellIn(cwd, sandbox.env))(`${command} ${flag}`);
  const { events } = sandbox.state();
  assert.deepEqual([events.length, events.filter(({ timestamp }) => Number(timestamp) < 1_735_700_000).length], [398, 398]);
});
