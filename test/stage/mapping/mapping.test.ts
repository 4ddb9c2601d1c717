/** A row becomes an operation: by example, and by the law that each of its columns is there once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CioError } from '../../../lib/errors.ts';
import { loadHash } from '../../../lib/hash.ts';
import { Origin, withOrigin } from '../../../lib/record/origin.ts';
import { type ColumnSettings, type Columns, planOf } from '../../../lib/stage/mapping/columns.ts';
import { mappingOf } from '../../../lib/stage/mapping/mapping.ts';
import type { ValidateOptions } from '../../../lib/stage/options.ts';
import { validator } from '../../../lib/stage/validate.ts';
import fc from '../../support/fast-check.ts';

await loadHash();

function isRefused(options: ValidateOptions): boolean {
  try {
    validator(options);
    return false;
  } catch (error) {
    assert.ok(error instanceof CioError && error.code === 'CIO_OPTIONS');
    return true;
  }
}

test('the origin of a row is not taken for a record field whose column becomes something else', () => {
  const row = () =>
    withOrigin({ person_id: 1, event_name: 'bought', event_id: 'order-1', timestamp: 1_750_000_000 }, new Origin({ line: 1 }));
  const examples: [Columns, object][] = [
    [{ event_id: { attribute: 'order' } }, { order: 'order-1' }],
    [{ event_id: false }, {}],
    [{ timestamp: { attribute: 'at' } }, { at: 1_750_000_000 }],
  ];
  for (const [columns, attributes] of examples) {
    const made = validator({ object: 'person_event', columns })(row());
    assert.ok('operation' in made, JSON.stringify(made));
    assert.deepEqual(made.operation.attributes, attributes);
  }
  const named = validator({ object: 'person_event', event: 'sold', columns: { event_name: { attribute: 'name' }, event_id: false } })(
    row(),
  );
  assert.ok('operation' in named && named.operation.name === 'sold', JSON.stringify(named));
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
        if (isRefused(options)) return;
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

const NOW = Date.UTC(2026, 10, 27);
const settings = (more: Partial<ColumnSettings>): ColumnSettings => ({
  ...{ object: 'person_identify', identifier: 'auto', columns: {}, others: 'keep', event: undefined },
  ...more,
});

test('the column behind a path of the operation: the names of attributes are read backwards, the other paths are columns already', () => {
  const row = { person_id: 1, Points: '5' };
  const { columnOf } = mappingOf(settings({ columns: { Points: { attribute: 'score', type: 'number' } } }), NOW);
  assert.deepEqual(
    ['attributes.score', 'attributes.other', 'person_id', 'score'].map((path) => columnOf(path, row)),
    ['Points', 'other', 'person_id', 'score'],
  );
  assert.equal(mappingOf(settings({ object: 'entry' }), NOW).columnOf('attributes.score', row), 'attributes.score');
});

test('one event name for all rows is trimmed once; a column event_name is an attribute then', () => {
  const { map } = mappingOf(settings({ object: 'person_event', event: ' viewed ' }), NOW);
  const { operation } = map({ person_id: 1, event_name: 'x' });
  assert.deepEqual([operation?.name, operation?.attributes], ['viewed', { event_name: 'x' }]);
});

test('a time of null is left out of the operation, and of its device', () => {
  const { map } = mappingOf(settings({ object: 'entry' }), NOW);
  const device = { token: 'd', platform: 'ios', last_used: null };
  const { operation, problem } = map({ type: 'person', action: 'add_device', identifiers: { id: 1 }, timestamp: null, device });
  assert.equal(problem, undefined);
  assert.ok(operation && !('timestamp' in operation));
  assert.deepEqual(operation.device, { token: 'd', platform: 'ios' });
  const row = { person_id: 1, event_name: 'x', timestamp: null };
  assert.ok(!('timestamp' in Object(mappingOf(settings({ object: 'person_event' }), NOW).map(row).operation)));
});

test('a record is read and never changed, down to its device', () => {
  const freeze = (value: object): object => {
    for (const inner of Object.values(value)) if (typeof inner === 'object') freeze(inner);
    return Object.freeze(value);
  };
  const time = '2026-11-01T00:00:00Z';
  const operation = {
    ...{ type: 'person', action: 'add_device', identifiers: { id: ' a ' }, timestamp: time },
    device: { token: 'd', platform: 'ios', last_used: time },
  };
  const rows: [ColumnSettings, object][] = [
    [settings({ columns: { Points: { attribute: 'score', type: 'number' } } }), { person_id: ' a ', person_email: '', Points: '5' }],
    [settings({ object: 'person_event' }), { person_id: ' a ', event_name: ' x ', timestamp: time }],
    [settings({ object: 'entry' }), operation],
  ];
  for (const [given, row] of rows) {
    const made = mappingOf(given, NOW).map(freeze(row) as Record<string, unknown>);
    assert.deepEqual(made.operation?.identifiers, { id: 'a' }, JSON.stringify(made));
  }
});
