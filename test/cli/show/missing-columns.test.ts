import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { EARLY_ROWS, MissingColumns, unseenText } from '../../../lib/cli/show/missing-columns.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { ndjson } from '../../../lib/source/ndjson.ts';

const columns = (...names: string[]): MissingColumns => new MissingColumns(names.map((column) => ({ column, option: '--email' })));
const unseen = (watched: MissingColumns): unknown => watched.unseen.map(({ column, nearest }) => [column, nearest]);

test('columns that no record had are named, with the one of the first record that may be meant', () => {
  const watched = columns('E-Mail', 'timestamp', 'constructor');
  assert.deepEqual(unseen(watched), [], 'before the first record nothing is known');
  watched.see({ 'E-Mial': 'a', name: 'b' });
  assert.deepEqual(unseen(watched), [
    ['E-Mail', 'E-Mial'],
    ['timestamp', undefined],
    ['constructor', undefined],
  ]);
  watched.see({ timestamp: undefined });
  assert.deepEqual(unseen(watched), [
    ['E-Mail', 'E-Mial'],
    ['constructor', undefined],
  ]);
});

test('the stage passes every element on, and looks at records only', async () => {
  assert.deepEqual(columns().stages, []);
  const watched = columns('a', 'record');
  const [stage] = watched.stages;
  assert.ok(stage);
  const elements = [new Rejection({ reason: 'invalid', message: 'x', stage: 'x' }, { a: 1 }), { b: 1 }];
  assert.deepEqual(await Readable.from(elements).pipe(stage).toArray(), elements);
  assert.deepEqual(unseen(watched), [
    ['a', undefined],
    ['record', undefined],
  ]);
});

test('a run that lasts hears once of a column that the first 1,000 rows do not have, however they come', async () => {
  const row = Buffer.from('{"mail":"a"}\n'.repeat(1_500));
  for (const [column, said] of [
    ['email', ['column "email" (--email) is missing or empty in each row: did you mean "mail"?']],
    ['mail', []],
  ] as const) {
    const heard: string[] = [];
    const watched = new MissingColumns([{ column, option: '--email' }], (all) =>
      heard.push(...all.map((one) => unseenText(one, 'each row'))),
    );
    await pipeline(Readable.from([row]), ndjson(), ...watched.stages, new Writable({ objectMode: true, write: (_row, _, done) => done() }));
    assert.deepEqual(heard, said);
    const again = new MissingColumns([{ column, option: '--email' }], () => heard.push('again'));
    for (let n = 0; n < EARLY_ROWS - 1; n++) again.see({ mail: 'a' });
    assert.deepEqual(heard, said);
    again.see({ mail: 'a' });
    assert.equal(heard.length, 2 * said.length);
  }
});
