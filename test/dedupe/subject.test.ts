/** Which entries dedupe takes for the same: what they are about, and what their delivery leaves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Subjects } from '../../lib/dedupe/subject.ts';
import { ExactNumber, stringify } from '../../lib/json/exact.ts';
import { readSubject } from '../support/subject.ts';

type Body = Record<string, unknown>;
type Found = ReturnType<typeof readSubject>;

const found = new Subjects();
const subjects = (operation: Body): Found[] => found.of({ operation, json: stringify(operation) }).map(readSubject);
const identify = (identifiers: object, attributes: object, more: object = {}): Body => ({
  ...{ type: 'person', action: 'identify', identifiers, attributes },
  ...more,
});
const only = (operation: Body): Found => {
  const [subject, ...more] = subjects(operation);
  assert.ok(subject && more.length === 0);
  return subject;
};

test('an identify is about its person, and leaves its attributes there', () => {
  const subject = only(identify({ id: 7 }, { plan: 'a', n: 1 }));
  assert.equal(subject.reason, 'unchanged');
  for (const same of [
    identify({ id: '7' }, { plan: 'a', n: 1 }),
    identify({ id: 7n }, { n: 1, plan: 'a' }),
    identify({ id: new ExactNumber('7') }, { plan: 'a', n: 1n, left_out: undefined }),
  ]) {
    assert.deepEqual(only(same), subject);
  }
  const others = [
    identify({ id: 7 }, { plan: 'b', n: 1 }),
    identify({ id: 7 }, { plan: 'a', n: '1' }),
    identify({ id: 7 }, { plan: 'a' }),
    identify({ id: 7 }, { plan: 'a', n: 1, more: null }),
    identify({ id: 7 }, { plan: 'a', n: 1 }, { timestamp: 1_700_000_000 }),
    identify({ id: 7 }, { plan: 'a', n: 1 }, { timestamp: 1_700_000_001 }),
  ].map(only);
  for (const { key } of others) assert.equal(key, subject.key);
  assert.equal(new Set([subject, ...others].map(({ value }) => value)).size, 7);
});

test('another identifier is another person, whose value is another one, too', () => {
  const attributes = { plan: 'a' };
  const people = [{ id: 7 }, { id: 8 }, { cio_id: '7' }, { phone: '7' }, { email: 'a@x.io' }].map((ids) => only(identify(ids, attributes)));
  assert.equal(new Set(people.map(({ key }) => key)).size, 5);
  assert.equal(new Set(people.map(({ value }) => value)).size, 5);
  assert.deepEqual(only(identify({ email: ' A@X.io ' }, attributes)), people[4]);
});

test('an identify whose effect is not certain leaves no value: it is always sent', () => {
  for (const operation of [
    identify({ id: 7 }, { a: 1, _update: true }),
    identify({ id: 7 }, { a: 1, _update: false }),
    identify({ id: 7 }, { a: 1, cio_relationships: {} }),
    identify({ id: 7 }, { a: 1 }, { cio_relationships: [] }),
  ]) {
    assert.equal(only(operation).value, undefined);
  }
});

test('whatever else changes people leaves no value with any of them', () => {
  const { key } = only(identify({ id: 7 }, {}));
  for (const action of ['delete', 'suppress', 'unsuppress']) {
    assert.deepEqual(subjects({ type: 'person', action, identifiers: { id: 7 } }), [{ key, value: undefined, reason: 'unchanged' }]);
  }
  const merged = subjects({ type: 'person', action: 'merge', primary: { email: 'a@x.io' }, secondary: { id: 7 } });
  assert.deepEqual(
    merged.map(({ value }) => value),
    [undefined, undefined],
  );
  assert.deepEqual(merged[1]?.key, key);
});

test('an event is its id, whatever it says; without one, and all that changes no person, is about nothing', () => {
  const event = (more: object): Body => ({ type: 'person', action: 'event', identifiers: { id: 7 }, name: 'bought', ...more });
  const subject = only(event({ id: '1' }));
  assert.equal(subject.reason, 'duplicate');
  assert.deepEqual(only(event({ id: '1', attributes: { n: 1 } })), subject);
  assert.deepEqual(only({ ...event({ id: '1' }), action: 'page' }), subject);
  const other = only(event({ id: '2' }));
  assert.ok(other.key !== subject.key && other.value !== subject.value);
  for (const operation of [
    event({}),
    { type: 'person', action: 'add_device', identifiers: { id: 7 }, device: { token: 't', platform: 'ios' } },
    { type: 'person', action: 'add_relationships', identifiers: { id: 7 }, cio_relationships: [] },
    { type: 'object', action: 'identify', identifiers: { object_type_id: '1', object_id: '7' }, attributes: { a: 1 } },
    { type: 'object', action: 'delete', identifiers: { object_type_id: '1', object_id: '7' } },
    { type: 'delivery', action: 'event', identifiers: { id: '7' }, name: 'opened', attributes: { device_token: 't' } },
  ]) {
    assert.deepEqual(subjects(operation), []);
  }
});

test('texts that are the same as UTF-8, but are not the same, leave different values', () => {
  const values = ['\ud800', '\ud801', '\udc00', '\ufffd'].map((text) => only(identify({ id: 7 }, { text })).value);
  assert.equal(new Set(values).size, 4);
});
