import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { type Epoch, Watermark } from '../../lib/write/watermark.ts';

test('checkpoints come out in order, as soon as all before is settled, never before', () => {
  const step = fc.oneof(fc.constant('batch' as const), fc.constant('checkpoint' as const), fc.nat(20));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const watermark = new Watermark();
      const open: { epoch: Epoch; before: number }[] = [];
      let closed = 0;
      const released: unknown[] = [];
      for (const now of steps) {
        if (now === 'batch') {
          watermark.current.pending++;
          open.push({ epoch: watermark.current, before: closed });
        } else if (now === 'checkpoint') {
          watermark.close(new Checkpoint(closed++));
        } else {
          const [settled] = open.splice(now % Math.max(1, open.length), 1);
          if (settled) settled.epoch.pending--;
        }
        released.push(...watermark.takeReady().map(({ position }) => position));
        const oldest = Math.min(closed, ...open.map(({ before }) => before));
        assert.deepEqual(
          released,
          Array.from({ length: oldest }, (_, i) => i),
        );
      }
    }),
  );
});
