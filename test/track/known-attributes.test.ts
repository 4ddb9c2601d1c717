import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber } from '../../lib/json/exact.ts';
import { attributeCheck, deviceAttributes, isAttributes, isOddCreatedAt } from '../../lib/track/known-attributes.ts';
import { OPERATIONS } from '../../lib/track/operation.ts';

test('each attribute that the API checks is checked in its operation, and in no other', () => {
  const known: readonly [operation: string, attributes: Record<string, unknown>, field: string][] = [
    ['person identify', { _update: 'yes' }, '_update'],
    ['person identify', { cio_subscription_preferences: [] }, 'cio_subscription_preferences'],
    ['person identify', { cio_subscription_preferences: { topics: { topic_1: 1 } } }, 'cio_subscription_preferences.topics.topic_1'],
    ['person event', { recipient: 5 }, 'recipient'],
    ['person event', { from_address: null }, 'from_address'],
    ['person event', { reply_to: {} }, 'reply_to'],
    ['person page', { url: 5 }, 'url'],
    ['person page', { keywords: ['a', 5] }, 'keywords'],
  ];
  for (const [operation, attributes, field] of known) {
    for (const other of OPERATIONS) {
      const problem = attributeCheck(other)(attributes, 'at');
      assert.equal(problem?.field, other === operation ? `at.${field}` : undefined, `${other} ${field}`);
    }
    assert.equal(attributeCheck(operation)(attributes, '')?.field, field);
  }
});

test('what is right, absent, undefined or unknown passes', () => {
  for (const attributes of [
    ...[{}, { _update: undefined }, { _update: false, anything: [Symbol.iterator] }],
    ...[{ cio_subscription_preferences: {} }, { cio_subscription_preferences: { topics: { topic_1: true, topic_2: undefined } } }],
  ]) {
    assert.equal(attributeCheck('person identify')(attributes, ''), undefined);
  }
  assert.equal(attributeCheck('person page')({ url: 'https://x.io', keywords: [], other: 5 }, ''), undefined);
});

test('all attributes of a device are text, and two have words of their own', () => {
  assert.equal(deviceAttributes({ app_version: '1', _last_status: '', push_enabled: 'true', other: undefined }, ''), undefined);
  for (const [attributes, field] of [
    [{ app_version: 1 }, 'app_version'],
    [{ push_enabled: true }, 'push_enabled'],
    [{ push_enabled: 'yes' }, 'push_enabled'],
    [{ _last_status: 'lost' }, '_last_status'],
    [{ toString: 5 }, 'toString'],
  ] as const) {
    assert.equal(deviceAttributes(attributes, '')?.field, field);
  }
  assert.equal(deviceAttributes('ios', 'device.attributes')?.field, 'device.attributes');
});

test('created_at is odd where it is not Unix seconds of the years 1980 to 2099', () => {
  const [first, last] = [Date.UTC(1980, 0) / 1000, Date.UTC(2100, 0) / 1000 - 1];
  for (const seconds of [first, last, String(first), String(last), BigInt(first), new ExactNumber(String(last))]) {
    assert.ok(!isOddCreatedAt(seconds), String(seconds));
  }
  for (const nothing of [undefined, null, '']) assert.ok(!isOddCreatedAt(nothing));
  const odd = [
    first - 1,
    last + 1,
    String(first - 1),
    first * 1000,
    20_240_517,
    0,
    -first,
    Number.NaN,
    '2024-05-17',
    ` ${first}`,
    new Date(),
    true,
    {},
  ];
  for (const value of odd) assert.ok(isOddCreatedAt(value), String(value));
});

test('attributes are an object, but not a list, a number or a time', () => {
  for (const value of [{}, Object.create(null), { a: 1 }]) assert.ok(isAttributes(value));
  for (const value of [null, undefined, [], 'text', 5, new ExactNumber('5'), new Date()]) assert.ok(!isAttributes(value));
});
