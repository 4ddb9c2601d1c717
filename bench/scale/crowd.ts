/**
 * Many processes in one, as Redis sees them: each has a connection and always a request that waits for its turn, but sends nothing.
 * So a machine of two processors can show what a thousand ask of Redis.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../lib/clock.ts';
import { openSharedPacer } from '../../lib/write/shared/open-shared-pacer.ts';

/** What a crowd is to do. */
export interface CrowdJob {
  readonly redis: string;
  readonly siteId: string;
  readonly requestsPerSecond: number;
  readonly members: number;
}

/** When permits were used, since the last question, in Unix milliseconds. */
export interface CrowdRun {
  readonly sentMs: readonly number[];
  readonly cpuSeconds: number;
}

/** Connections that are opened at once. */
const OPENING = 50;

const { members, ...shared }: CrowdJob = JSON.parse(process.argv[2] ?? '');
let sentMs: number[] = [];

async function member(): Promise<void> {
  const { signal } = new AbortController();
  const pacer = await openSharedPacer({ ...shared, clock: systemClock }, signal);
  const send = async (): Promise<never> => {
    for (;;) {
      const permit = await pacer.acquire(signal);
      try {
        permit.sent();
        sentMs.push(performance.timeOrigin + performance.now());
      } catch {
        // It was too late: the next one.
        await sleep(0);
      }
    }
  };
  void send();
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ sentMs, cpuSeconds: (user + system) / 1e6 } satisfies CrowdRun);
  sentMs = [];
});
process.on('disconnect', () => process.exit());
for (let opened = 0; opened < members; opened += OPENING)
  await Promise.all(Array.from({ length: Math.min(OPENING, members - opened) }, member));
process.send?.('open');
