/** What a broker answers of one partition, and the pieces between which there may be a checkpoint. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MessageBatch, messagesOf, piecesOf } from '../../../lib/source/kafka/partitions/batches.ts';

/** Messages at these offsets, in a batch that ends before `end`. */
function batch(offsets: readonly number[], end: number): MessageBatch {
  const [first = 0] = offsets;
  const records = offsets.map((offset) => ({ offsetDelta: offset - first, key: null, value: Buffer.from(String(offset)) }));
  return { firstOffset: BigInt(first), lastOffsetDelta: end - first - 1, length: 100, attributes: 0, producerId: -1n, records };
}

test('pieces hold all messages once, in order, and each says where it ends', () => {
  // Compaction has left gaps; the second batch was asked for from its middle on.
  const answers = [batch([0, 1, 2, 3, 7], 10), batch([10, 11], 12), batch([12, 15, 16], 20)];
  for (const wanted of [0n, 2n, 11n, 20n])
    for (const most of [1, 2, 3, 5, 100]) {
      const all = messagesOf(answers, null, wanted);
      const pieces = [...piecesOf(all, most)];
      const offsets = pieces.map(({ stretches }) =>
        stretches.flatMap(({ firstOffset, records, from }) => records.slice(from).map(({ offsetDelta }) => firstOffset + offsetDelta)),
      );
      assert.deepEqual(
        offsets.flat(),
        [0, 1, 2, 3, 7, 10, 11, 12, 15, 16].filter((offset) => offset >= wanted),
      );
      for (const [index, { next }] of pieces.entries()) {
        const { length } = offsets[index] ?? [];
        assert.ok(length <= most);
        if (index === pieces.length - 1) assert.equal(next, all.next);
        else assert.deepEqual([next, length], [BigInt(offsets[index]?.at(-1) ?? 0) + 1n, most]);
      }
      assert.equal(
        pieces.reduce((sum, { bytes }) => sum + bytes, 0),
        all.bytes,
      );
    }
});
