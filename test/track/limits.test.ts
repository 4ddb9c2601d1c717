import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_REQUESTS_PER_SECOND, LIMITS, MAX_BATCH_BYTES } from '../../lib/track/limits.ts';

test('the limits are those of the public document', () => {
  const shared = { entryBytes: 32_768, identifierBytes: 150, attributeNameBytes: 150, attributeValueBytes: 1_000, eventNameBytes: 100 };
  const unlimited = Number.POSITIVE_INFINITY;
  assert.deepEqual(LIMITS, {
    person: { ...shared, attributes: 300, attributesBytes: unlimited },
    object: { ...shared, attributes: 300, attributesBytes: 102_400 },
    event: { ...shared, attributes: unlimited, attributesBytes: 100_000 },
  });
  assert.equal(MAX_BATCH_BYTES, 500_000);
});

test('any entry within the limits fits into a batch', () => {
  for (const { entryBytes } of Object.values(LIMITS)) assert.ok(entryBytes + '{"batch":[]}'.length < MAX_BATCH_BYTES);
});

test('the default rate is safe under every limit published since 2022', () => {
  assert.ok(DEFAULT_REQUESTS_PER_SECOND <= Math.min(100, 3_000 / 3, 1_000));
});
