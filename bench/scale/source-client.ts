/** One run in a process of its own: all rows of a file or a topic through the pipeline. Hands back what it cost over IPC. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { enforceLimits, kafka, ndjson, trackWriter, validate } from '../../lib/index.ts';
import { measure } from '../cost.ts';
import type { RowFile } from '../rows.ts';

/** What to read, and where it goes. */
export interface SourceJob {
  readonly rows: RowFile | { readonly brokers: string; readonly topic: string; readonly groupId: string; readonly maxBytes: number };
  readonly baseUrl: string;
}

/** As bench/client.ts reads. */
const READ_BYTES = 262_144;
const NO_LIMIT = 100_000;

const { rows, baseUrl }: SourceJob = JSON.parse(process.argv[2] ?? '');
// What is loaded on first use is no part of what a row costs.
await Promise.all([import('undici'), 'path' in rows ? undefined : import('@platformatic/kafka')]);
const cost = await measure(async () => {
  const writer = trackWriter({ siteId: 'site', apiKey: 'key', baseUrl, requestsPerSecond: NO_LIMIT });
  const stages = [validate({ object: 'person_event', identifier: 'email' }), enforceLimits(), writer] as const;
  if ('path' in rows) await pipeline(createReadStream(rows.path, { highWaterMark: READ_BYTES }), ndjson({ source: rows.path }), ...stages);
  else {
    const { topic: topics, ...group } = rows;
    await pipeline(kafka({ ...group, topics, until: 'end' }), ...stages);
  }
  const { read, delivered } = writer.summary;
  if (delivered !== read) throw new Error(`the pipeline read ${read} rows and delivered ${delivered}`);
  return delivered;
});
process.send?.(cost, () => process.disconnect());
