/**
 * Writes files of rows, in a process of its own: on Linux the peak memory of a process counts for those that it starts, so
 * the one that starts the clients has to stay small.
 */
import { join } from 'node:path';
import { csvPeople, smallEvents } from './flat-rows.ts';
import { chunks, type RowFile, type RowKind, writeRows } from './rows.ts';

const SHAPES = {
  people: { name: 'people.ndjson', kind: 'person_identify', textOf: (rows: number) => chunks('person_identify', rows, 1) },
  events: { name: 'events.ndjson', kind: 'person_event', textOf: (rows: number) => chunks('person_event', rows, 1) },
  'small events': { name: 'small-events.ndjson', kind: 'person_event', textOf: smallEvents },
  'people as CSV': { name: 'people.csv', kind: 'person_identify', textOf: csvPeople },
} as const satisfies Record<string, { name: string; kind: RowKind; textOf: (rows: number) => Iterable<string> }>;

/** A file that is wanted. */
export interface Wanted {
  readonly shape: keyof typeof SHAPES;
  readonly rows: number;
}

/** Where to write which files. */
export interface RowsJob {
  readonly folder: string;
  readonly wanted: readonly Wanted[];
}

const { folder, wanted }: RowsJob = JSON.parse(process.argv[2] ?? '');
const files: RowFile[] = [];
for (const { shape, rows } of wanted) {
  const { name, kind, textOf } = SHAPES[shape];
  files.push(await writeRows({ path: join(folder, name), kind, rows }, textOf(rows)));
}
process.send?.(files, () => process.disconnect());
