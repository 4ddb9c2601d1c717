/**
 * One run in a process of its own: either every row goes through the pipeline and is rejected into a place, or the place is
 * read again and every row must be there once. Nothing is sent: the API is no part of this.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { enforceLimits, ndjson, openRejects, rejectWriter, type StoreOptions, trackWriter, validate } from '../lib/index.ts';
import { measure } from './cost.ts';

/** What a client process is to do. */
export interface RejectsJob {
  readonly what: 'write' | 'read';
  readonly place: string;
  readonly options: StoreOptions;
  readonly rows: number;
}

const ROWS_PER_CHUNK = 500;
const NOTE = 'Bitte klingeln – danke! naïve café visitor, ありがとう, no calls before noon. '.repeat(2);

/** Rows of about 295 bytes that no operation can be made of: they name nobody. */
function* chunks(rows: number): Generator<string> {
  for (let from = 0; from < rows; from += ROWS_PER_CHUNK) {
    let text = '';
    for (let n = from; n < Math.min(rows, from + ROWS_PER_CHUNK); n++)
      text += `{"person_email":null,"n":${n},"plan":"premium","note":"${NOTE}"}\n`;
    yield text;
  }
}

async function write({ place, options, rows }: RejectsJob): Promise<void> {
  const writer = trackWriter({ siteId: 'site', apiKey: 'key', dryRun: true, rejects: rejectWriter({ to: place, ...options }) });
  const stages = [ndjson({ source: 'rows' }), validate({ object: 'person_identify', identifier: 'email' }), enforceLimits()];
  await pipeline([Readable.from(chunks(rows), { objectMode: false }), ...stages, writer]);
  const { read, rejected } = writer.summary;
  if (read !== rows || rejected.total !== rows) throw new Error(`${read} read, ${rejected.total} rejected`);
}

async function read({ place, options, rows }: RejectsJob): Promise<void> {
  const seen = new Uint8Array(rows);
  let count = 0;
  const rejects = await openRejects(place, options);
  for await (const object of rejects.objects()) {
    for await (const line of rejects.lines(object)) {
      const n = Number(Reflect.get(Object(Reflect.get(line, 'record')), 'n'));
      if (seen[n] !== 0) throw new Error(`row ${n} is there twice, or is none`);
      seen[n] = 1;
      count++;
    }
  }
  await rejects.close();
  if (count !== rows) throw new Error(`${count} of ${rows} rows are there`);
}

const job: RejectsJob = JSON.parse(process.argv[2] ?? '');
const cost = await measure(async () => {
  await (job.what === 'write' ? write(job) : read(job));
  return job.rows;
});
process.send?.(cost, () => process.disconnect());
