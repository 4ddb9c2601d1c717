/** An entry is the operation as text, and what the user should know of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonError, parse } from '../../lib/json/exact.ts';
import type { Entry } from '../../lib/record/entry.ts';
import { buildEntry } from '../../lib/stage/build-entry.ts';
import { isUlid } from '../../lib/track/event-id.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { originFrom } from '../support/flat-origin.ts';

const RECORD = { row: 1 };
const ORIGIN = originFrom({ source: 'a.csv', line: 2 });
const built = (operation: object): Entry => buildEntry({ ...operation }, RECORD, ORIGIN, new FakeClock());
const identify = (attributes: object | undefined, more: object = {}): object => ({
  ...{ type: 'person', action: 'identify', identifiers: { id: 1 }, attributes },
  ...more,
});

test('the record and its origin stay with the entry, and the text is the operation, digit for digit', () => {
  const entry = built(
    parse('{"type":"person","action":"identify","identifiers":{"id":1},"attributes":{"n":0.1,"é":12345678901234567890}}') as object,
  );
  assert.equal(entry.record, RECORD);
  assert.equal(entry.origin, ORIGIN);
  assert.match(entry.json, /"attributes":\{"n":0\.1,"é":12345678901234567890\}\}$/);
});

test('events get an id, in the operation and in the text; nothing else does', () => {
  const event = { type: 'person', identifiers: { id: 1 }, name: 'x' };
  for (const action of ['event', 'page', 'screen']) {
    const { operation, json } = built({ ...event, action });
    assert.ok(isUlid(String(operation.id)), action);
    assert.equal(JSON.parse(json).id, operation.id);
  }
  for (const operation of [identify({ a: 1 }), { ...event, action: 'delete' }, { type: 'object', action: 'identify', identifiers: {} }])
    assert.ok(!('id' in built(operation).operation));
});

test('an identify sets nothing if no attribute is written and no relationship is made', () => {
  for (const attributes of [undefined, {}, { a: undefined }]) assert.deepEqual(built(identify(attributes)).warnings, ['empty_identify']);
  assert.deepEqual(built(identify({}, { type: 'object', identifiers: { object_id: '1' } })).warnings, ['empty_identify']);
  // A null removes an attribute: that is something.
  for (const operation of [identify({ a: null }), identify({}, { cio_relationships: [] }), identify({}, { action: 'delete' })])
    assert.equal(built(operation).warnings, undefined);
});

test('created_at is looked at for people only, and all warnings of an entry are there', () => {
  const odd = { created_at: 'yesterday' };
  assert.deepEqual(built(identify(odd)).warnings, ['odd_created_at']);
  assert.equal(built(identify(odd, { type: 'object' })).warnings, undefined);
  assert.deepEqual(built(identify(odd, { identifiers: { email: 'Ann' } })).warnings, ['odd_email', 'odd_created_at']);
});

test('a value that JSON has no text for is an error', () => {
  assert.throws(() => built(identify({ a: Number.NaN })), JsonError);
});
