/** Which limit an entry breaks: the first one, by its name, and exactly those entries that break one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, stringify } from '../../lib/json/exact.ts';
import { Entry, type OperationBody } from '../../lib/record/entry.ts';
import { attributeLimitProblem, limitKindOf, limitProblem } from '../../lib/stage/limit-check.ts';
import { LIMITS, type Limits } from '../../lib/track/limits.ts';
import fc from '../support/fast-check.ts';

const NONE = Object.fromEntries(Object.keys(LIMITS.person).map((name) => [name, Number.POSITIVE_INFINITY])) as unknown as Limits;
const entryOf = (operation: OperationBody): Entry => new Entry(operation, stringify(operation), operation, undefined);
const found = (operation: OperationBody, limits: Partial<Limits>): unknown => {
  const { limit, field } = limitProblem(entryOf(operation), { ...NONE, ...limits }) ?? {};
  return limit && [limit, field];
};

test('the kind of an operation chooses its limits', () => {
  assert.equal(limitKindOf({ type: 'object', action: 'identify' }), 'object');
  for (const action of ['event', 'page', 'screen']) assert.equal(limitKindOf({ type: 'person', action }), 'event');
  for (const action of ['identify', 'merge', 'add_device']) assert.equal(limitKindOf({ type: 'person', action }), 'person');
});

test('of several limits that are broken the first is named: identifiers, name, single attributes, their number and size, the entry', () => {
  const operation = { identifiers: { id: 'long' }, name: 'long', attributes: { a: 'long', b: 1 } };
  const broken: Partial<Limits> = { entryBytes: 1, attributesBytes: 1, attributes: 1, attributeValueBytes: 1, attributeNameBytes: 0 };
  const limits: [Partial<Limits>, unknown][] = [
    [{ ...broken, eventNameBytes: 1, identifierBytes: 1 }, ['identifierBytes', 'identifiers.id']],
    [{ ...broken, eventNameBytes: 1 }, ['eventNameBytes', 'name']],
    [broken, ['attributeNameBytes', 'attributes.a']],
    [{ entryBytes: 1, attributesBytes: 1, attributes: 1, attributeValueBytes: 1 }, ['attributeValueBytes', 'attributes.a']],
    [{ entryBytes: 1, attributesBytes: 1, attributes: 1 }, ['attributes', 'attributes']],
    [{ entryBytes: 1, attributesBytes: 1 }, ['attributesBytes', 'attributes']],
    [{ entryBytes: 1 }, ['entryBytes', '']],
    [{}, undefined],
  ];
  for (const [some, problem] of limits) assert.deepEqual(found(operation, some), problem, JSON.stringify(some));
});

test('both people of a merge, and each relationship with its attributes, are looked at by their places', () => {
  const long = { identifierBytes: 3 };
  assert.deepEqual(found({ primary: { email: 'long' }, secondary: { id: 'long' } }, long), ['identifierBytes', 'primary.email']);
  assert.deepEqual(found({ primary: { id: 'a' }, secondary: { id: 'long' } }, long), ['identifierBytes', 'secondary.id']);
  const relations = [{ identifiers: { object_id: 'a' } }, { identifiers: { object_id: 'b' }, relationship_attributes: { role: 'owner' } }];
  const operation = { identifiers: { id: 'x' }, cio_relationships: relations };
  const at = 'cio_relationships.1.relationship_attributes';
  assert.deepEqual(found(operation, { attributeValueBytes: 4 }), ['attributeValueBytes', `${at}.role`]);
  assert.deepEqual(found(operation, { attributes: 0 }), ['attributes', at]);
  assert.equal(found(operation, { attributes: 1, attributeValueBytes: 5, identifierBytes: 1 }), undefined);
});

test('an identifier of many digits is as long as it is written; what is not sent does not count', () => {
  const { id } = parse('{"id":12345678901234567890123}') as { id: unknown };
  assert.deepEqual(found({ identifiers: { id } }, { identifierBytes: 22 }), ['identifierBytes', 'identifiers.id']);
  assert.equal(found({ identifiers: { id } }, { identifierBytes: 23 }), undefined);
  assert.equal(found({ attributes: { a: 1, b: undefined } }, { attributes: 1 }), undefined);
});

test('law: an attribute is within the limits if and only if its name and its text are, in bytes of UTF-8', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 6 });
  fc.assert(
    fc.property(text, fc.oneof(text, fc.integer(), fc.array(text)), fc.nat(12), fc.nat(12), (name, value, nameBytes, valueBytes) => {
      const problem = attributeLimitProblem('p', name, value, { ...NONE, attributeNameBytes: nameBytes, attributeValueBytes: valueBytes });
      const isLong = typeof value === 'string' && Buffer.byteLength(value) > valueBytes;
      const expected = Buffer.byteLength(name) > nameBytes ? 'attributeNameBytes' : isLong ? 'attributeValueBytes' : undefined;
      assert.equal(problem?.limit, expected);
      if (problem) assert.equal(problem.field, `p.${name}`);
    }),
  );
});
