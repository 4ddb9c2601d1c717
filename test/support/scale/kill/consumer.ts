/** One process of the kill test: a program as a user of the package writes it. SIGTERM ends it, as an operator would. */
import { pipeline } from 'node:stream/promises';
import { dedupe, enforceLimits, kafka, redisStore, rejectWriter, trackWriter, validate } from '../../../../lib/index.ts';

/** What the process is given, as JSON in its first argument. */
export interface ConsumerOptions {
  readonly brokers: string;
  readonly topic: string;
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  /** Of the sandbox. */
  readonly baseUrl: string;
  readonly redis: string;
  readonly requestsPerSecond: number;
  /** A folder. */
  readonly rejects: string;
}

const ACCOUNT = { siteId: 'sandbox-site', apiKey: 'sandbox-key', region: 'us' } as const;
const { brokers, topic, groupId, sessionTimeoutMs, baseUrl, redis, requestsPerSecond, rejects }: ConsumerOptions = JSON.parse(
  process.argv[2] ?? '',
);
const often = { checkpointEveryRecords: 100, checkpointEveryMs: 100 };
const source = kafka({ brokers, topics: topic, groupId, sessionTimeoutMs, ...often });
const say = (text: string): void => console.error(`${new Date().toISOString()} ${process.pid} ${text}`);
source.on('warning', say);
process.once('SIGTERM', () => source.stop());
console.log('ready');
const store = redisStore({ url: redis, workspace: ACCOUNT.siteId, onWarning: say });

await pipeline(
  source,
  validate({ object: 'entry' }),
  enforceLimits(),
  dedupe({ store }),
  trackWriter({
    ...ACCOUNT,
    baseUrl,
    redis,
    requestsPerSecond,
    // About 25 rows: so a checkpoint is a few requests.
    maxBatchBytes: 5_000,
    lingerMs: 20,
    concurrency: 6,
    rejects: rejectWriter({ to: rejects }),
  }),
);
await store.close();
