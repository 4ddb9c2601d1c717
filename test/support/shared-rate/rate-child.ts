/**
 * A process that sends small batches as fast as it may, and says when each request leaves: a program. It gets a Plan as JSON, ends at
 * SIGTERM, and may have clocks that are wrong. The times that it says are those of the machine's one monotonic clock.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '../../../lib/clock.ts';
import { ndjson } from '../../../lib/source/ndjson.ts';
import { validate } from '../../../lib/stage/validate.ts';
import { requests, retries, sharedRates } from '../../../lib/write/diagnostics.ts';
import type { TrackWriterOptions } from '../../../lib/write/options.ts';
import { trackWriter } from '../../../lib/write/track-writer.ts';
import type { RateChildLine, RateChildPlan } from './rate-child-lines.ts';

const plan = JSON.parse(String(process.argv[2])) as RateChildPlan;
const { name, aheadMs = 0, ...given } = plan;
const clock = { ...systemClock, now: () => systemClock.now() + aheadMs, wall: () => systemClock.wall() + aheadMs };
const say = (line: RateChildLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

requests.subscribe(() => say({ name, at: now() }));
retries.subscribe(({ why }) => say({ name, at: now(), retry: why }));
sharedRates.subscribe((shared) => say({ name, at: now(), shared }));
let isOver = false;
process.once('SIGTERM', () => {
  isOver = true;
});

function* rows(): Generator<Buffer> {
  // A request each.
  for (let n = 0; !isOver; n++) yield Buffer.from(`{"person_id":"${name}-${n}","text":"${'x'.repeat(100)}"}\n`);
}

const options: TrackWriterOptions & { clock: typeof clock } = {
  ...{ siteId: 'sandbox-site', apiKey: 'sandbox-key', maxBatchBytes: 300, lingerMs: 0, clock },
  ...given,
};
await pipeline(Readable.from(rows()), ndjson(), validate({ object: 'person_identify' }), trackWriter(options));
