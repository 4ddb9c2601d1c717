/**
 * The floor: the same job as one hand-written loop, as a careful engineer writes it: split, parse, map, stringify,
 * batch, post. It checks nothing and survives nothing; the pipeline's price over it is what the promises cost.
 */
import { createReadStream } from 'node:fs';
import { Poster } from './by-hand.ts';
import { operationOf } from './operations.ts';
import type { RowFile } from './rows.ts';

const MAX_BATCH_BYTES = 500_000;
const FRAME_BYTES = '{"batch":[]}'.length;
const NEWLINE = 0x0a;

/** Delivers the file; resolves with the number of rows. */
export async function floor({ path, kind }: RowFile, baseUrl: string): Promise<number> {
  const toOperation = operationOf(kind);
  const poster = new Poster(baseUrl);
  let rows = 0;
  let items: string[] = [];
  let bytes = FRAME_BYTES;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const data: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let to = data.indexOf(NEWLINE); to !== -1; to = data.indexOf(NEWLINE, from)) {
      const item = JSON.stringify(toOperation(JSON.parse(data.toString('utf8', from, to))));
      const itemBytes = Buffer.byteLength(item) + 1;
      if (bytes + itemBytes > MAX_BATCH_BYTES) {
        await poster.post(bodyOf(items));
        items = [];
        bytes = FRAME_BYTES;
      }
      items.push(item);
      bytes += itemBytes;
      rows++;
      from = to + 1;
    }
    rest = data.subarray(from);
  }
  if (items.length > 0) await poster.post(bodyOf(items));
  await poster.end();
  return rows;
}

function bodyOf(items: readonly string[]): Buffer {
  return Buffer.from(`{"batch":[${items.join(',')}]}`);
}
