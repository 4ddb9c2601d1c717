/**
 * Writes the two files of rows, in a process of its own: on Linux the peak memory of a process counts for those that
 * it starts, so the one that starts the clients has to stay small.
 */
import { join } from 'node:path';
import { type RowFile, writeRows } from './rows.ts';

/** Where to write, and how many rows in both files together. */
export interface RowsJob {
  readonly folder: string;
  readonly rows: number;
}

const { folder, rows }: RowsJob = JSON.parse(process.argv[2] ?? '');
const people = Math.ceil(rows / 2);
const files: RowFile[] = [
  await writeRows(join(folder, 'people.ndjson'), 'person_identify', people),
  await writeRows(join(folder, 'events.ndjson'), 'person_event', rows - people),
];
process.send?.(files, () => process.disconnect());
