import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber } from '../../lib/json/exact.ts';
import { Entry } from '../../lib/record/entry.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { limitEnforcer } from '../../lib/stage/enforce-limits.ts';
import type { EnforceLimitsOptions } from '../../lib/stage/options.ts';
import { validator } from '../../lib/stage/validate.ts';
import fc from '../support/fast-check.ts';

const attributes = (count: number): Record<string, number> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, i]));
const person = (bag: object, ids: object = { id: '1' }): Entry =>
  entryOf({ type: 'person', action: 'identify', identifiers: ids, attributes: bag });
const event = (name: string, bag: object): Entry =>
  entryOf({ type: 'person', action: 'event', identifiers: { id: '1' }, name, attributes: bag });
const object = (bag: object): Entry =>
  entryOf({ type: 'object', action: 'identify', identifiers: { object_type_id: '1', object_id: '2' }, attributes: bag });

function entryOf(operation: Record<string, unknown>): Entry {
  return new Entry(operation, JSON.stringify(operation), operation, undefined);
}
function rejectedField(entry: Entry, options?: EnforceLimitsOptions): string | undefined {
  const result = limitEnforcer(options)(entry);
  if (!(result instanceof Rejection)) return undefined;
  assert.deepEqual([result.cause.reason, result.cause.stage], ['too_large', 'enforceLimits']);
  return result.cause.field ?? '(entry)';
}

test('every published limit, at the limit and one over, counted in bytes of UTF-8', () => {
  const cases: [string, Entry, string | undefined][] = [
    ['300 attributes', person(attributes(300)), undefined],
    ['301 attributes', person(attributes(301)), 'attributes'],
    ['301 attributes of an event', event('x', attributes(301)), undefined],
    ['301 attributes of an object', object(attributes(301)), 'attributes'],
    ['name of 150 bytes', person({ ['é'.repeat(75)]: 1 }), undefined],
    ['name of 151 bytes', person({ [`${'é'.repeat(75)}x`]: 1 }), `attributes.${'é'.repeat(75)}x`],
    ['value of 1,000 bytes', person({ v: 'é'.repeat(500) }), undefined],
    ['value of 1,001 bytes', person({ v: `${'é'.repeat(500)}x` }), 'attributes.v'],
    ['long text inside a nested value', person({ v: { deep: 'x'.repeat(5_000) } }), undefined],
    ['event value of 20,000 bytes', event('x', { receipt: 'x'.repeat(20_000) }), undefined],
    ['event attribute with a name of 151 bytes', event('x', { ['k'.repeat(151)]: 1 }), undefined],
    ['event name of 100 bytes', event('é'.repeat(50), {}), undefined],
    ['event name of 101 bytes', event(`${'é'.repeat(50)}x`, {}), 'name'],
    ['id of 150 bytes', person({}, { id: 'x'.repeat(150) }), undefined],
    ['id of 151 bytes', person({}, { id: 'x'.repeat(151) }), 'identifiers.id'],
    [
      'merge of a long id',
      entryOf({ type: 'person', action: 'merge', primary: { id: '1' }, secondary: { id: 'x'.repeat(151) } }),
      'secondary.id',
    ],
    [
      'long related object',
      entryOf({
        type: 'person',
        action: 'add_relationships',
        identifiers: { id: '1' },
        cio_relationships: [{ identifiers: { object_type_id: '1', object_id: 'x'.repeat(151) } }],
      }),
      'cio_relationships.0.identifiers.object_id',
    ],
    ['entry of 32,768 bytes', sized(32_768), undefined],
    ['entry of 32,769 bytes', sized(32_769), '(entry)'],
  ];
  for (const [what, entry, field] of cases) assert.equal(rejectedField(entry), field, what);
});

function sized(bytes: number): Entry {
  const empty = person({ list: [''] });
  const entry = person({ list: ['x'.repeat(bytes - empty.bytes)] });
  assert.equal(entry.bytes, bytes);
  return entry;
}

test('the list of the connector limits the attributes of events as those of people; one limit of it can be another', () => {
  const limits = 'connector';
  for (const [what, entry, field] of [
    ['value of 1,001 bytes', event('x', { v: 'x'.repeat(1_001) }), 'attributes.v'],
    ['value of 1,000 bytes', event('x', { v: 'x'.repeat(1_000) }), undefined],
    ['name of 151 bytes', event('x', { ['k'.repeat(151)]: 1 }), `attributes.${'k'.repeat(151)}`],
    ['301 attributes', event('x', attributes(301)), 'attributes'],
    ['person value of 1,001 bytes', person({ v: 'x'.repeat(1_001) }), 'attributes.v'],
  ] as const) {
    assert.equal(rejectedField(entry, { limits }), field, what);
    assert.equal(rejectedField(entry, { limits: { list: limits } }), field, what);
  }
  const longer = { list: limits, event: { attributeValueBytes: 2_000 } } as const;
  assert.equal(rejectedField(event('x', { v: 'x'.repeat(2_000) }), { limits: longer }), undefined);
  assert.equal(rejectedField(event('x', attributes(301)), { limits: longer }), 'attributes');
  assert.equal(rejectedField(event('x', { v: 'x'.repeat(2_000) }), { limits: 'published' }), undefined);
  const wrong = { code: 'CIO_OPTIONS', message: /must be 'published' or 'connector'/ };
  for (const given of ['airbyte', { list: 'airbyte' }]) {
    assert.throws(() => limitEnforcer({ limits: given } as unknown as EnforceLimitsOptions), wrong);
  }
  assert.throws(
    () => limitEnforcer({ limits: { event: { attribute: 1 } } } as unknown as EnforceLimitsOptions),
    /did you mean "limits.event.attributes"/,
  );
});

test('each limit is an option, per kind', () => {
  assert.equal(rejectedField(person(attributes(6)), { limits: { person: { attributes: 5 } } }), 'attributes');
  assert.equal(rejectedField(object(attributes(6)), { limits: { person: { attributes: 5 } } }), undefined);
  assert.equal(rejectedField(event('long', {}), { limits: { event: { eventNameBytes: 3 } } }), 'name');
  assert.equal(rejectedField(person({ v: 'long' }), { limits: { person: { attributeValueBytes: 3 } } }), 'attributes.v');
  assert.equal(rejectedField(person({ name: 1 }), { limits: { person: { attributeNameBytes: 3 } } }), 'attributes.name');
  assert.equal(rejectedField(person({}, { id: 'long' }), { limits: { person: { identifierBytes: 3 } } }), 'identifiers.id');
  assert.equal(rejectedField(object({ v: 'long' }), { limits: { object: { attributesBytes: 8 } } }), 'attributes');
  assert.equal(rejectedField(person({ v: 'long' }), { limits: { person: { entryBytes: 20 } } }), '(entry)');
  assert.equal(
    rejectedField(person({ v: 'x'.repeat(2_000) }), { limits: { person: { attributeValueBytes: Number.POSITIVE_INFINITY } } }),
    undefined,
  );
  assert.throws(() => limitEnforcer({ limits: { person: { attribute: 3 } } } as EnforceLimitsOptions), /attribute/);
  assert.throws(
    () => limitEnforcer({ onViolation: 'ignore' } as unknown as EnforceLimitsOptions),
    /must be 'reject', 'truncate' or 'drop'/,
  );
});

test('truncate shortens values and names, drop leaves out; both say so', () => {
  const long = event('n'.repeat(120), { keep: 1, long: 'é'.repeat(600), ['k'.repeat(151)]: 2 });
  const cut = limitEnforcer({ onViolation: 'truncate', limits: 'connector' })(long) as Entry;
  assert.deepEqual(cut.operation, { ...long.operation, name: 'n'.repeat(100), attributes: { keep: 1, long: 'é'.repeat(500) } });
  assert.equal(cut.json, JSON.stringify(cut.operation));
  assert.deepEqual([...(cut.warnings ?? [])].sort(), ['dropped_attribute', 'truncated']);
  assert.equal(cut.record, long.record);
  const dropped = limitEnforcer({ onViolation: 'drop' })(person({ keep: 1, long: 'x'.repeat(1_001), ...attributes(400) })) as Entry;
  assert.equal(Object.keys(dropped.operation.attributes as object).length, 300);
  assert.equal('long' in (dropped.operation.attributes as object), false);
  assert.deepEqual(dropped.warnings, ['dropped_attribute']);
});

test('what can not be repaired is rejected whatever the mode', () => {
  for (const onViolation of ['truncate', 'drop'] as const) {
    assert.equal(rejectedField(person({}, { id: 'x'.repeat(151) }), { onViolation }), 'identifiers.id');
    assert.equal(rejectedField(sized(32_769), { onViolation }), '(entry)');
  }
  assert.equal(rejectedField(event('n'.repeat(101), {}), { onViolation: 'drop' }), 'name');
});

test('an entry within the limits is passed on as it is, never copied', () => {
  const entry = person({ __proto__: null, a: 1 });
  for (const onViolation of ['reject', 'truncate', 'drop'] as const) assert.equal(limitEnforcer({ onViolation })(entry), entry);
});

test('after truncate or drop nothing breaks a limit any more', () => {
  const limits = { person: { attributes: 4, attributeNameBytes: 6, attributeValueBytes: 9 } };
  const bag = fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 9 }),
    fc.oneof(fc.string({ unit: 'grapheme', maxLength: 14 }), fc.integer()),
    { maxKeys: 8 },
  );
  fc.assert(
    fc.property(bag, fc.constantFrom('truncate' as const, 'drop' as const), (attributes, onViolation) => {
      const result = limitEnforcer({ limits, onViolation })(person(attributes));
      assert.ok(result instanceof Entry);
      const kept = Object.entries(result.operation.attributes as object);
      assert.ok(kept.length <= 4);
      for (const [name, value] of kept) {
        assert.ok(Buffer.byteLength(name) <= 6);
        if (typeof value === 'string') assert.ok(Buffer.byteLength(value) <= 9);
        assert.ok(value === attributes[name] || String(attributes[name]).startsWith(String(value)));
      }
    }),
  );
});

test('a name beside an identify makes it no event, and a number is as long as its digits', () => {
  const named = entryOf({ type: 'person', action: 'identify', name: 'x', identifiers: { id: '1' }, attributes: attributes(301) });
  assert.equal(rejectedField(named), 'attributes');
  assert.equal(rejectedField(person({}, { id: new ExactNumber('1'.repeat(150)) })), undefined);
  assert.equal(rejectedField(person({}, { id: new ExactNumber('1'.repeat(151)) })), 'identifiers.id');
});

test('an attribute that is left out does not count', () => {
  const names = Array.from({ length: 300 }, (_, index) => [`a${index}`, 1]);
  const entry = validator({ object: 'person_identify' })({ person_email: 'a@x.io', id: '', ...Object.fromEntries(names) }) as Entry;
  assert.equal(limitEnforcer()(entry), entry);
});
