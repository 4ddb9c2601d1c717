/** docs/values.md: its blocks run, and each example of its tables is read, or rejected, as they say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Entry, validate } from '../../../lib/index.ts';
import { type Convert, converterOf } from '../../../lib/stage/mapping/conversion.ts';
import { operationTime } from '../../../lib/track/timestamp.ts';
import { type Promised, testPage } from '../page.ts';

const NOW = Date.parse('2026-11-24');
const text = readFileSync('docs/values.md', 'utf8');
/** The cells of the table whose head begins so. */
const tableOf = (head: string): string[][] =>
  (text.split(`| ${head} |`)[1] ?? '')
    .split('\n\n')[0]
    ?.split('\n')
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | ')) ?? [];
const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

const ALL_TYPES: Promised = {
  language: 'sh',
  holds: /--column Active/,
  async check(place, code) {
    place.write('people.csv', 'Email,Joined,Spent,Active\nada@example.com,24/11/2026,"1.234,50",yes\n');
    await place.sh(code);
    assert.deepEqual(JSON.parse(JSON.stringify(place.people())), [
      { email: 'ada@example.com', attributes: { joined: Date.parse('2026-11-24') / 1_000, spent: 1234.5, active: true } },
    ]);
  },
};

const FORMAT: Promised = {
  language: 'sh',
  holds: /--event visited/,
  async check(place, code) {
    place.write('visits.csv', 'Email,Visited\nada@example.com,1/31/2026 2:05 PM\n');
    await place.sh(code);
    const [event] = place.sandbox.state().events;
    assert.deepEqual([event?.name, event?.timestamp], ['visited', Date.parse('2026-01-31T14:05Z') / 1_000]);
  },
};

const FORMAT_IN_CODE: Promised = {
  language: 'js',
  holds: /^validate\(/,
  async check(place, code) {
    const row = "{ person_email: 'a@x.io', event_name: 'visited', Visited: '31.01.2026 14:05' }";
    const { stdout } = await place.js(`import { validate } from 'customerio-streams';\nconst stage = ${code}
      stage.end(${row});\nfor await (const entry of stage) console.log(entry.operation.timestamp);`);
    assert.equal(Number(stdout), Date.parse('2026-01-31T14:05Z') / 1_000);
  },
};

testPage('docs/values.md', [ALL_TYPES, FORMAT, FORMAT_IN_CODE]);

test('docs/values.md: times', () => {
  const [attribute, operation] = [converterOf({ type: 'time' }, NOW), operationTime(NOW)];
  const read = tableOf('read | example').flatMap(([, examples]) => codeIn(examples));
  assert.ok(read.length > 12);
  for (const example of read) for (const one of [attribute, operation]) assert.equal(typeof one(example), 'number', example);
  const rejected = tableOf('rejected | why').flatMap(([examples = '']) => codeIn(examples).filter((code) => /^[\d\w+-]/.test(code)));
  assert.ok(rejected.length > 20);
  for (const example of rejected) assert.equal(typeof operation(example), 'string', example);
});

test('docs/values.md: numbers and booleans', () => {
  const isRead = (convert: Convert, example: string): boolean => !String(convert(example)).startsWith('is not ');
  const rows = tableOf('example | reads | rejects');
  assert.equal(rows.length, 5);
  for (const [format, reads, rejects] of rows) {
    const convert = converterOf({ type: 'number', format: codeIn(format)[0]?.replace('number:', '') }, NOW);
    for (const example of codeIn(reads).filter((code) => /\d/.test(code))) assert.ok(isRead(convert, example), example);
    for (const example of codeIn(rejects)) assert.ok(!isRead(convert, example), example);
  }
  const [yes = [], no = []] = ['The type `number` reads', 'Rejected are'].map((from) => codeIn(text.split(from)[1]?.split('.\n')[0]));
  assert.ok(yes.length > 2 && no.length > 6);
  for (const example of no) assert.ok(!isRead(converterOf({ type: 'number' }, NOW), example), example);
  for (const example of codeIn(text.split('The type `boolean` reads')[1]?.split(', in upper')[0]))
    assert.ok(isRead(converterOf({ type: 'boolean' }, NOW), example), example);
});

test('docs/values.md: a bigint keeps its digits, null removes, undefined is left out', async () => {
  const stage = validate({ object: 'person_identify' });
  stage.end({ person_id: 9_007_199_254_740_993n, score: 5n, plan: null, note: undefined });
  const [entry] = (await stage.toArray()) as Entry[];
  assert.match(entry?.json ?? '', /"identifiers":\{"id":9007199254740993\},"attributes":\{"score":5,"plan":null\}/);
});
