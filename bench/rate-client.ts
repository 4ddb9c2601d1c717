/**
 * The pipeline under a rate limit while data waits: rows come from a file that is read again and again until the time is
 * up. Hands back when each request left, by what the pipeline itself says on its diagnostics channel.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createReadStream } from 'node:fs';
import type { RequestMessage } from '../lib/index.ts';
import { runPipeline } from './pipeline.ts';
import type { RowFile } from './rows.ts';

/** What a rate client is to do. */
export interface RateJob {
  readonly file: RowFile;
  readonly baseUrl: string;
  readonly requestsPerSecond: number;
  readonly seconds: number;
}

/** What it saw. Times are Unix milliseconds with fractions, so that they compare with the server's. */
export interface RateRun {
  readonly leavesMs: readonly number[];
  readonly sourceEndedMs: number;
}

const { file, baseUrl, requestsPerSecond, seconds }: RateJob = JSON.parse(process.argv[2] ?? '');
const leavesMs: number[] = [];
subscribe('customerio-streams:request', (message) => leavesMs.push(performance.timeOrigin + (message as RequestMessage).at));

let sourceEndedMs = 0;
async function* untilTimeIsUp(): AsyncGenerator<Buffer> {
  const endMs = performance.now() + seconds * 1e3;
  // Whole rounds only: a row cut in two would be rejected.
  while (performance.now() < endMs) yield* createReadStream(file.path);
  sourceEndedMs = performance.timeOrigin + performance.now();
}

await runPipeline({ source: untilTimeIsUp(), name: file.path, kind: file.kind, baseUrl, requestsPerSecond });
const run: RateRun = { leavesMs, sourceEndedMs };
process.send?.(run, () => process.disconnect());
