import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { MissingColumns } from '../../../lib/cli/show/missing-columns.ts';
import { Rejection } from '../../../lib/record/rejection.ts';

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
