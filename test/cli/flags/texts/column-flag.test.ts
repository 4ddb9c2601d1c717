/** One `--column` is read from left to right, with any signs in its names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnFlag } from '../../../../lib/cli/flags/texts/column-flag.ts';
import fc from '../../../support/fast-check.ts';

test('--column: a name, a type and a format, from left to right', () => {
  const cases: [string, string, unknown][] = [
    ['CRM ID=person_id', 'CRM ID', 'person_id'],
    ['Current Plan=plan', 'Current Plan', 'plan'],
    ['Notes=', 'Notes', false],
    ['Points=score:number', 'Points', { attribute: 'score', type: 'number' }],
    ['Spent=ltv:number:1.234,56', 'Spent', { attribute: 'ltv', type: 'number', format: '1.234,56' }],
    ['At=at:time:YYYY-MM-DD HH:mm=[:]', 'At', { attribute: 'at', type: 'time', format: 'YYYY-MM-DD HH:mm=[:]' }],
    ['At=timestamp:time:DD/MM/YYYY', 'At', { field: 'timestamp', type: 'time', format: 'DD/MM/YYYY' }],
    ['Active=active:Bool', 'Active', { attribute: 'active', type: 'boolean' }],
    ['At=at:DATE:DD/MM/YYYY', 'At', { attribute: 'at', type: 'time', format: 'DD/MM/YYYY' }],
    ['a=b:constructor', 'a', { attribute: 'b', type: 'constructor' }],
    ['created_at=:time', 'created_at', { type: 'time' }],
    ['Owner=person_id:attribute', 'Owner', { attribute: 'person_id' }],
    ['Owner=person_id:attribute:number:1 234,5', 'Owner', { attribute: 'person_id', type: 'number', format: '1 234,5' }],
    ['timestamp=:attribute', 'timestamp', { attribute: 'timestamp' }],
    ['a:b=c', 'a:b', 'c'],
    [String.raw`a\=b=c\:d\=e:number`, 'a=b', { attribute: 'c:d=e', type: 'number' }],
    [String.raw`C:\dir\\=x\y`, 'C:\\dir\\', 'x\\y'],
    [String.raw`a\\\=b=x`, String.raw`a\=b`, 'x'],
    ['__proto__=constructor', '__proto__', 'constructor'],
    ['\n=\u{1f600}', '\n', '\u{1f600}'],
  ];
  for (const [text, column, target] of cases) assert.deepEqual(columnFlag(text), { column, target }, text);
});

test('law: with a backslash before each sign that has a meaning, any two names come back as they are', () => {
  const escaped = (name: string): string => name.replace(/[\\=:]/g, '\\$&');
  // White space around the name of an attribute is a slip, with a type as without.
  const text = fc.string({ minLength: 1 }).filter((name) => name.trim() === name);
  const name = fc.oneof(text, fc.stringMatching(/^[\\=:ab]{1,8}$/));
  fc.assert(
    fc.property(name, name, fc.constantFrom('', ':attribute', ':number', ':attribute:time:DD:MM=YYYY'), (column, attribute, rest) => {
      const read = columnFlag(`${escaped(column)}=${escaped(attribute)}${rest}`);
      assert.equal(read.column, column);
      assert.equal(Object(read.target).attribute ?? read.target, attribute);
    }),
  );
});
