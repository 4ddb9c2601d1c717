import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'lossless-json';
import { validateOperation } from '../../../lib/sandbox/workspace/validate-operation.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';
import { anyOperation, type Body, EXAMPLES, validOperation } from '../../support/track-arbitrary.ts';

const api = compile();

/** The API's own schema. Formats are notes there, as JSON Schema has it. */
function compile(): (item: unknown) => boolean {
  const schema = JSON.parse(readFileSync('test/fixtures/track-api-v2-batch-item.schema.json', 'utf8'));
  // A slip of the document: without `required` all three of its branches fit any identifiers, which oneOf then refuses.
  for (const branch of schema.$defs.v2_cio_relationships.items.properties.identifiers.oneOf)
    branch.required = Object.keys(branch.properties);
  return new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
}

/** The document knows ids as text only; on the wire numbers are taken too. */
function withTextIds(item: Body): Body {
  return JSON.parse(JSON.stringify(item), (key, value) => (key === 'id' && typeof value === 'number' ? String(value) : value));
}

const identifierNames = ['id', 'email', 'phone', 'cio_id'];

/** What the schema lets through although it names nobody, or several: see the head of validate-operation.ts. */
function isLoophole(item: Body): boolean {
  const bags = [item.identifiers, item.primary, item.secondary];
  const relations = Array.isArray(item.cio_relationships) ? item.cio_relationships : [];
  const all = [...bags, ...relations.map((relation) => Object(relation).identifiers ?? {})].filter((bag) => bag !== undefined);
  const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';
  return (
    (item.type === 'object' && item.identifiers === undefined) ||
    isBlank(item.name) ||
    isBlank(Object(item.device).token) ||
    // identify_anonymous asks nothing of its visitors.
    (item.action === 'identify_anonymous' && relations.some((relation) => Object(relation).identifiers?.anonymous_id === undefined)) ||
    all.some((bag) => {
      const ids = Object(bag) as Body;
      const given = identifierNames.filter((name) => ids[name] !== undefined && ids[name] !== null);
      return given.length > 1 || Object.values(ids).some(isBlank) || Object.keys(ids).length === 0;
    })
  );
}

for (const example of EXAMPLES) {
  test(`takes a right ${example.type} ${example.action}: ${Object.keys((example.identifiers ?? example.primary) as object)}`, () => {
    assert.ok(api(example));
    assert.equal(validateOperation(example, false), undefined);
  });
}

test('takes what the schema takes, refuses what it refuses', () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof(anyOperation, validOperation), (operation) => {
      const item = withTextIds(operation);
      const refusal = validateOperation(item, false);
      if (refusal === undefined) {
        seen.taken++;
        assert.ok(api(item), `taken, but not right: ${JSON.stringify(item)}`);
      } else if (!isLoophole(item)) {
        seen.refused++;
        assert.ok(!api(item), `${JSON.stringify(refusal)}: ${JSON.stringify(item)}`);
      }
    }),
    { numRuns: 5_000 },
  );
  assert.ok(seen.taken > 2_000 && seen.refused > 300, JSON.stringify(seen));
});

test('nothing makes it throw', () => {
  const names = fc.constantFrom('type', 'action', 'identifiers', 'name', 'attributes', 'device', 'cio_relationships', '__proto__');
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()), anyOperation), (item) => void validateOperation(item, true)),
    { numRuns: runs(2_000) },
  );
});

const PERSON = { type: 'person', identifiers: { id: '7' } };
const EVENT = { ...PERSON, action: 'event', name: 'x' };
const IDENTIFY = { ...PERSON, action: 'identify' };
const DEVICE = { ...PERSON, action: 'add_device', device: { token: 'x', platform: 'ios' } };

const REFUSED: [why: string, item: unknown, reason: string, field: string, message?: string][] = [
  ['a number', 7, 'invalid', ''],
  ['null', null, 'invalid', ''],
  ['a list', [], 'invalid', ''],
  ['no type', {}, 'required', 'type'],
  ['another type', { type: 'people', action: 'identify' }, 'invalid', 'type'],
  ['a type of every object', { type: 'constructor', action: 'name' }, 'invalid', 'type'],
  ['no action', { type: 'person' }, 'required', 'action'],
  ['an action of another type', { type: 'object', action: 'merge' }, 'invalid', 'action'],
  ['no identifiers', { type: 'person', action: 'delete' }, 'required', 'identifiers'],
  ['no object identifiers', { type: 'object', action: 'delete' }, 'required', 'identifiers'],
  ['an empty id', { ...EVENT, identifiers: { id: ' ' } }, 'required', 'identifiers.id'],
  ['an id that is an object', { ...EVENT, identifiers: { id: {} } }, 'invalid', 'identifiers.id', 'must be a string or a number'],
  ['an email that is a number', { ...EVENT, identifiers: { email: 7 } }, 'invalid', 'identifiers.email'],
  ['a null id', { ...EVENT, identifiers: { id: null } }, 'required', 'identifiers'],
  ['two identifiers', { ...EVENT, identifiers: { id: '7', email: 'a@b.c' } }, 'invalid', 'identifiers'],
  ['no name', { ...PERSON, action: 'event' }, 'required', 'name'],
  ['a name that is a number', { ...EVENT, name: 7 }, 'invalid', 'name'],
  ['a timestamp that is text', { ...EVENT, timestamp: '1700000000' }, 'invalid', 'timestamp', 'must be an integer'],
  ['a timestamp with a fraction', { ...IDENTIFY, timestamp: 1.5 }, 'invalid', 'timestamp'],
  ['a timestamp that is null', { ...IDENTIFY, timestamp: null }, 'invalid', 'timestamp'],
  ['an event id that is a number', { ...EVENT, id: 7 }, 'invalid', 'id'],
  ['attributes that are a list', { ...IDENTIFY, attributes: [] }, 'invalid', 'attributes'],
  ['_update that is text', { ...IDENTIFY, attributes: { _update: 'true' } }, 'invalid', 'attributes._update'],
  [
    'a topic that is text',
    { ...IDENTIFY, attributes: { cio_subscription_preferences: { topics: { topic_1: 'yes' } } } },
    'invalid',
    'attributes.cio_subscription_preferences.topics.topic_1',
  ],
  ['keywords with a number', { ...EVENT, action: 'page', attributes: { keywords: ['a', 1] } }, 'invalid', 'attributes.keywords[1]'],
  ['a recipient that is a number', { ...EVENT, attributes: { recipient: 7 } }, 'invalid', 'attributes.recipient'],
  ['another platform', { ...DEVICE, device: { token: 'x', platform: 'web' } }, 'invalid', 'device.platform'],
  [
    'a device attribute that is a number',
    { ...DEVICE, device: { ...DEVICE.device, attributes: { n: 1 } } },
    'invalid',
    'device.attributes.n',
  ],
  ['a relation to a person', { ...IDENTIFY, cio_relationships: [PERSON] }, 'required', 'cio_relationships[0].identifiers'],
  ['a phone to merge', { type: 'person', action: 'merge', primary: { phone: '+1' }, secondary: { id: '7' } }, 'required', 'primary'],
];

for (const [why, item, reason, field, message] of REFUSED) {
  test(`refuses ${why}: ${field}`, () => {
    const refusal = validateOperation(item, true);
    assert.deepEqual([refusal?.reason, refusal?.field], [reason, field]);
    assert.equal(refusal?.message, message ?? refusal?.message);
    assert.ok(refusal?.message);
  });
}

test('ids may be numbers with any digits; integers too', () => {
  const exact = (text: string): unknown => parse(text);
  assert.equal(validateOperation(exact('{"type":"person","action":"delete","identifiers":{"id":12345678901234567890}}'), false), undefined);
  assert.equal(validateOperation({ ...EVENT, timestamp: exact('1700000000') }, false), undefined);
  assert.equal(validateOperation({ ...EVENT, timestamp: exact('1700000000.5') }, false)?.field, 'timestamp');
});

test('visitors are taken in events only, and only when allowed', () => {
  const visit = (action: string): object => ({ ...EVENT, action, identifiers: { anonymous_id: 'v' } });
  assert.equal(validateOperation(visit('page'), true), undefined);
  assert.equal(validateOperation(visit('page'), false)?.field, 'identifiers');
  assert.equal(validateOperation(visit('identify'), true)?.field, 'identifiers');
});
