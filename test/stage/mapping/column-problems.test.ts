/** Mistakes in the options that say what columns are: each is found before a row is read, and has its own words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CioError } from '../../../lib/errors.ts';
import { targetProblem, unlikelyName } from '../../../lib/stage/mapping/column-problems.ts';
import { isRecordField, RECORD_FIELDS } from '../../../lib/stage/mapping/columns.ts';
import type { ValidateOptions } from '../../../lib/stage/options.ts';
import { validator } from '../../../lib/stage/validate.ts';
import fc from '../../support/fast-check.ts';

/** What validate() says. */
function problemOf(options: object): string {
  try {
    validator(options as ValidateOptions);
  } catch (error) {
    assert.ok(error instanceof CioError && error.code === 'CIO_OPTIONS');
    return error.message.replace(/^validate: /, '');
  }
  return 'none';
}
const people = (columns: unknown, more: object = {}): string => problemOf({ object: 'person_identify', columns, ...more });
const events = (columns: unknown, more: object = {}): string => problemOf({ object: 'person_event', columns, ...more });

test('a target that is none', () => {
  assert.equal(people({ a: '' }), 'option "columns.a": must not be empty (false leaves the column out)');
  assert.match(people({ '': 'a' }), /^option "columns\.": the name of a column must not be empty/);
  for (const target of [true, 5, null, undefined, ['a'], new Date()])
    assert.match(people({ a: target }), /^option "columns\.a": must be a name, an object with attribute, field, type and format, or false/);
  assert.match(people({ a: { typ: 'time' } }), /^option "columns\.a": unknown option "typ": did you mean "type"\?/);
  assert.match(people({ a: { attribute: 5 } }), /^option "columns\.a": attribute must be a text that is not empty/);
  assert.match(people({ a: { type: '' } }), /^option "columns\.a": type must be a text that is not empty/);
  assert.match(people({ a: { field: 'persn_id' } }), /^option "columns\.a": unknown record field "persn_id": did you mean "person_id"\?/);
  assert.match(
    people({ a: { field: 'person_id', attribute: 'x' } }),
    /^option "columns\.a": must be an attribute or a record field, not both/,
  );
  assert.match(people(JSON.parse('{"__proto__":5}')), /^option "columns\.__proto__": must be a name/);
  for (const columns of [null, 'x', ['person_id'], new Map([['Mail', 'person_email']]), new Set(['a']), new Date()])
    assert.equal(people(columns), 'option "columns": must be a plain object');
  assert.equal(people({ a: { attribute: undefined, type: undefined } }), 'none');
});

test('a type or a format that is not known', () => {
  const of = (details: object): string => people({ a: details }).replace('option "columns.a": ', '');
  assert.equal(of({ type: 'date' }), 'unknown type "date"; known: number, boolean, time');
  assert.equal(of({ type: 'numbr' }), 'unknown type "numbr": did you mean "number"?');
  assert.match(of({ type: 'number', format: '1.234' }), /^its format can be read in two ways: write it as 1\.234,56/);
  assert.match(of({ type: 'time', format: 'DD/MM/YY' }), /^its format holds "YY", which is not a part of a time/);
  assert.equal(of({ type: 'boolean', format: 'x' }), 'boolean has no format');
  assert.equal(of({ format: 'DD/MM/YYYY' }), 'a format needs a type: number or time');
  assert.match(of({ field: 'timestamp', format: 'DD/MM/YY' }), /^its format holds "YY"/);
  assert.equal(of({ field: 'timestamp', type: 'number' }), 'timestamp is a time');
  assert.equal(of({ field: 'person_id', type: 'number' }), 'person_id has no type: it is sent as it is');
  assert.match(events({ timestamp: { type: 'number' } }), /timestamp is a time/);
  assert.match(events({ person_email: { type: 'number' } }), /person_email has no type/);
  assert.equal(people({ timestamp: { type: 'number' } }), 'none', 'an attribute of people');
});

test('two columns for one target, and nothing left that identifies', () => {
  assert.equal(people({ A: 'x', B: { attribute: 'x' } }), 'option "columns.B": becomes the attribute x, and so does "A"');
  assert.equal(people({ A: 'person_email', B: 'person_email' }), 'option "columns.B": becomes person_email, and so does "A"');
  assert.match(people({ 'A b': { type: 'time' }, c: 'a_b' }, { others: 'snake_case' }), /^option "columns\.c": becomes the attribute a_b/);
  assert.equal(people({ person_email: false }, { identifier: 'email' }), 'option "columns": no column is left that holds person_email');
  assert.match(
    people({ 'Person ID': { type: 'number' } }, { others: 'snake_case' }),
    /^option "columns\.Person ID": in snake case is person_id, which is/,
  );
  const none = { person_email: false, person_id: false, person_phone: false, person_cio_id: { attribute: 'x' } };
  assert.equal(people(none), 'option "columns": no column is left that holds an identifier');
  assert.equal(people({ ...none, Tel: 'person_phone' }), 'none');
  assert.equal(events({ event_name: false }), 'option "columns": no column is left that holds event_name');
  assert.equal(events({ event_name: false }, { event: 'x' }), 'none');
});

test('what rows of this kind do not have', () => {
  for (const field of ['event_name', 'event_id']) {
    assert.match(
      people({ a: field }),
      /^option "columns\.a": people have no event_\w+: if it is an attribute, say \{ attribute: 'event_\w+' \}/,
    );
    assert.equal(people({ a: { attribute: field } }), 'none');
    assert.equal(people({ [field]: 'x' }), 'none', 'a column like any other');
  }
  assert.equal(people({}, { event: 'x' }), 'option "event": only rows of events take it');
  for (const [event, message] of [
    ['', 'is empty'],
    [' \u200b', 'is empty'],
    ['NULL', 'is "NULL", which means no value'],
  ])
    assert.match(events({}, { event }), new RegExp(`^option "event": ${message}`));
  assert.match(events({ a: 'event_name' }, { event: 'x' }), /^option "columns\.a": the option event \(--event\) already names all events/);
});

test('a slip: both sides mixed up, or a record field in another spelling', () => {
  assert.match(
    people({ person_email: 'Email' }),
    /^option "columns\.person_email": is a record field: did you mean "Email" -> person_email\?/,
  );
  assert.match(events({ timestamp: 'at' }), /did you mean "at" -> timestamp\?/);
  assert.equal(people({ timestamp: 'at' }), 'none', 'an attribute of people');
  assert.equal(people({ person_email: 'Email' }, { identifier: 'id' }), 'none', 'an attribute, as Airbyte has it');
  assert.equal(events({ person_email: { attribute: 'Email' } }), 'none');
  assert.match(
    people({ a: 'false' }),
    /^option "columns\.a": is the text "false": to leave the column out, say false \(--column \.\.\.=\)/,
  );
  assert.equal(people({ a: { attribute: 'false' } }), 'none');
  for (const [target, field] of [
    ['timestmp', 'timestamp'],
    ['Timestamp', 'timestamp'],
    ['person_emial', 'person_email'],
    ['eventname', 'event_name'],
  ])
    assert.match(events({ a: target }), new RegExp(`did you mean the record field ${field}\\? If "${target}" is an attribute, say`));
  for (const target of ['email', 'id', 'event_date', 'event_type', 'person', 'phone', 'time', 'event'])
    assert.equal(events({ a: target }), 'none', target);
  assert.equal(events({ a: { attribute: 'timestmp' } }), 'none');
});

test('white space around the name of an attribute, or a sign in it that nobody sees, is a slip', () => {
  for (const target of [' plan', 'plan ', ' ', 'pl\nan', 'plan\0']) {
    assert.match(
      people({ a: target }),
      /^option "columns\.a": the name of the attribute has white space around it or an invisible character in it/,
    );
    assert.equal(people({ a: { attribute: target } }), 'none');
  }
  for (const target of ['First Name', 'größe', '\u{1f468}\u200d\u{1f469}']) assert.equal(people({ a: target }), 'none', target);
});

test('law: the name of a record field with one letter other, missing, too many or in another place is a slip, in any case', () => {
  const letter = fc.constantFrom(...'abz_');
  const slip = fc
    .record({ field: fc.constantFrom(...RECORD_FIELDS), at: fc.nat(20), letter, kind: fc.constantFrom('other', 'missing', 'more', 'swap') })
    .map(({ field, at: anywhere, letter, kind }) => {
      const at = anywhere % (field.length - 1);
      const [before, here = '', next = '', after] = [field.slice(0, at), field[at], field[at + 1], field.slice(at + 2)];
      if (kind === 'other') return before + letter + next + after;
      if (kind === 'missing') return before + next + after;
      return kind === 'more' ? before + letter + here + next + after : before + next + here + after;
    })
    .filter((name) => !isRecordField(name));
  fc.assert(
    fc.property(slip, fc.boolean(), (name, isLarge) => {
      const given = isLarge ? name.toUpperCase() : name;
      assert.match(unlikelyName(given) ?? '', new RegExp(`did you mean the record field \\w+\\? .*attribute: '${given}'`));
    }),
  );
});

test('law: whatever stands for a target, it is one or refused with a reason', () => {
  fc.assert(
    fc.property(fc.anything(), (target) => {
      const problem = targetProblem(target);
      const isTarget =
        target === false || (typeof target === 'string' && target !== '') || (problem === undefined && typeof target === 'object');
      assert.equal(problem === undefined, isTarget);
      assert.notEqual(problem, '');
    }),
  );
});
