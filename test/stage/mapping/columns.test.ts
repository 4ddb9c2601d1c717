/** The options that say what columns are: what they mean together, and each mistake in its own words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CioError } from '../../../lib/errors.ts';
import { type ColumnSettings, type Columns, planOf } from '../../../lib/stage/mapping/columns.ts';
import type { ValidateOptions } from '../../../lib/stage/options.ts';
import { validator } from '../../../lib/stage/validate.ts';

const settings = (more: Partial<ColumnSettings>): ColumnSettings => ({
  ...{ object: 'person_identify', identifier: 'auto', columns: {}, others: 'keep', event: undefined },
  ...more,
});
const fieldsOf = (more: Partial<ColumnSettings>): object => Object.fromEntries(planOf(settings(more)).fields);

test('record fields: columns of their names hold them, unless other columns are named, or these for something else', () => {
  const auto = { person_cio_id: 'person_cio_id', person_id: 'person_id', person_email: 'person_email', person_phone: 'person_phone' };
  const ofEvents = { event_name: 'event_name', event_id: 'event_id', timestamp: 'timestamp' };
  assert.deepEqual(fieldsOf({}), auto);
  assert.deepEqual(fieldsOf({ object: 'person_event' }), { ...auto, ...ofEvents });
  assert.deepEqual(fieldsOf({ columns: { Email: 'person_email', at: 'timestamp' } }), { ...auto, person_email: 'Email', timestamp: 'at' });
  const { event_name: _, ...unnamed } = ofEvents;
  assert.deepEqual(fieldsOf({ object: 'person_event', identifier: 'id', event: 'x' }), { person_id: 'person_id', ...unnamed });
  const { person_phone: __, ...noPhone } = auto;
  assert.deepEqual(fieldsOf({ columns: { person_phone: false } }), noPhone);
  assert.deepEqual(fieldsOf({ columns: { person_phone: { attribute: 'x' } } }), noPhone);
  assert.deepEqual(fieldsOf({ identifier: 'email', columns: { ID: 'person_id' } }), { person_id: 'ID', person_email: 'person_email' });
  // How it is written says nothing of what it is.
  assert.deepEqual(fieldsOf({ object: 'person_event', columns: { timestamp: { type: 'time' } } }), { ...auto, ...ofEvents });
});

test('the columns that identify come first, in the order in which they are asked', () => {
  const { identity } = planOf(settings({ identifier: 'email', columns: { ID: 'person_id', Tel: 'person_phone' } }));
  assert.deepEqual(identity, {
    identifying: [{ type: 'email', column: 'person_email' }],
    further: [
      { type: 'id', column: 'ID' },
      { type: 'phone', column: 'Tel' },
    ],
  });
});

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
    ['NULL', 'is "NULL", a mark for no value'],
  ])
    assert.match(events({}, { event }), new RegExp(`^option "event": ${message}`));
  assert.match(events({ a: 'event_name' }, { event: 'x' }), /^option "columns\.a": the option event \(--event\) names all events already/);
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
      /^option "columns\.a": the name of the attribute has white space around it or an invisible sign in it/,
    );
    assert.equal(people({ a: { attribute: target } }), 'none');
  }
  for (const target of ['First Name', 'größe', '\u{1f468}\u200d\u{1f469}']) assert.equal(people({ a: target }), 'none', target);
});

test('a column that is called like what every object inherits is absent where the row does not have it', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const columns = Object.fromEntries([
      [name, 'person_id'],
      ['Mail', 'person_email'],
    ]) as Columns;
    const map = validator({ object: 'person_identify', columns });
    const without = map({ Mail: 'a@b.c', x: 1 });
    assert.deepEqual('operation' in without && without.operation.identifiers, { email: 'a@b.c' }, name);
    const row = JSON.parse(`{"${name}":7,"Mail":"a@b.c","x":1}`);
    const made = map(row);
    assert.deepEqual('operation' in made && made.operation.identifiers, { id: 7 }, name);
    assert.deepEqual('operation' in made && made.operation.attributes, { x: 1, email: 'a@b.c' }, name);
    const event = validator({ object: 'person_event', columns: { Mail: 'person_email', ...columns, [name]: 'timestamp' }, event: 'x' });
    assert.ok('operation' in event({ Mail: 'a@b.c' }), name);
  }
});

const columnName = fc.constantFrom('a', 'b', 'A b', 'a_b', 'person_email', 'person_id', 'timestamp', 'event_name', 'event_id', '__proto__');
const target = fc.oneof(
  columnName,
  fc.constant(false as const),
  fc.record({ attribute: columnName, type: fc.constantFrom('number', 'time') }, { requiredKeys: [] }),
  fc.record({ field: fc.constantFrom('person_email', 'timestamp', 'event_name') }),
);

test('law: whatever the options are, they are refused, or each column of a row is in the operation once or left out by name', () => {
  const columns = fc.uniqueArray(fc.tuple(columnName, target), { selector: ([column]) => column, maxLength: 4 });
  const others = fc.constantFrom('keep', 'drop', 'snake_case');
  let passed = 0;
  fc.assert(
    fc.property(
      columns,
      others,
      fc.constantFrom('person_identify', 'person_event'),
      fc.subarray(['a', 'b', 'A b', 'a_b', 'timestamp']),
      (given, rest, object, more) => {
        const options = { object, columns: Object.fromEntries(given) as Columns, others: rest } as ValidateOptions;
        if (problemOf(options) !== 'none') return;
        const plan = planOf({ identifier: 'auto', others: 'keep', event: undefined, ...options } as ColumnSettings);
        const ofFields = [...plan.fields.values()];
        const row = Object.fromEntries(
          [...ofFields, ...more, ...plan.rules.keys()].map((column, index) => [column, `${1_700_000_000 + index}`]),
        );
        const result = validator(options)(row);
        if (!('operation' in result)) return;
        passed++;
        const { attributes, identifiers, name, timestamp } = result.operation as Record<string, object>;
        const sent = JSON.stringify([Object.values(attributes as object), identifiers, name, timestamp]);
        for (const [column, value] of Object.entries(row)) {
          const rule = plan.rules.get(column);
          const isLeftOut = rule ? rule.attribute === undefined : rest === 'drop' && !ofFields.includes(column);
          if (column === plan.fields.get('event_id')) continue;
          assert.equal(sent.split(value).length - 1, isLeftOut ? 0 : 1, `${column} ${JSON.stringify([options, row])}`);
        }
      },
    ),
    { numRuns: 500 },
  );
  assert.ok(passed > 50, `only ${passed} passed`);
});
