/**
 * What a user would write for a CSV file: csv-parse gives the rows, and one loop maps, stringifies, batches and posts them.
 * Like the floor it checks nothing.
 */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { Poster } from './by-hand.ts';
import { operationOf } from './operations.ts';
import type { RowFile } from './rows.ts';

const MAX_BATCH_BYTES = 500_000;
const FRAME_BYTES = '{"batch":[]}'.length;

/** Delivers the file; resolves with the number of rows. */
export async function csvParseLoop({ path, kind }: RowFile, baseUrl: string): Promise<number> {
  const toOperation = operationOf(kind);
  const poster = new Poster(baseUrl);
  const post = (items: readonly string[]): Promise<void> => poster.post(Buffer.from(`{"batch":[${items.join(',')}]}`));
  let rows = 0;
  let items: string[] = [];
  let bytes = FRAME_BYTES;
  for await (const row of createReadStream(path).pipe(parse({ columns: true }))) {
    const item = JSON.stringify(toOperation(row));
    const itemBytes = Buffer.byteLength(item) + 1;
    if (bytes + itemBytes > MAX_BATCH_BYTES) {
      await post(items);
      [items, bytes] = [[], FRAME_BYTES];
    }
    items.push(item);
    bytes += itemBytes;
    rows++;
  }
  if (items.length > 0) await post(items);
  await poster.end();
  return rows;
}
