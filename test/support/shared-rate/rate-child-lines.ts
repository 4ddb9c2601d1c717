/** Processes that share a rate: what each is told, what it says, and what all of them together have sent. */
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedRateMessage } from '../../../lib/write/diagnostics.ts';
import type { TrackWriterOptions } from '../../../lib/write/options.ts';
import { type Child, startChild } from '../scale/child.ts';

const PROGRAM = 'dist/test/support/shared-rate/rate-child.js';

/** What a process is told. */
export interface RateChildPlan extends Pick<TrackWriterOptions, 'baseUrl' | 'redis' | 'requestsPerSecond' | 'concurrency'> {
  readonly name: string;
  /** How far its clocks are ahead. */
  readonly aheadMs?: number;
}

/** What it says: that a request leaves, or what it has heard of the rate, or that a request is sent again and why. */
export interface RateChildLine {
  readonly name: string;
  /** Milliseconds of the machine's monotonic clock. */
  readonly at: number;
  readonly shared?: SharedRateMessage;
  readonly retry?: string;
}

/** A process that sends. */
export interface Sender extends Child {
  readonly name: string;
  /** When its requests left. */
  readonly times: number[];
  readonly heard: RateChildLine[];
  readonly retries: RateChildLine[];
}

/** Starts a process; it is killed after the test. */
export function startSender(t: TestContext, plan: RateChildPlan): Sender {
  const child = startChild(t, PROGRAM, [JSON.stringify(plan)]);
  const times: number[] = [];
  const heard: RateChildLine[] = [];
  const retries: RateChildLine[] = [];
  if (child.process.stdout !== null)
    createInterface({ input: child.process.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as RateChildLine;
      if (line.shared !== undefined) heard.push(line);
      else if (line.retry !== undefined) retries.push(line);
      else times.push(line.at);
    });
  return {
    ...{ name: plan.name, times, heard, retries, process: child.process, ended: child.ended },
    get stdout() {
      return child.stdout;
    },
    get stderr() {
      return child.stderr;
    },
  };
}

/** The most of all requests that left in any rolling second, and when the first of them did. */
export function worstSecond(senders: readonly Sender[]): { readonly most: number; readonly at: number } {
  const times = senders.flatMap((sender) => sender.times).sort((a, b) => a - b);
  let worst = { most: 0, at: 0 };
  for (let last = 0, first = 0; last < times.length; last++) {
    while ((times[last] as number) - (times[first] as number) >= 1_000) first++;
    if (last - first + 1 > worst.most) worst = { most: last - first + 1, at: times[first] as number };
  }
  return worst;
}

/** How many left between two times. */
export function sentBetween(senders: readonly Sender[], from: number, to: number): number {
  return senders.reduce((sum, { times }) => sum + times.filter((at) => at >= from && at < to).length, 0);
}

/** Waits until `is` is true; fails with what was waited for after a minute. */
export async function until(what: string, is: () => boolean): Promise<void> {
  for (const end = monotonicMs() + 60_000; !is(); await sleep(20)) if (monotonicMs() > end) throw new Error(`not within a minute: ${what}`);
}

/** The clock by which senders say when requests left. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
