/**
 * Which ids the events of a text get on their way through source and validate, whatever the chunks. Run as a process of its
 * own it takes jobs over IPC.
 */

import { loadHash } from '../../lib/hash.ts';
import { Entry } from '../../lib/record/entry.ts';
import { isRecord, type SourceRecord } from '../../lib/record/record.ts';
import { csvDecoder } from '../../lib/source/csv.ts';
import { ndjsonDecoder } from '../../lib/source/ndjson.ts';
import { validator } from '../../lib/stage/validate.ts';
import { cutAt, readAll } from './read-all.ts';

await loadHash();

/** A text, and how it is given. */
export interface Job {
  readonly format: 'ndjson' | 'csv';
  readonly text: string;
  readonly cuts: readonly number[];
}

/** Where the rows say they come from. */
export const PLACE = { source: 'events', version: '2026-11-24T00:00:00.000Z' };

export async function eventIdsOf({ format, text, cuts }: Job): Promise<string[]> {
  const decoder = format === 'csv' ? csvDecoder(PLACE) : ndjsonDecoder(PLACE);
  const toEntry = validator({ object: 'person_event' });
  const records = (await readAll(decoder, cutAt(Buffer.from(text), cuts))).filter(isRecord);
  return records.map((record) => {
    const entry = toEntry(record as SourceRecord);
    return entry instanceof Entry ? String(entry.operation.id) : 'rejected';
  });
}

if (process.argv[2] === 'child') process.on('message', (job: Job) => void eventIdsOf(job).then((ids) => process.send?.(ids)));
