import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { Checkpoints, type CheckpointsOptions, type Epoch } from '../../lib/write/checkpoints.ts';
import { turn } from '../support/fake-clock.ts';
import fc from '../support/fast-check.ts';

function open(options: Partial<CheckpointsOptions> = {}): { checkpoints: Checkpoints; released: unknown[] } {
  const released: unknown[] = [];
  const report = (position: unknown): void => void released.push(position);
  const onError = (error: Error): void => assert.fail(error);
  return { checkpoints: new Checkpoints({ flush: async () => {}, report, commits: true, onError, ...options }), released };
}

test('checkpoints are released in order, as soon as all before is done, never before', async () => {
  const step = fc.oneof(fc.constant('batch' as const), fc.constant('checkpoint' as const), fc.nat(20));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { checkpoints, released } = open();
      const batches: { epoch: Epoch; before: number }[] = [];
      let added = 0;
      for (const now of steps) {
        if (now === 'batch') {
          checkpoints.current.pending++;
          batches.push({ epoch: checkpoints.current, before: added });
        } else if (now === 'checkpoint') {
          checkpoints.add(new Checkpoint(added++));
        } else {
          const [done] = batches.splice(now % Math.max(1, batches.length), 1);
          if (done) checkpoints.batchDone([done.epoch]);
        }
        await checkpoints.done();
        const oldest = Math.min(added, ...batches.map(({ before }) => before));
        assert.deepEqual(
          released,
          Array.from({ length: oldest }, (_, i) => i),
        );
        assert.deepEqual([checkpoints.waiting, checkpoints.open], [0, added - oldest + 1]);
      }
    }),
  );
});

test('what becomes ready during a release shares the next flush; after an error nothing is released', async () => {
  const order: string[] = [];
  const flushes: { resolve(): void; reject(error: Error): void }[] = [];
  const errors: Error[] = [];
  const { checkpoints } = open({
    flush: () => {
      order.push('flush');
      return new Promise((resolve, reject) => flushes.push({ resolve, reject }));
    },
    report: (position) => void order.push(String(position)),
    onError: (error) => errors.push(error),
  });
  for (const position of ['a', 'b', 'c']) checkpoints.add(new Checkpoint(position));
  assert.equal(checkpoints.waiting, 3);
  flushes[0]?.resolve();
  await turn();
  assert.deepEqual(order, ['flush', 'a', 'flush']);
  flushes[1]?.reject(new Error('no disk'));
  await assert.rejects(checkpoints.done(), /no disk/);
  checkpoints.add(new Checkpoint('d'));
  await turn();
  assert.deepEqual(order, ['flush', 'a', 'flush']);
  assert.match(String(errors[0]), /no disk/);
});
