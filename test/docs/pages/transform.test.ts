/** docs/transform.md: the module of its first block is the one that its command runs; those of its table unwrap the rows beside them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Promised, testPage } from '../page.ts';

const MODULE: Promised = {
  language: 'js',
  holds: /^\/\/ fix\.mjs/,
  check: async (place, code) => place.write('fix.mjs', code),
};

const RUN: Promised = {
  language: 'sh',
  holds: /--transform fix\.mjs/,
  async check(place, code) {
    const rows = ['Email,status,first_name,last_name', 'a@x.io,test,,', 'ada@x.io,live,Ada,Lovelace', ''];
    place.write('people.csv', rows.join('\n'));
    const { stderr } = await place.sh(code);
    assert.match(stderr, /2 rows: 1 delivered, 0 rejected, 1 skipped/);
    assert.match(JSON.stringify(place.people()), /"full_name":"Ada Lovelace"/);
  },
};

const WORDS: Promised = {
  language: 'js',
  holds: /^\/\/ ja\.mjs/,
  async check(place, code) {
    place.write('ja.mjs', code);
    place.write('words.csv', 'Email,Newsletter\nb@x.io,ja\nc@x.io,nein\nd@x.io,vielleicht\n');
    const command = 'cio-stream people words.csv --email Email --transform ja.mjs --column Newsletter=newsletter:boolean --rejects words/';
    await place.sh(command, { status: 1 });
    const sent = place.people().filter((person) => /"[bc]@x/.test(JSON.stringify(person)));
    assert.match(JSON.stringify(sent), /"b@x.io".*"newsletter":true.*"c@x.io".*"newsletter":false/);
    assert.deepEqual(place.reasons('words'), ['invalid']);
  },
};

testPage('docs/transform.md', [MODULE, RUN, WORDS], { together: true });

test('docs/transform.md: each function of its table gives the fields of the row', async () => {
  const cells = readFileSync('docs/transform.md', 'utf8')
    .split('\n')
    .map((line) => line.split(' | ')[2] ?? '')
    .flatMap((cell) => /`(export default [^`]+)`/.exec(cell)?.[1] ?? []);
  const [debezium, elastic] = await Promise.all(cells.map((code) => import(`data:text/javascript,${encodeURIComponent(code)}`)));
  assert.equal(cells.length, 2);
  const change = { before: null, after: { id: 1 }, op: 'c' };
  assert.deepEqual([debezium.default(change), debezium.default({ payload: change })], [{ id: 1 }, { id: 1 }]);
  assert.deepEqual(elastic.default({ _index: 'people', _id: 'x', _source: { id: 1 } }), { _id: 'x', id: 1 });
});
