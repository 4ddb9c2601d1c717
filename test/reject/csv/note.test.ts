import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../lib/json/exact.ts';
import { type ColumnKind, commonKind, type Note, notedValue, noteOf, readNote } from '../../../lib/reject/csv/note.ts';

/** The note of the first record, in a sheet of all of them. */
function note(...records: string[]): Note {
  const values = records.map((text) => parse(text) as Record<string, unknown>);
  const columns = new Map<string, ColumnKind>();
  for (const each of values) for (const name of Object.keys(each)) columns.set(name, commonKind(columns.get(name), each[name]));
  return readNote(JSON.stringify(noteOf(values[0] ?? {}, columns, undefined))) as Note;
}

const jsonIn = (name: string, cell: string, of: Note, isRepaired = false): unknown => {
  const value = notedValue(name, cell, of, isRepaired);
  return 'problem' in value ? value.problem : value.json;
};

test('each kind of value is what it was, though nothing of the cell says so', () => {
  const of = note('{"text":"42","n":42,"ok":true,"list":[1],"no":null,"blank":"","word":"null"}');
  const cells = { text: '42', n: '42', ok: 'TRUE', list: '[1,2]', no: 'null', blank: '', word: 'null', fresh: '7', gone: '' };
  assert.deepEqual(Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, jsonIn(name, cell, of)])), {
    ...{ text: '"42"', n: '42', ok: 'true', list: '[1,2]', no: 'null', blank: '""', word: '"null"', fresh: '"7"', gone: undefined },
  });
});

test('a value that is no longer of its kind is refused, not guessed', () => {
  const of = note('{"n":1.5,"ok":true,"list":[]}');
  assert.match(String(jsonIn('n', '1,5', of)), /must be a number with a decimal point/);
  assert.match(String(jsonIn('ok', 'WAHR', of)), /must be true or false/);
  assert.match(String(jsonIn('list', 'x', of)), /must be a list or an object/);
});

test('an absent or null field becomes what its column is, if all others are of one kind', () => {
  const of = note('{"no":null}', '{"age":7,"no":1,"mixed":1}', '{"mixed":"x"}');
  assert.deepEqual([jsonIn('age', '8', of), jsonIn('no', '2', of), jsonIn('mixed', '3', of)], ['8', '2', '"3"']);
});

test('numbers and dates that a spreadsheet has written in its own way are what they were', () => {
  const rewritten: [before: string, after: string][] = [
    ['007', '7'],
    ['1.50', '1.5'],
    ['+15551234567', '15551234567'],
    ['12345678901234567890', '1.23457E+19'],
    ['12345678901234567890', '1.23456789012346E+019'],
    ['2024-01-31', '31/01/2024'],
    ['2024-01-31', '1/31/24'],
    ['31.01.2024', '2024-01-31'],
    ['2024-01-31 10:20:30', '1/31/2024 10:20'],
    ['true', 'TRUE'],
  ];
  for (const [before, after] of rewritten) {
    const of = note(JSON.stringify({ a: before }));
    assert.equal(jsonIn('a', after, of), JSON.stringify(before), `${before} as ${after}`);
    assert.equal(jsonIn('a', after, of, true), JSON.stringify(after), 'the cell that was to be repaired is what it is now');
  }
  assert.equal(jsonIn('n', '1.23457E+19', note('{"n":12345678901234567890}')), '12345678901234567890');
  const repaired: [string, string][] = [
    ['007', '8'],
    ['2024-01-31', '2024-02-01'],
    ['12345678901234567890', '9.9E+19'],
    ['10', 'ten'],
  ];
  for (const [before, after] of repaired) assert.equal(jsonIn('a', after, note(JSON.stringify({ a: before }))), JSON.stringify(after));
});

test('hostile notes harm nothing', () => {
  for (const text of ['', '[]', 'x', '{"check":1}', 'null']) assert.equal(readNote(text), undefined);
  const of = readNote('{"check":"x","kinds":[1],"texts":{"a":5},"nulls":7,"blanks":{"a":1}}') as Note;
  assert.equal(jsonIn('a', '5', of), '"5"');
  assert.equal(jsonIn('toString', '5', readNote('{"check":"x","kinds":{},"texts":{}}') as Note), '"5"');
});
