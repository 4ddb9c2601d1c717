/** The pipeline under test, as the README has it, against the bare server. The default rate would be the limit: it is off unless asked for. */
import { pipeline } from 'node:stream/promises';
import { csv, enforceLimits, ndjson, trackWriter, validate } from '../lib/index.ts';
import type { RowKind } from './rows.ts';

/** Where a pipeline gets its bytes, and where they go. */
export interface LineOptions {
  readonly source: AsyncIterable<Buffer>;
  readonly name: string;
  readonly kind: RowKind;
  readonly baseUrl: string;
  readonly requestsPerSecond?: number;
}

// Out of reach here; more would be an array of that length in the limiter, and so in the peak memory.
const NO_LIMIT = 100_000;

/** Delivers all rows; resolves with their number. Throws when one was not delivered. */
export async function runPipeline({ source, name, kind, baseUrl, requestsPerSecond = NO_LIMIT }: LineOptions): Promise<number> {
  const writer = trackWriter({ siteId: 'site', apiKey: 'key', baseUrl, requestsPerSecond });
  const records = name.endsWith('.csv') ? csv({ source: name }) : ndjson({ source: name });
  await pipeline(source, records, validate({ object: kind, identifier: 'email' }), enforceLimits(), writer);
  const { read, delivered } = writer.summary;
  if (delivered !== read) throw new Error(`the pipeline read ${read} rows and delivered ${delivered}`);
  return delivered;
}
