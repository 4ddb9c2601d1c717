import assert from 'node:assert/strict';
import { test } from 'node:test';
import xxhash from 'xxhash-wasm';
import { ByteView } from '../../lib/byte-view.ts';
import { loadHash } from '../../lib/hash.ts';
import { isUlid, toUlid, ulidFrom, writeUlidFrom } from '../../lib/track/event-id.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

await loadHash();

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const ROWS = runs(1_000_000);

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

test('the id of a text is two xxHashes of it, in every version of this package', async () => {
  assert.equal(ulidFrom('order-7'), '7R1B8HR831CT3N96C6F1CNBW0X');
  const { h64Raw } = await xxhash();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bytes = Buffer.from(text);
      const [first, second] = [h64Raw(bytes, 0x6576656e74206964n), h64Raw(bytes, 0x756c696420343238n)];
      assert.equal(numberOf(ulidFrom(text)), (first << 64n) | second);
      assert.equal(ulidFrom(bytes), ulidFrom(text));
      const target = Buffer.alloc(30, '-');
      assert.equal(writeUlidFrom(bytes, new ByteView(target), 2), 28);
      assert.equal(target.toString(), `--${ulidFrom(text)}--`);
    }),
  );
});

test('no two of a million rows that are nearly the same share an id, nor half of one; every character is used', () => {
  const ids = new Set<string>();
  const halves = [new Set<string>(), new Set<string>()] as const;
  const counts = new Map<string, number>();
  for (let n = 0; n < ROWS; n++) {
    const id = ulidFrom(`place\nevents.ndjson\n${n}\n\n\n{"person_id":"a","event_name":"bought","timestamp":1700000000}`);
    ids.add(id);
    halves[0].add(id.slice(0, 13));
    halves[1].add(id.slice(13));
    const last = id.at(-1) ?? '';
    counts.set(last, (counts.get(last) ?? 0) + 1);
  }
  assert.deepEqual([ids.size, halves[0].size, halves[1].size], [ROWS, ROWS, ROWS]);
  // A count outside of these is off by more than ten standard deviations.
  for (const character of ALPHABET) assert.ok(Math.abs((counts.get(character) ?? 0) - ROWS / 32) < 10 * Math.sqrt(ROWS / 32), character);
});

test('the two halves of an id are independent: of two texts that differ in one bit, half of all bits differ', () => {
  const flips = new Array(128).fill(0);
  const text = Buffer.from('{"person_id":"a","event_name":"bought","timestamp":1700000000}');
  const before = numberOf(ulidFrom(text));
  for (let bit = 0; bit < 8 * text.length; bit++) {
    const other = Buffer.from(text);
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const changed = before ^ numberOf(ulidFrom(other));
    for (let i = 0; i < 128; i++) flips[i] += Number((changed >> BigInt(i)) & 1n);
  }
  const tries = 8 * text.length;
  for (const count of flips) assert.ok(Math.abs(count - tries / 2) < 6 * Math.sqrt(tries / 4), String(count));
});
