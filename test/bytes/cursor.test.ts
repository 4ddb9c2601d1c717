import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteCursor } from '../../lib/bytes/cursor.ts';
import fc from '../support/fast-check.ts';
import { cutAt, fractions } from '../support/read-all.ts';
import { runs } from '../support/runs.ts';

const over = (pieces: readonly Buffer[]): ByteCursor =>
  new ByteCursor(
    (async function* () {
      yield* pieces;
    })(),
  );

test('law: whatever is looked at, taken and given back, the bytes come once and in order', async () => {
  const step = fc.record({ ahead: fc.nat(9), take: fc.nat(9), back: fc.nat(9) });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fractions, fc.array(step, { maxLength: 30 }), async (bytes, cuts, steps) => {
      const input = Buffer.from(bytes);
      const cursor = over(cutAt(input, cuts));
      let at = 0;
      for (const { ahead, take, back } of steps) {
        const seen = await cursor.ahead(ahead);
        assert.ok(seen.length >= Math.min(ahead, input.length - at));
        assert.deepEqual(seen, input.subarray(at, at + seen.length));
        const taken = cursor.take(take);
        assert.deepEqual(taken, input.subarray(at, at + Math.min(take, seen.length)));
        at += taken.length;
        const piece = await cursor.next();
        assert.equal(piece === undefined, at === input.length);
        if (piece !== undefined) {
          const left = Math.min(back, piece.length);
          cursor.back(piece.subarray(piece.length - left));
          at += piece.length - left;
        }
        assert.equal(cursor.offset, at);
      }
      const rest: Buffer[] = [];
      for await (const piece of cursor.rest()) rest.push(piece);
      assert.deepEqual(Buffer.concat(rest), input.subarray(at));
    }),
    { numRuns: runs(500) },
  );
});

test('nothing is read before it is needed, and closing it closes the sequence', async () => {
  let [read, closed] = [0, false];
  const cursor = new ByteCursor(
    (async function* () {
      try {
        for (;;) {
          read++;
          yield Buffer.from('ab');
        }
      } finally {
        closed = true;
      }
    })(),
  );
  assert.equal(read, 0);
  await cursor.ahead(3);
  assert.equal(read, 2);
  cursor.take(4);
  assert.deepEqual([read, cursor.offset], [2, 4]);
  await cursor.close();
  assert.equal(closed, true);
});
