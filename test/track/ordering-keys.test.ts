import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber } from '../../lib/json/exact.ts';
import { problemOf } from '../../lib/track/operation.ts';
import { orderingKeys } from '../../lib/track/ordering-keys.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';
import { anyOperation, EXAMPLES } from '../support/track-arbitrary.ts';

const of = (identifiers: object): string[] => orderingKeys({ type: 'person', action: 'identify', identifiers });

test('one person, one key, however the identifier is written', () => {
  for (const [one, same] of [
    [{ email: 'a@example.com' }, { email: ' A@Example.COM ' }],
    [{ id: 7 }, { id: '7' }],
    [{ id: 7n }, { id: '7' }],
    [{ id: new ExactNumber('12345678901234567890') }, { id: '12345678901234567890' }],
    [{ phone: '+31612345678' }, { id: undefined, phone: '+31612345678' }],
  ] as const) {
    assert.deepEqual(of(one), of(same));
    assert.equal(of(one).length, 1);
  }
});

test('others have other keys', () => {
  const all = [{ id: 'a' }, { id: 'A' }, { id: ' a' }, { email: 'a' }, { cio_id: 'a' }, { phone: 'a' }, { anonymous_id: 'a' }];
  assert.equal(new Set(all.flatMap(of)).size, all.length);
});

test('a merge touches both, a relationship all', () => {
  assert.deepEqual(orderingKeys({ type: 'person', action: 'merge', primary: { id: '1' }, secondary: { email: 'B' } }), ['id 1', 'email b']);
  const cio_relationships = [{ identifiers: { object_type_id: '1', object_id: 'x' } }, { identifiers: { cio_object_id: 'y' } }];
  const identify = { type: 'person', action: 'identify', identifiers: { id: '1' }, cio_relationships };
  assert.deepEqual(orderingKeys(identify), ['id 1', 'object 1 x', 'cio_object_id y']);
  const object = { type: 'object', action: 'add_relationships', identifiers: { object_type_id: '1', object_id: 'x' } };
  assert.deepEqual(orderingKeys({ ...object, cio_relationships: [{ identifiers: { id: '1' } }] }), ['object 1 x', 'id 1']);
});

test('every right operation has a key, its subject first', () => {
  for (const example of EXAMPLES) {
    const [own = ''] = orderingKeys(example);
    assert.notEqual(own, '');
    const values = Object.values((example.identifiers ?? example.primary) as object);
    assert.ok(
      values.every((value) => own.includes(String(value).toLowerCase())),
      own,
    );
  }
});

test('whatever may be sent has keys', () => {
  fc.assert(
    fc.property(anyOperation, (operation) => {
      if (problemOf(operation) !== undefined) return;
      const keys = orderingKeys(operation);
      assert.ok(keys.length > 0 && keys.every((key) => typeof key === 'string'));
    }),
    { numRuns: runs(1_000) },
  );
});

test('fields that nothing has validated do no harm', () => {
  const odd = { toString: 1, valueOf: 1 };
  const person = { type: 'person', action: 'unsuppress', identifiers: { id: '1' } };
  const object = { type: 'object', action: 'delete', identifiers: { cio_object_id: 'x', object_id: odd, note: odd } };
  for (const operation of [
    ...[[0], [null], ['x'], [{}], [{ identifiers: odd }], {}].map((cio_relationships) => ({ ...person, cio_relationships })),
    object,
    { ...object, identifiers: { ...object.identifiers, email: odd } },
    { type: 'delivery', action: 'event', identifiers: { email: odd }, name: 'opened', attributes: { device_token: 'x' } },
  ]) {
    assert.equal(problemOf(operation), undefined);
    assert.ok(orderingKeys(operation).every((key) => typeof key === 'string'));
  }
});
