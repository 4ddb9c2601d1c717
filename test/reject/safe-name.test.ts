import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_NAME_BYTES, safeName } from '../../lib/reject/safe-name.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom('.', '/', '%', '~', 'a', '2', 'F', '\ud800', '\udc00', '\u0000', '\\', 'é'), maxLength: 100 }),
);

test('plain names stay as they are', () => {
  for (const plain of ['people', 'Person-Events_2', 'v1.2', 'größe', '人', '9']) assert.equal(safeName(plain), plain);
});

test('what could mean something is escaped', () => {
  assert.equal(safeName('..'), '%2E.');
  assert.equal(safeName('a/b'), 'a%2Fb');
  assert.equal(safeName('a%2Fb'), 'a%252Fb');
  assert.equal(safeName('\ud800'), '%uD800');
  assert.equal(safeName('\u0000'), '%00');
  assert.equal(safeName(''), '');
});

test('two names never give the same part, and none can leave its place', () => {
  fc.assert(
    fc.property(name, name, (a, b) => {
      const [one, other] = [safeName(a), safeName(b)];
      assert.equal(one === other, a === b);
      assert.ok(Buffer.byteLength(one) <= MAX_NAME_BYTES, `${Buffer.byteLength(one)} bytes`);
      assert.match(one, /^([\p{L}\p{M}\p{N}_%-][\p{L}\p{M}\p{N}_.%~-]*)?$/u);
    }),
    { numRuns: runs(2_000) },
  );
});
