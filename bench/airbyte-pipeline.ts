/** The connector's `write` in this process, against the bare server. What it says goes nowhere, but is all made. */
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { readCatalog } from '../lib/airbyte/catalog/catalog.ts';
import { type Config, readConfig } from '../lib/airbyte/config/config.ts';
import { Protocol } from '../lib/airbyte/protocol.ts';
import { write } from '../lib/airbyte/sync/write.ts';
import { systemClock } from '../lib/clock.ts';
import type { RowFile } from './rows.ts';

// As in pipeline.ts.
const NO_LIMIT = 100_000;

/** Delivers a file of messages; resolves with the number of rows. Throws when one was not delivered. */
export async function runAirbyte({ path, kind, rows }: RowFile, baseUrl: string): Promise<number> {
  const given = { credentials: { siteId: 'site', apiKey: 'key' }, api_base_url: baseUrl, requests_per_second: NO_LIMIT };
  const { data: config } = readConfig(given) as unknown as { data: Config };
  const planned = readCatalog({ streams: [{ stream: { name: kind } }] }, config);
  if (!('data' in planned)) throw new Error(planned.problems.join());
  const nowhere = new Writable({ write: (_chunk, _encoding, callback) => callback() });
  const { signal } = new AbortController();
  const around = { input: createReadStream(path), protocol: new Protocol(nowhere), stop: signal, clock: systemClock };
  const summary = await write({ config, catalog: planned.data, ...around });
  if (summary.delivered !== rows) throw new Error(`${rows} rows, and ${summary.delivered} delivered`);
  return summary.delivered;
}
