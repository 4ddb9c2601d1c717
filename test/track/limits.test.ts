import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_REQUESTS_PER_SECOND, LIMIT_LISTS, LIMITS, MAX_BATCH_BYTES } from '../../lib/track/limits.ts';

test('the limits are those of the public document; those of the connector hold for events, too', () => {
  const unlimited = Number.POSITIVE_INFINITY;
  const shared = { entryBytes: 32_768, identifierBytes: 150, eventNameBytes: 100 };
  const ofAttributes = { attributes: 300, attributeNameBytes: 150, attributeValueBytes: 1_000 };
  const ofNothing = { attributes: unlimited, attributeNameBytes: unlimited, attributeValueBytes: unlimited };
  const person = { ...shared, ...ofAttributes, attributesBytes: unlimited };
  const object = { ...shared, ...ofAttributes, attributesBytes: 102_400 };
  assert.deepEqual(LIMITS, { person, object, event: { ...shared, ...ofNothing, attributesBytes: 100_000 } });
  assert.deepEqual(LIMIT_LISTS.published, LIMITS);
  assert.deepEqual(LIMIT_LISTS.connector, { person, object, event: { ...shared, ...ofAttributes, attributesBytes: 100_000 } });
  assert.equal(MAX_BATCH_BYTES, 500_000);
});

test('any entry within the limits fits into a batch', () => {
  for (const { entryBytes } of Object.values(LIMIT_LISTS).flatMap((list) => Object.values(list)))
    assert.ok(entryBytes + '{"batch":[]}'.length < MAX_BATCH_BYTES);
});

test('the default rate is safe under every limit published since 2022', () => {
  assert.ok(DEFAULT_REQUESTS_PER_SECOND <= Math.min(100, 3_000 / 3, 1_000));
});
