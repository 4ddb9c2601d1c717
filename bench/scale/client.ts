/**
 * One of several processes that deliver for one workspace, each with a key of its own, so that the server can tell them apart. Rows
 * come from a file that is read again and again, or from Kafka, until the process is killed.
 * Over IPC: when each request leaves, and how many partitions it has; any message asks for its CPU.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { enforceLimits, kafka, ndjson, type RequestMessage, trackWriter, validate } from '../../lib/index.ts';
import type { RowFile } from '../rows.ts';

/** What a process is to do. */
export interface ScaleJob {
  readonly rows:
    | RowFile
    | { readonly brokers: string; readonly topic: string; readonly groupId: string; readonly sessionTimeoutMs: number };
  readonly baseUrl: string;
  readonly siteId: string;
  readonly apiKey: string;
  /** None: a rate of its own. */
  readonly redis: string | undefined;
  readonly requestsPerSecond: number;
  readonly maxBatchBytes: number;
}

/** What it says. Times are Unix milliseconds with fractions. */
export type Said = { readonly leftMs: number } | { readonly partitions: number; readonly atMs: number } | { readonly cpuSeconds: number };

const LOOK_MS = 20;

const { rows, ...account }: ScaleJob = JSON.parse(process.argv[2] ?? '');
const say = (said: Said): void => void process.send?.(said);
const unixMs = (at: number): number => performance.timeOrigin + at;

subscribe('customerio-streams:request', (message) => say({ leftMs: unixMs((message as RequestMessage).at) }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  say({ cpuSeconds: (user + system) / 1e6 });
});
process.on('disconnect', () => process.exit());

async function* again(path: string): AsyncGenerator<Buffer> {
  for (;;) yield* createReadStream(path);
}

const stages = [validate({ object: 'person_event', identifier: 'email' }), enforceLimits(), trackWriter(account)] as const;
if ('path' in rows) await pipeline(Readable.from(again(rows.path), { objectMode: false }), ndjson({ source: rows.path }), ...stages);
else {
  const { brokers, topic, groupId, sessionTimeoutMs } = rows;
  const source = kafka({ brokers, topics: topic, groupId, sessionTimeoutMs });
  let last = 0;
  setInterval(() => {
    const { state, partitions } = source.status;
    const now = state === 'running' ? partitions.length : 0;
    if (now !== last) say({ partitions: now, atMs: unixMs(performance.now()) });
    last = now;
  }, LOOK_MS);
  await pipeline(source, ...stages);
}
