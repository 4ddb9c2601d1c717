/**
 * Small inputs that went wrong in other tools, through the command line into the sandbox: each row arrives with the right
 * value, comes back with the reason, or stops the run by name. Each stands for a kind, which has its own tests beside its
 * core; here is what a person sees.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cli, linesOf, type Ran, sandboxFor } from '../support/cli/run-cli.ts';

const CASES = resolve('test/fixtures/cases');

/** The rows of different people arrive in any order. */
const byEmail = (a: { email?: unknown }, b: { email?: unknown }): number => String(a.email).localeCompare(String(b.email));

/** Sends a case; gives what arrived and what came back. */
async function send(t: TestContext, command: 'people' | 'events', input: string | Buffer, ...args: string[]) {
  const sandbox = await sandboxFor(t);
  const ran: Ran = await cli([command, ...args], { cwd: CASES, env: sandbox.env, input });
  const { people, events, counts } = sandbox.state();
  return {
    ...{ status: ran.status, stderr: ran.stderr, counts, events },
    people: [...people].sort(byEmail).map(({ email, attributes }) => [email, JSON.parse(JSON.stringify(attributes))] as const),
    rejects: linesOf(ran.stdout).map((line) => [line.rejected_reason, line.rejected_field, Object(line.rejected_origin).line] as const),
  };
}

const EMAIL = ['--email', 'Email'];
const seconds = (iso: string): number => Date.parse(iso) / 1000;
const fixture = (name: string): Buffer => readFileSync(resolve(CASES, name));

test('B02: a day and a time without separators are what they say, as a timestamp and as an attribute', async (t) => {
  const visits = await send(t, 'events', '', 'B02/visits.csv');
  assert.equal(visits.status, 0, visits.stderr);
  // The rows of different people arrive in any order.
  assert.deepEqual(visits.events.map(({ timestamp }) => timestamp).sort(), [
    seconds('2024-01-01T00:00:00Z'),
    seconds('2024-01-01T12:00:00Z'),
    seconds('2024-01-01T12:00:00Z'),
  ]);
  const people = await send(t, 'people', '', 'B02/people.csv', '--column', 'created_at=:time');
  assert.deepEqual(people.people, [['ada@example.com', { created_at: seconds('2024-01-01T12:00:00Z') }]]);
});

test('B03: a null mark identifies nobody; --null makes it an empty cell', async (t) => {
  const dump = await send(t, 'people', '', 'B03/snowflake.csv');
  assert.equal(dump.status, 1);
  assert.deepEqual(
    dump.people.map(([email]) => email),
    ['ada@example.com'],
  );
  assert.deepEqual(dump.rejects, [
    ['invalid', 'person_email', 3],
    ['invalid', 'person_email', 4],
  ]);
  const named = await send(t, 'people', '', 'B03/snowflake.csv', 'B03/null.csv', '--null', '\\N', '--null', 'NULL');
  assert.deepEqual(named.people, [['ada@example.com', { plan: 'pro' }]]);
  assert.equal(named.rejects.length, 3);
});

test('B06: sep= names the delimiter', async (t) => {
  const { status, stderr, people } = await send(t, 'people', '', 'B06/excel-sep.csv', 'B06/excel-sep-comma.csv');
  assert.equal(status, 0, stderr);
  assert.deepEqual(people, [['ada@example.com', { plan: 'pro' }]]);
});

test('B07: the header row again, where files were put together, is not a person', async (t) => {
  for (const names of [
    ['B07/jan.csv', 'B07/feb.csv'],
    ['B07/jan-nobom.csv', 'B07/feb-nobom.csv'],
    ['B07/jan-nobom.csv', 'B07/feb.csv'],
  ]) {
    const input = Buffer.concat(names.map(fixture));
    const { status, stderr, people } = await send(t, 'people', input, '--format', 'csv', ...EMAIL);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /3 rows: 2 delivered, 0 rejected, 1 skipped/);
    assert.deepEqual(people, [
      ['ada@example.com', { Plan: 'pro' }],
      ['bob@example.com', { Plan: 'free' }],
    ]);
  }
});

test('B08: rows behind a gzip member arrive, or the run says that it could not read on', async (t) => {
  const both = ['ada@example.com', 'bob@example.com'];
  for (const [name, status, emails] of [
    ['two', 0, both],
    ['padded', 0, both],
    ['plain-after', 5, both.slice(0, 1)],
    ['cut', 5, both.slice(0, 1)],
  ] as const) {
    const ran = await send(t, 'people', '', `B08/${name}.ndjson.gz`);
    assert.equal(ran.status, status, `${name}: ${ran.stderr}`);
    assert.deepEqual(
      ran.people.map(([email]) => email),
      emails,
      name,
    );
  }
});

test('B12: archives, spreadsheets and tables in binary are named before anything is sent', async (t) => {
  for (const [file, name] of [
    ['people.csv.zip', /ZIP/i],
    ['people.csv.bz2', /bzip2/i],
    ['people.csv.xz', /xz/i],
    ['people.parquet', /Parquet/i],
  ] as const) {
    const { status, stderr, counts } = await send(t, 'people', '', `B12/${file}`, '--format', 'csv');
    assert.equal(status, 5, stderr);
    assert.match(stderr, name);
    assert.equal(counts.applied, 0);
  }
});

test('B17: events of two tables that count from 1 are two events', async (t) => {
  const { status, stderr, events } = await send(t, 'events', '', 'B17/orders.csv', 'B17/refunds.csv');
  assert.equal(status, 0, stderr);
  assert.deepEqual(events.map(({ name }) => name).sort(), ['order_placed', 'order_refunded']);
});

test('B24: of a broken row nothing is sent', async (t) => {
  const { status, people, rejects, stderr } = await send(t, 'people', '', 'B24/notes.csv');
  assert.equal(status, 1, stderr);
  assert.ok(
    people.every(([email]) => email === 'bob@example.com'),
    JSON.stringify(people),
  );
  assert.ok(rejects.length > 0 && rejects.every(([reason]) => reason === 'malformed'), JSON.stringify(rejects));
});

test('B25: spaces after commas: --trim takes them off; without it, a warning', async (t) => {
  const kept = await send(t, 'people', '', 'B25/spaces.csv');
  assert.match(kept.stderr, /warning.*" plan".*--trim/);
  const trimmed = await send(t, 'people', '', 'B25/spaces.csv', '--trim');
  assert.deepEqual(trimmed.people, [['ada@example.com', { plan: 'pro', city: 'Rome' }]]);
});

test('B36: rows in the words of another tool: a note names the format', async (t) => {
  const mongo = await send(t, 'people', '', 'B36/mongoexport.ndjson', '--email', 'email');
  assert.match(mongo.stderr, /MongoDB extended JSON.*--transform/);
  const dynamo = await send(t, 'people', '', 'B36/dynamodb.ndjson', '--email', 'email');
  assert.match(dynamo.stderr, /DynamoDB JSON.*--transform/);
});

test('B38: one person, whatever spaces and capitals an address has', async (t) => {
  const { status, stderr, people } = await send(t, 'people', '', 'B38/spaces.csv');
  assert.equal(status, 0, stderr);
  assert.equal(people.length, 1);
  assert.equal(String(people[0]?.[0]).toLowerCase(), 'ada@example.com');
});
