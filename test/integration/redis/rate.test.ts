/**
 * One rate for three processes, by a real Redis that hangs, dies and comes back empty: at no time do they send more, and they always
 * go on. How much of the rate is used depends on the machine, so that is only asked loosely here; `npm run bench -- scale` measures it.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../lib/clock.ts';
import { openRedis } from '../../../lib/redis/connect.ts';
import { type SharedRateMessage, sharedRates } from '../../../lib/write/diagnostics.ts';
import { TooLate } from '../../../lib/write/request/rate-window.ts';
import { openSharedPacer } from '../../../lib/write/shared/open-shared-pacer.ts';
import { readSlotAnswer, SLOT_SCRIPT, type SlotQuestion, slotArguments } from '../../../lib/write/shared/slot-script.ts';
import { standingTimes } from '../../../lib/write/shared/standing.ts';
import fc from '../../support/fast-check.ts';
import { mostInAnySecond } from '../../support/most-in-any-second.ts';
import { runs } from '../../support/runs.ts';
import { start } from '../../support/sandbox.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { type RedisServer, startRedis, startRedisCluster } from '../../support/scale/redis-server.ts';
import { monotonicMs, type Sender, sentBetween, startSender, until, worstSecond } from '../../support/shared-rate/rate-child-lines.ts';
import { SlotModel } from '../../support/shared-rate/slot-model.ts';

const RATE = 100;

/** Three processes that send all the time, one of them with clocks that are three seconds ahead. */
function threeOf(t: TestContext, redis: RedisServer, baseUrl: string): Sender[] {
  const plan = { baseUrl, redis: redis.url, requestsPerSecond: RATE, concurrency: 10 };
  return [0, 0, 3_000].map((aheadMs, n) => startSender(t, { ...plan, name: `p${n}`, aheadMs }));
}

const areSending =
  (senders: readonly Sender[], since = 0) =>
  () =>
    senders.every(({ times }) => (times.at(-1) ?? 0) > since);
const lastUp = ({ heard }: Sender): boolean | undefined => heard.at(-1)?.shared?.up;

function assertWithin(senders: readonly Sender[]): void {
  const { most, at } = worstSecond(senders);
  assert.ok(most <= RATE, `${most} in a second, ${Math.round(monotonicMs() - at)} ms ago`);
}

test('three processes share the rate, whatever their clocks show; one is killed; the API asks all of them for quiet', async (t) => {
  if (isMissing(t, 'redis')) return;
  const [redis, sandbox] = [await startRedis(t), await start(t)];
  const senders = threeOf(t, redis, sandbox.url);
  await until('all send', areSending(senders));
  const from = monotonicMs() + 1_000;
  await sleep(6_000);
  const counts = senders.map((sender) => sentBetween([sender], from, from + 5_000));
  t.diagnostic(`in 5 s of ${RATE} a second: ${counts.join(', ')}`);
  assert.ok(Math.min(...counts) > 0, `${counts}`);
  assert.deepEqual(
    senders.map(({ heard }) => heard.at(-1)?.shared?.processes),
    [3, 3, 3],
  );

  const [killed, ...others] = senders as [Sender, ...Sender[]];
  killed.process.kill('SIGKILL');
  const killedAt = monotonicMs();
  await sleep(3_500);
  t.diagnostic(`one is killed: the others sent ${sentBetween(others, killedAt + 1_000, killedAt + 3_000)} in 2 s, after 1 s`);

  // One process hears it, and all are quiet.
  sandbox.setFaults([{ status: 429, headers: { 'retry-after': '3' }, times: 1 }]);
  await until('the API has asked for quiet', () => others.some(({ retries }) => retries.length > 0));
  const askedAt = Number(others.flatMap(({ retries }) => retries)[0]?.at);
  await sleep(3_000);
  assert.equal(sentBetween(others, askedAt + 1_500, askedAt + 2_900), 0, 'quiet');
  const quietEnd = askedAt + 3_000;
  await until('all send again', areSending(others, quietEnd));
  await sleep(1_500);
  const afterwards = sentBetween(others, quietEnd + 100, quietEnd + 1_100);
  assert.ok(afterwards < 0.75 * RATE, `at half the pace: ${afterwards}`);
  assertWithin(senders);
  for (const { process } of others) process.kill('SIGTERM');
  for (const { ended, stderr } of others) assert.deepEqual([await ended, stderr], [{ status: 0, signal: null }, '']);
});

test('Redis hangs, dies, and comes back empty: never more than the rate, and nobody is stuck', async (t) => {
  if (isMissing(t, 'redis')) return;
  const [redis, sandbox] = [await startRedis(t), await start(t)];
  const senders = threeOf(t, redis, sandbox.url);
  await until('all share', () => senders.every((sender) => lastUp(sender) === true));
  const troubles: readonly (readonly [string, () => Promise<void> | void, number, () => Promise<void> | void])[] = [
    ['hangs shortly', redis.freeze, 700, redis.thaw],
    ['hangs', redis.freeze, 5_000, redis.thaw],
    ['dies and is back at once', redis.kill, 0, redis.start],
    ['is away', redis.kill, 5_000, redis.start],
  ];
  for (const [what, begin, ms, end] of troubles) {
    await sleep(1_500);
    await begin();
    const began = monotonicMs();
    if (ms > 2_000) {
      await until(`it ${what}: each sends its share`, () => senders.every((sender) => lastUp(sender) === false));
      await until('all send', areSending(senders, monotonicMs()));
      assert.deepEqual(
        senders.map(({ heard }) => heard.at(-1)?.shared?.share),
        [30, 30, 30],
      );
    }
    await sleep(Math.max(0, began + ms - monotonicMs()));
    await end();
    const back = monotonicMs();
    await until(`it ${what}: all share again`, () =>
      senders.every((sender) => lastUp(sender) === true && areSending([sender], back + 3_500)()),
    );
    t.diagnostic(`it ${what}: worst second so far ${worstSecond(senders).most}`);
    assertWithin(senders);
  }
  // Of whoever starts without Redis nobody knows: it takes a tenth.
  await redis.kill();
  const late = startSender(t, { name: 'late', baseUrl: sandbox.url, redis: redis.url, requestsPerSecond: RATE, concurrency: 10 });
  await until('it sends', areSending([late]));
  assert.equal(late.heard.at(-1)?.shared?.share, RATE / 10);
  await redis.start();
  await until('all four share', () => [...senders, late].every(({ heard }) => heard.at(-1)?.shared?.processes === 4));
  assertWithin([...senders, late]);
});

test('a cluster shares a rate, too, also when the node that does is killed and comes back', async (t) => {
  if (isMissing(t, 'redis')) return;
  const nodes = await startRedisCluster(t, 3);
  const signal = new AbortController().signal;
  const shared = { redis: nodes.map(({ url }) => url), siteId: 'site', requestsPerSecond: 20, clock: systemClock };
  const pacer = await openSharedPacer(shared, signal);
  t.after(() => pacer.stop());
  const ups: boolean[] = [];
  const onChange = ({ up }: SharedRateMessage): void => void ups.push(up);
  sharedRates.subscribe(onChange);
  t.after(() => sharedRates.unsubscribe(onChange));
  const times: number[] = [];
  const send = async (): Promise<void> => {
    try {
      (await pacer.acquire(signal)).sent();
      times.push(monotonicMs());
    } catch (error) {
      assert.ok(error instanceof TooLate);
    }
  };
  while (ups.at(-1) !== true) await send();
  for (const node of nodes) await node.kill();
  while (ups.at(-1) !== false) await send();
  for (const node of nodes) await node.start();
  while (ups.at(-1) !== true) await send();
  assert.ok(mostInAnySecond(times) <= 20);
});

test('the script and its model give the same answers', async (t) => {
  if (isMissing(t, 'redis')) return;
  const redis = await openRedis((await startRedis(t)).url);
  t.after(() => redis.close());
  await redis.whenReady(10_000);
  // Only here the script believes what time somebody says it is.
  const script = SLOT_SCRIPT.replace("redis.call('TIME')", '{ math.floor(ARGV[11] / 1000000), ARGV[11] % 1000000 }');
  assert.notEqual(script, SLOT_SCRIPT);
  const question: fc.Arbitrary<Omit<SlotQuestion, 'isFresh'>> = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    wanted: fc.integer({ min: 0, max: 30 }),
    requestsPerSecond: fc.constantFrom(0.3, 1, 2.5, 100, 1_000),
    lateMs: fc.constantFrom(20, 60, 500),
    isOwn: fc.boolean(),
    pauseMs: fc.option(fc.integer({ min: 0, max: 5_000 }), { nil: undefined, freq: 5 }),
  });
  const asked = fc.tuple(fc.constantFrom(0, 1, 999, 400_000, 1_700_000, 11_000_000, 700_000_000, -5_000_000), question);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 30 }), async (questions) => {
      const model = new SlotModel();
      const keys = ['rate', 'processes'].map((name) => `test-${run}:${name}`);
      run++;
      let now = 1_795_000_000_000_000;
      for (const [passed, given] of questions) {
        now += passed;
        const times = standingTimes(given.requestsPerSecond);
        // The model does not know the id of this server, which does not change.
        const args = slotArguments({ ...given, isFresh: false }, times);
        const reply = await redis.client.call('EVAL', script, '2', ...keys, ...args.map(String), String(now));
        assert.deepEqual(readSlotAnswer(reply), readSlotAnswer(model.ask(now, { ...given, isFresh: false }, times)));
      }
    }),
    { numRuns: runs(400) },
  );
});
