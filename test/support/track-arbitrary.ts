/** Operations: one right example of each shape, any number of right ones, and any number of doubtful ones. */

import { markFlaw } from '../../lib/track/identifier.ts';
import { OPERATIONS } from '../../lib/track/operation.ts';
import fc from './fast-check.ts';

export type Body = Record<string, unknown>;

const ULID = '01J9ZK3Q5W7X8Y9Z0A1B2C3D4E';
const OBJECT = { object_type_id: '1', object_id: 'acme' };
const related = [{ identifiers: OBJECT, relationship_attributes: { role: 'admin' } }, { identifiers: { cio_object_id: 'ob1' } }];
const relatedPeople = [
  { identifiers: { id: '7' }, relationship_attributes: { role: 'admin' } },
  { identifiers: { email: 'a@example.com' } },
];
const PEOPLE = [{ id: '7' }, { email: 'a@example.com' }, { phone: '+31612345678' }, { cio_id: 'a3000001' }];
const event = { name: 'order placed', id: ULID, timestamp: 1_700_000_000, attributes: { total: 12.5, recipient: 'a@example.com' } };
const page = { ...event, attributes: { path: '/a', url: 'https://example.com/a', keywords: ['x'] } };
const device = { token: 'abc', platform: 'ios', last_used: 1_700_000_000, attributes: { device_os: '17', push_enabled: 'true' } };
const preferences = { cio_subscription_preferences: { topics: { topic_1: true } } };

const person = (action: string, more: Body = {}): Body[] => PEOPLE.map((identifiers) => ({ type: 'person', action, identifiers, ...more }));
const object = (action: string, more: Body = {}): Body[] =>
  [OBJECT, { cio_object_id: 'ob1' }].map((identifiers) => ({ type: 'object', action, identifiers, ...more }));

/** All 18, with each way to identify. */
export const EXAMPLES: Body[] = [
  ...person('identify', { attributes: { plan: 'pro', _update: true, ...preferences }, timestamp: 1, cio_relationships: related }),
  ...person('delete'),
  ...person('event', event),
  ...person('page', page),
  ...person('screen', event),
  ...person('add_relationships', { cio_relationships: related }),
  ...person('delete_relationships', { cio_relationships: related }),
  ...person('add_device', { device }),
  ...person('delete_device', { device: { token: 'abc' } }),
  { type: 'person', action: 'merge', primary: { id: '7' }, secondary: { email: 'a@example.com' } },
  { type: 'person', action: 'merge', primary: { cio_id: 'a3' }, secondary: { id: '8' } },
  ...person('suppress'),
  ...person('unsuppress'),
  ...object('identify', { attributes: { name: 'Acme' }, cio_relationships: relatedPeople }),
  ...object('identify_anonymous', { attributes: { name: 'Acme' }, cio_relationships: [{ identifiers: { anonymous_id: 'x' } }] }),
  ...object('delete'),
  ...object('add_relationships', { cio_relationships: relatedPeople }),
  ...object('delete_relationships', { cio_relationships: relatedPeople }),
  { type: 'delivery', action: 'event', identifiers: { id: 'd1' }, name: 'opened', attributes: { device_token: 'abc' } },
];

const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== '' && markFlaw(value.trim()) === undefined);
/** Nothing that stands for no value, and nothing that has to be trimmed. */
const identifier = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9._+@-]{0,20}[0-9]$/),
  fc.string({ unit: 'grapheme-ascii' }).map((value) => `x${value}7`),
  fc.constantFrom('größe', '山田　太郎', 'Ada Lovelace', 'a_b', '+4915123456', '0'),
);
const bag = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
const seconds = fc.nat({ max: 4_000_000_000 });
const one = (...names: string[]): fc.Arbitrary<Body> =>
  fc.tuple(fc.constantFrom(...names), identifier).map(([name, value]) => ({ [name]: value }));

const personIds = one('id', 'email', 'phone', 'cio_id');
const mergeIds = one('id', 'email', 'cio_id');
const objectIds = fc.oneof(one('cio_object_id'), fc.record({ object_type_id: identifier, object_id: identifier }));
const relationships = (identifiers: fc.Arbitrary<Body>): fc.Arbitrary<Body[]> =>
  fc.array(fc.record({ identifiers, relationship_attributes: bag }, { requiredKeys: ['identifiers'] }), { maxLength: 3 });

/** What the fields of each operation may be. A name with ? may be left out. */
const FIELDS: Record<string, Record<string, fc.Arbitrary<unknown>>> = {
  'person identify': { identifiers: personIds, 'attributes?': bag, 'timestamp?': seconds, 'cio_relationships?': relationships(objectIds) },
  'person delete': { identifiers: personIds },
  'person event': eventFields(),
  'person page': eventFields(),
  'person screen': eventFields(),
  'person add_relationships': { identifiers: personIds, cio_relationships: relationships(objectIds) },
  'person delete_relationships': { identifiers: personIds, cio_relationships: relationships(objectIds) },
  'person add_device': {
    identifiers: personIds,
    device: fc.record(
      { token: identifier, platform: fc.constantFrom('ios', 'android'), last_used: seconds },
      { requiredKeys: ['token', 'platform'] },
    ),
  },
  'person delete_device': { identifiers: personIds, device: fc.record({ token: identifier }) },
  'person merge': { primary: mergeIds, secondary: mergeIds },
  'person suppress': { identifiers: personIds },
  'person unsuppress': { identifiers: personIds },
  'object identify': { identifiers: objectIds, 'attributes?': bag, 'cio_relationships?': relationships(mergeIds) },
  'object identify_anonymous': { identifiers: objectIds, 'attributes?': bag, 'cio_relationships?': relationships(one('anonymous_id')) },
  'object delete': { identifiers: objectIds },
  'object add_relationships': { identifiers: objectIds, cio_relationships: relationships(mergeIds) },
  'object delete_relationships': { identifiers: objectIds, cio_relationships: relationships(mergeIds) },
  'delivery event': {
    identifiers: fc.record({ id: identifier }, { requiredKeys: [] }),
    name: fc.constantFrom('opened', 'converted', 'delivered'),
    attributes: fc.record({ device_token: text }),
  },
};

function eventFields(): Record<string, fc.Arbitrary<unknown>> {
  return { identifiers: personIds, name: text, 'id?': fc.constant(ULID), 'timestamp?': seconds, 'attributes?': bag };
}

function operationOf(name: string): fc.Arbitrary<Body> {
  const fields = Object.entries(FIELDS[name] ?? {});
  const model = Object.fromEntries(fields.map(([field, value]) => [field.replace('?', ''), value]));
  const requiredKeys = fields.map(([field]) => field).filter((field) => !field.endsWith('?'));
  const [type, action] = name.split(' ');
  return fc.record(model, { requiredKeys }).map((body) => ({ type, action, ...body }));
}

/** Nothing wrong with these. */
export const validOperation: fc.Arbitrary<Body> = fc.constantFrom(...OPERATIONS).chain(operationOf);

const doubtful: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, '', ' ', 'x', true, {}, [], -1, 1.5),
  fc.jsonValue(),
  objectIds,
  personIds,
);
const FIELD_NAMES = [
  'identifiers',
  'name',
  'timestamp',
  'attributes',
  'cio_relationships',
  'device',
  'primary',
  'secondary',
  'type',
  'action',
  'note',
];

/** A right one in which fields were replaced, added or removed, at the top or one level below. */
export const anyOperation: fc.Arbitrary<Body> = fc
  .tuple(
    validOperation,
    fc.array(fc.tuple(fc.constantFrom(...FIELD_NAMES), fc.option(doubtful, { nil: undefined }), fc.nat(9)), { maxLength: 3 }),
  )
  .map(([operation, changes]) => {
    const changed = structuredClone(operation);
    for (const [name, value, below] of changes) change(changed, name, value, below);
    return JSON.parse(JSON.stringify(changed)) as Body;
  });

function change(operation: Body, name: string, value: unknown, below: number): void {
  const inner = operation[name];
  const keys = typeof inner === 'object' && inner !== null && name !== 'attributes' ? Object.keys(inner) : [];
  const key = keys[below];
  if (key === undefined) operation[name] = value;
  else (inner as Body)[key] = value;
}
