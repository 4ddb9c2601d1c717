import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RollingSecond } from '../../lib/sandbox/rolling-second.ts';
import fc from '../support/fast-check.ts';

test('never lets more than the limit into any second, and never turns one away without need', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(300)), (limit, gaps) => {
      const door = new RollingSecond(limit);
      const entered: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        const recent = entered.filter((at) => at > now - 1_000).length;
        const waitMs = door.enter(now);
        assert.equal(waitMs === 0, recent < limit);
        if (waitMs === 0) entered.push(now);
        else assert.ok(entered.filter((at) => at > now + waitMs - 1_000).length < limit, 'Retry-After is true');
      }
    }),
  );
});
