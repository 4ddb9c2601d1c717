import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oddIdentifiers, trimIdentifierAttributes, trimOperation } from '../../lib/track/identifier-places.ts';

type Body = Record<string, unknown>;

/** Frozen all the way down: a change of what the record shares with the operation throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

const relation = (identifiers: object): object => ({ identifiers, relationship_attributes: { a: ' 1 ' } });

test('identifiers are trimmed at every place, and what the record shares is not changed', () => {
  const record = frozen({
    ...{ type: 'person', action: 'event', name: ' bought ', attributes: { email: ' a ' } },
    identifiers: { email: ' a@x.io', anonymous_id: null },
    primary: { id: '7\u200b' },
    secondary: { cio_id: '\t8' },
    device: { token: ' t ', platform: ' ios ' },
    cio_relationships: [relation({ object_id: ' 1', object_type_id: '1' }), relation({ object_id: '2' }), 'x', null],
  });
  const operation: Body = { ...record };
  trimOperation(operation);
  assert.deepEqual(operation, {
    ...{ type: 'person', action: 'event', name: 'bought', attributes: { email: ' a ' } },
    identifiers: { email: 'a@x.io' },
    primary: { id: '7' },
    secondary: { cio_id: '8' },
    device: { token: 't', platform: ' ios ' },
    cio_relationships: [relation({ object_id: '1', object_type_id: '1' }), relation({ object_id: '2' }), 'x', null],
  });
});

test('where nothing changes nothing is copied', () => {
  const record: Body = { type: 'person', action: 'identify', identifiers: { id: 7 }, attributes: { id: '7' }, device: { token: 't' } };
  const operation = { ...record };
  trimOperation(operation);
  assert.equal(trimIdentifierAttributes(operation), undefined);
  for (const name of ['identifiers', 'attributes', 'device']) assert.equal(operation[name], record[name], name);
});

test('an empty identifier is left out beside one that identifies, and stays alone', () => {
  for (const [given, left] of [
    [{ id: '', email: 'a@x.io', phone: null }, { email: 'a@x.io' }],
    [
      { id: ' ', email: '' },
      { id: '', email: '' },
    ],
    [
      { cio_object_id: '', object_id: '1' },
      { cio_object_id: '', object_id: '1' },
    ],
  ]) {
    const operation: Body = { type: 'person', action: 'delete', identifiers: frozen(given) };
    trimOperation(operation);
    assert.deepEqual(operation.identifiers, left);
  }
});

test('attributes that set an identifier: trimmed, refused where they identify nobody; null and empty text stay', () => {
  const check = (attributes: Body, more: Body = {}): unknown[] => {
    const operation: Body = { type: 'person', action: 'identify', attributes: frozen(attributes), ...more };
    const problem = trimIdentifierAttributes(operation);
    return problem ? [problem.field, problem.message] : [operation.attributes];
  };
  assert.deepEqual(check({ id: ' 7 ', email: 'a@x.io ', phone: ' +1 555 ', other: ' x ' }), [
    { id: '7', email: 'a@x.io', phone: '+1 555', other: ' x ' },
  ]);
  assert.deepEqual(check({ id: null, email: '' }), [{ id: null, email: '' }]);
  assert.deepEqual(check({ email: ' ' }), [{ email: undefined }]);
  assert.deepEqual(check({ id: {} }), ['id', 'must be text or a number']);
  assert.deepEqual(check({ email: 5 }), ['email', 'must be text']);
  assert.deepEqual(check({ phone: 5 }), [{ phone: 5 }]);
  for (const name of ['id', 'email', 'phone']) assert.equal(check({ [name]: 'null' })[0], name);
  // Attributes of an event or an object set no identifier.
  for (const other of [{ action: 'event' }, { type: 'object' }])
    assert.deepEqual(check({ id: {}, email: 5 }, other), [{ id: {}, email: 5 }]);
});

test('an odd email or phone number is warned of at each place', () => {
  const person = (more: Body): Body => ({ type: 'person', action: 'identify', ...more });
  for (const odd of [
    person({ identifiers: { email: 'Ann' } }),
    person({ attributes: { email: 'Ann' } }),
    person({ action: 'merge', primary: { email: 'Ann' }, secondary: { id: 1 } }),
    person({ action: 'merge', primary: { id: 1 }, secondary: { email: 'Ann' } }),
    { type: 'object', action: 'identify', cio_relationships: [{ identifiers: { id: 1 } }, { identifiers: { email: 'Ann' } }] },
  ]) {
    assert.deepEqual(oddIdentifiers(odd), ['odd_email'], JSON.stringify(odd));
  }
  assert.deepEqual(oddIdentifiers(person({ identifiers: { phone: '555' } })), ['odd_phone']);
  // Most phone numbers are only an attribute.
  assert.deepEqual(oddIdentifiers(person({ identifiers: { id: 1 }, attributes: { phone: '555', id: null } })), ['identifier_removed']);
  assert.deepEqual(oddIdentifiers(person({ action: 'event', identifiers: { id: 1 }, attributes: { email: 'Ann', id: '' } })), []);
});
