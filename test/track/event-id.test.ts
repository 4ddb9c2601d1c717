import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { isUlid, toUlid, ulidFrom } from '../../lib/track/event-id.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID is a number of 128 bits in Crockford's base 32. */
function numberOf(ulid: string): bigint {
  return [...ulid].reduce((sum, character) => sum * 32n + BigInt(ALPHABET.indexOf(character)), 0n);
}

test('which texts are ULIDs', () => {
  for (const ulid of ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01arz3ndektsv4rrffq69g5fav', '0'.repeat(26), `7${'Z'.repeat(25)}`])
    assert.ok(isUlid(ulid), ulid);
  const wrong = [
    '',
    '7',
    `8${'0'.repeat(25)}`,
    '0'.repeat(25),
    '0'.repeat(27),
    `0${'I'.repeat(25)}`,
    `0${'L'.repeat(25)}`,
    `0${'O'.repeat(25)}`,
  ];
  for (const text of [...wrong, `0${'U'.repeat(25)}`, '01ARZ3NDEKTSV4RRFFQ69G5FAV\n', ' 01ARZ3NDEKTSV4RRFFQ69G5FA'])
    assert.ok(!isUlid(text), text);
});

test('a ULID holds its 16 bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const ulid = toUlid(bytes);
      assert.ok(isUlid(ulid));
      assert.equal(numberOf(ulid), BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
    }),
  );
});

test('the id of a text is the beginning of its SHA-256, in every version of this package', () => {
  assert.equal(ulidFrom('order-7'), '6ZHKW049ZC68VS4BFGXKC871E5');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
      assert.equal(numberOf(ulidFrom(text)), BigInt(`0x${digest}`));
      assert.equal(ulidFrom(text), ulidFrom(text));
    }),
  );
});

test('no two of 100,000 neighbours share an id, and every character is used', () => {
  const ids = new Set<string>();
  const counts = new Map<string, number>();
  for (let n = 0; n < 100_000; n++) {
    const id = ulidFrom(`place\nevents.ndjson\n${n}`);
    ids.add(id);
    const last = id.at(-1) ?? '';
    counts.set(last, (counts.get(last) ?? 0) + 1);
  }
  assert.equal(ids.size, 100_000);
  // 3,125 each on average: a count outside of these is off by more than ten standard deviations.
  for (const character of ALPHABET) assert.ok(Math.abs((counts.get(character) ?? 0) - 3_125) < 560, character);
});
