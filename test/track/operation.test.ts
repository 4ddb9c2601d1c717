import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ExactNumber } from '../../lib/json/exact.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { validateOperation } from '../../lib/sandbox/workspace/validate-operation.ts';
import { validator } from '../../lib/stage/validate.ts';
import { isUlid } from '../../lib/track/event-id.ts';
import { isEvent, OPERATIONS, problemOf } from '../../lib/track/operation.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';
import { anyOperation, type Body, EXAMPLES, validOperation } from '../support/track-arbitrary.ts';

const api = compile();

/** The API's own schema. */
function compile(validateFormats = true): (operation: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, validateFormats });
  addFormats.default(ajv);
  ajv.addFormat('ULID', isUlid);
  ajv.addFormat('unix timestamp', { type: 'number', validate: (value) => Number.isSafeInteger(value) && value >= 0 });
  const schema = JSON.parse(readFileSync('test/fixtures/track-api-v2-batch-item.schema.json', 'utf8'));
  // A slip of the document: without `required` all three of its branches fit any identifiers, which oneOf then refuses.
  for (const branch of schema.$defs.v2_cio_relationships.items.properties.identifiers.oneOf)
    branch.required = Object.keys(branch.properties);
  return ajv.compile(schema);
}

/** Where the document says more than that something is there, and what may stand there. */
const places = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...['attributes', 'attributes._update', 'attributes.cio_subscription_preferences', 'attributes.cio_subscription_preferences.topics'],
      ...[
        'attributes.cio_subscription_preferences.topics.topic_1',
        'attributes.recipient',
        'attributes.from_address',
        'attributes.keywords',
      ],
      ...['attributes.title', 'attributes.url', 'device', 'device.attributes', 'device.attributes.device_os', 'device.attributes.x'],
      ...[
        'device.attributes.push_enabled',
        'device.attributes._last_status',
        'device.last_used',
        'device.token',
        'timestamp',
        'name',
        'id',
      ],
      ...['identifiers', 'primary', 'secondary', 'cio_relationships', 'identifiers.id', 'identifiers.email', 'type'],
    ),
    fc.oneof(
      fc.constantFrom<unknown>('x', 'true', 'sent', true, false, null, 1, 1.5, 1_700_000_000, '2024-01-01', undefined),
      fc.constantFrom<unknown>([], ['x'], [1], {}, { x: true }, { x: 1 }, { toJSON: () => 'x' }, Object('x'), 7n),
      fc.constantFrom<unknown>(new Date(1_700_000_000_000), new ExactNumber('12345678901234567890'), new Map(), Buffer.from('x')),
      fc.jsonValue(),
    ),
  ),
  { maxLength: 2 },
);

function put(operation: Body, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() as string;
  let inner: Body = operation;
  for (const name of names) {
    if (typeof inner[name] !== 'object' || inner[name] === null) inner[name] = {};
    inner = inner[name] as Body;
  }
  // Nothing of one case may end up in the next.
  inner[last] = Object.getPrototypeOf(Object(value)) === Object.prototype ? { ...(value as Body) } : value;
}

test('there are 18 operations', () => {
  assert.equal(OPERATIONS.length, 18);
  assert.deepEqual([...new Set(EXAMPLES.map(({ type, action }) => `${type} ${action}`))].sort(), [...OPERATIONS].sort());
});

for (const example of EXAMPLES) {
  test(`a right ${example.type} ${example.action}: ${Object.keys((example.identifiers ?? example.primary) as object)}`, () => {
    assert.equal(problemOf(example), undefined);
    assert.ok(api(example));
  });
}

/** The document knows ids as text only; on the wire numbers are taken too. */
function withTextIds(operation: Body): Body {
  return JSON.parse(JSON.stringify(operation), (key, value) => (key === 'id' && typeof value === 'number' ? String(value) : value));
}

test('whatever passes here, the API takes', () => {
  let passed = 0;
  fc.assert(
    fc.property(fc.oneof(anyOperation, validOperation), (operation) => {
      if (problemOf(operation) !== undefined) return;
      passed++;
      assert.ok(api(withTextIds(operation)), JSON.stringify(operation));
    }),
    { numRuns: runs(10_000) },
  );
  assert.ok(passed > 0.4 * runs(10_000), `only ${passed} passed`);
});

test('whatever validate() lets through, the API and the sandbox take, with numbers, times and objects of any kind in it', () => {
  const toEntry = validator({ object: 'entry' });
  // Formats are notes: neither the API nor the sandbox refuses an address that is none.
  const lenient = compile(false);
  let passed = 0;
  fc.assert(
    fc.property(fc.oneof(anyOperation, validOperation), places, (operation, changes) => {
      for (const [path, value] of changes) put(operation, path, value);
      const entry = toEntry(operation);
      if (entry instanceof Rejection) return;
      passed++;
      const sent = withTextIds(JSON.parse(entry.json));
      assert.ok(lenient(sent), entry.json);
      assert.equal(validateOperation(sent, true), undefined, entry.json);
    }),
    { numRuns: runs(4_000) },
  );
  assert.ok(passed > 0.3 * runs(4_000), `only ${passed} passed`);
});

test('whatever is right passes here', () => {
  fc.assert(
    fc.property(validOperation, (operation) => {
      assert.ok(api(operation));
      assert.equal(problemOf(operation), undefined);
    }),
    { numRuns: runs(2_000) },
  );
});

const accepted = (operation: Body): [here: boolean, api: boolean] => [problemOf(operation) === undefined, api(operation)];

test('what passes here although the document does not list it', () => {
  const event = { type: 'person', action: 'event', name: 'x' };
  const relate = { type: 'object', action: 'add_relationships', identifiers: { object_type_id: '1', object_id: '2' } };
  for (const operation of [
    // On the wire an id is text or a number.
    ...[7, 0, 1.5].map((id) => ({ ...event, identifiers: { id } })),
    // Segment and RudderStack send it.
    { ...event, identifiers: { anonymous_id: 'x' } },
    // The document knows phone for people, but forgets it here.
    { ...relate, cio_relationships: [{ identifiers: { phone: '+31612345678' } }] },
    // validate() makes a ULID of any id.
    { ...event, identifiers: { id: '7' }, id: 'order-7' },
    // A format is a note, and refuses nothing.
    { ...event, identifiers: { id: '7' }, attributes: { recipient: 'nobody' } },
  ]) {
    assert.deepEqual(accepted(operation), [true, false], JSON.stringify(operation));
  }
});

test('ids may be numbers of any kind, but not nothing', () => {
  const remove = (id: unknown): Body => ({ type: 'person', action: 'delete', identifiers: { id } });
  for (const id of [7, 7n, new ExactNumber('12345678901234567890')]) assert.equal(problemOf(remove(id)), undefined);
  for (const id of [Number.NaN, Number.POSITIVE_INFINITY, true, null, {}, [], '', '  ']) {
    assert.equal(problemOf(remove(id))?.field, 'identifiers.id', String(id));
  }
});

const PERSON = { identifiers: { id: '7' } };
const OBJECT = { identifiers: { object_type_id: '1', object_id: '2' } };
const DEVICE = { token: 'x', platform: 'ios' };

const WRONG: [why: string, operation: Body, field: string][] = [
  ['no type', {}, 'type'],
  ['an unknown type', { type: 'people', action: 'identify' }, 'type'],
  ['a type that can not become text', { type: { toString: 1, valueOf: 1 }, action: 'identify' }, 'type'],
  ['a type of every object', { type: 'constructor', action: 'name' }, 'type'],
  ['no action', { type: 'person' }, 'action'],
  ['an action of another type', { type: 'object', action: 'merge' }, 'action'],
  ['an action that is not text', { type: 'person', action: ['event'] }, 'action'],
  ['no identifiers', { type: 'person', action: 'identify' }, 'identifiers'],
  ['identifiers that are text', { type: 'person', action: 'identify', identifiers: '7' }, 'identifiers'],
  ['identifiers that are a list', { type: 'person', action: 'identify', identifiers: ['7'] }, 'identifiers'],
  ['identifiers that are an exact number', { type: 'person', action: 'identify', identifiers: new ExactNumber('1') }, 'identifiers'],
  ['no identifier', { type: 'person', action: 'identify', identifiers: {} }, 'identifiers'],
  ['two identifiers', { type: 'person', action: 'identify', identifiers: { id: '7', email: 'a@example.com' } }, 'identifiers'],
  ['an identifier of another kind', { type: 'person', action: 'identify', identifiers: { object_id: '7' } }, 'identifiers'],
  ['a visitor where a person is needed', { type: 'person', action: 'identify', identifiers: { anonymous_id: '7' } }, 'identifiers'],
  ['an email that is a number', { type: 'person', action: 'identify', identifiers: { email: 7 } }, 'identifiers.email'],
  ['an empty email', { type: 'person', action: 'identify', identifiers: { email: ' ' } }, 'identifiers.email'],
  ['a null email', { type: 'person', action: 'delete', identifiers: { email: null } }, 'identifiers.email'],
  ['attributes that are a list', { type: 'person', action: 'identify', ...PERSON, attributes: [] }, 'attributes'],
  ['attributes that are null', { type: 'person', action: 'identify', ...PERSON, attributes: null }, 'attributes'],
  ['a time that is text', { type: 'person', action: 'identify', ...PERSON, timestamp: '1' }, 'timestamp'],
  ['a time with a fraction', { type: 'person', action: 'event', ...PERSON, name: 'x', timestamp: 1.5 }, 'timestamp'],
  ['a time before 1970', { type: 'person', action: 'event', ...PERSON, name: 'x', timestamp: -1 }, 'timestamp'],
  ['relationships that are no list', { type: 'person', action: 'identify', ...PERSON, cio_relationships: {} }, 'cio_relationships'],
  ['no name', { type: 'person', action: 'event', ...PERSON }, 'name'],
  ['an empty name', { type: 'person', action: 'page', ...PERSON, name: ' ' }, 'name'],
  ['a name that is a number', { type: 'person', action: 'screen', ...PERSON, name: 7 }, 'name'],
  ['an event id that is a number', { type: 'person', action: 'event', ...PERSON, name: 'x', id: 7 }, 'id'],
  ['no relationships', { type: 'person', action: 'add_relationships', ...PERSON }, 'cio_relationships'],
  [
    'a relationship with a person instead of an object',
    { type: 'person', action: 'delete_relationships', ...PERSON, cio_relationships: [OBJECT, PERSON] },
    'cio_relationships.1.identifiers',
  ],
  [
    'relationship attributes that are text',
    { type: 'person', action: 'add_relationships', ...PERSON, cio_relationships: [{ ...OBJECT, relationship_attributes: 'x' }] },
    'cio_relationships.0.relationship_attributes',
  ],
  ['no device', { type: 'person', action: 'add_device', ...PERSON }, 'device'],
  ['a device without token', { type: 'person', action: 'add_device', ...PERSON, device: { platform: 'ios' } }, 'device.token'],
  ['a device without platform', { type: 'person', action: 'add_device', ...PERSON, device: { token: 'x' } }, 'device.platform'],
  ['another platform', { type: 'person', action: 'add_device', ...PERSON, device: { ...DEVICE, platform: 'web' } }, 'device.platform'],
  [
    'a last use that is text',
    { type: 'person', action: 'add_device', ...PERSON, device: { ...DEVICE, last_used: 'now' } },
    'device.last_used',
  ],
  ...[1, 1.5, true, null, {}, []].map((value): [string, Body, string] => [
    `a device attribute that is ${JSON.stringify(value)}`,
    { type: 'person', action: 'add_device', ...PERSON, device: { ...DEVICE, attributes: { 'os.version': value } } },
    'device.attributes.os.version',
  ]),
  ...[true, 'yes', 1].map((value): [string, Body, string] => [
    `push_enabled that is ${JSON.stringify(value)}`,
    { type: 'person', action: 'add_device', ...PERSON, device: { ...DEVICE, attributes: { device_os: '17', push_enabled: value } } },
    'device.attributes.push_enabled',
  ]),
  [
    'a last status that there is not',
    { type: 'person', action: 'add_device', ...PERSON, device: { ...DEVICE, attributes: { _last_status: 'x' } } },
    'device.attributes._last_status',
  ],
  [
    'device attributes that are a list',
    { type: 'person', action: 'add_device', ...PERSON, device: { ...DEVICE, attributes: [] } },
    'device.attributes',
  ],
  ['_update that is text', { type: 'person', action: 'identify', ...PERSON, attributes: { _update: 'true' } }, 'attributes._update'],
  [
    'preferences that are text',
    { type: 'person', action: 'identify', ...PERSON, attributes: { cio_subscription_preferences: '{}' } },
    'attributes.cio_subscription_preferences',
  ],
  [
    'topics that are a list',
    { type: 'person', action: 'identify', ...PERSON, attributes: { cio_subscription_preferences: { topics: [] } } },
    'attributes.cio_subscription_preferences.topics',
  ],
  [
    'a topic that is text',
    { type: 'person', action: 'identify', ...PERSON, attributes: { cio_subscription_preferences: { topics: { topic_1: 'true' } } } },
    'attributes.cio_subscription_preferences.topics.topic_1',
  ],
  [
    'a recipient that is a list',
    { type: 'person', action: 'event', ...PERSON, name: 'x', attributes: { recipient: ['a'] } },
    'attributes.recipient',
  ],
  [
    'a reply_to that is null',
    { type: 'person', action: 'event', ...PERSON, name: 'x', attributes: { reply_to: null } },
    'attributes.reply_to',
  ],
  ['a title that is a number', { type: 'person', action: 'page', ...PERSON, name: 'x', attributes: { title: 7 } }, 'attributes.title'],
  [
    'keywords that are text',
    { type: 'person', action: 'page', ...PERSON, name: 'x', attributes: { keywords: 'a,b' } },
    'attributes.keywords',
  ],
  [
    'keywords that are numbers',
    { type: 'person', action: 'page', ...PERSON, name: 'x', attributes: { keywords: [1] } },
    'attributes.keywords',
  ],
  [
    'a delivery of a time',
    { type: 'delivery', action: 'event', identifiers: new Date(0), name: 'opened', attributes: { device_token: 'x' } },
    'identifiers',
  ],
  [
    'a relationship that is a list',
    { type: 'person', action: 'add_relationships', ...PERSON, cio_relationships: [[]] },
    'cio_relationships.0',
  ],
  ['attributes that are a time', { type: 'person', action: 'identify', ...PERSON, attributes: new Date(0) }, 'attributes'],
  ['no token', { type: 'person', action: 'delete_device', ...PERSON, device: {} }, 'device.token'],
  ['one person to merge', { type: 'person', action: 'merge', primary: { id: '7' } }, 'secondary'],
  ['a phone to merge', { type: 'person', action: 'merge', primary: { phone: '+31612345678' }, secondary: { id: '8' } }, 'primary'],
  ['nobody to suppress', { type: 'person', action: 'suppress' }, 'identifiers'],
  ['nobody to unsuppress', { type: 'person', action: 'unsuppress', identifiers: null }, 'identifiers'],
  ['half an object', { type: 'object', action: 'identify', identifiers: { object_id: '2' } }, 'identifiers'],
  [
    'an object type that is a number',
    { type: 'object', action: 'delete', identifiers: { object_type_id: 1, object_id: '2' } },
    'identifiers',
  ],
  [
    'an object named twice',
    { type: 'object', action: 'delete', identifiers: { ...OBJECT.identifiers, cio_object_id: 'x' } },
    'identifiers',
  ],
  ['object attributes that are text', { type: 'object', action: 'identify', ...OBJECT, attributes: 'x' }, 'attributes'],
  [
    'a person where a visitor is needed',
    { type: 'object', action: 'identify_anonymous', ...OBJECT, cio_relationships: [PERSON] },
    'cio_relationships.0.identifiers',
  ],
  ['an object without relationships', { type: 'object', action: 'add_relationships', ...OBJECT }, 'cio_relationships'],
  [
    'a relationship of two objects',
    { type: 'object', action: 'delete_relationships', ...OBJECT, cio_relationships: [OBJECT] },
    'cio_relationships.0.identifiers',
  ],
  [
    'an unknown delivery event',
    { type: 'delivery', action: 'event', identifiers: { id: 'x' }, name: 'seen', attributes: { device_token: 'x' } },
    'name',
  ],
  [
    'a delivery without token',
    { type: 'delivery', action: 'event', identifiers: { id: 'x' }, name: 'opened', attributes: {} },
    'attributes.device_token',
  ],
  [
    'a delivery with a number',
    { type: 'delivery', action: 'event', identifiers: { id: 7 }, name: 'opened', attributes: { device_token: 'x' } },
    'identifiers.id',
  ],
];

for (const [why, operation, field] of WRONG) {
  test(`${why}: ${field}`, () => {
    const problem = problemOf(operation);
    assert.equal(problem?.field, field);
    assert.notEqual(problem?.message, '');
  });
}

test('a field that is missing is said to be missing', () => {
  assert.deepEqual(problemOf({ type: 'person', action: 'event', ...PERSON }), { field: 'name', message: 'is missing' });
});

test('a problem never repeats a value', () => {
  fc.assert(
    fc.property(anyOperation, (operation) => {
      const secret = 'do-not-print-this';
      const problem = problemOf({ ...operation, name: { secret }, type: operation.type ?? secret, timestamp: secret });
      assert.ok(!JSON.stringify(problem ?? '').includes(secret));
    }),
  );
});

test('nothing makes problemOf throw', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('type', 'action', 'identifiers', 'name'), fc.anything()), (value) => void problemOf(value)),
  );
});

test('three operations are events', () => {
  assert.deepEqual(
    OPERATIONS.filter((name) => {
      const [type, action] = name.split(' ');
      return isEvent({ type, action });
    }),
    ['person event', 'person page', 'person screen'],
  );
});
