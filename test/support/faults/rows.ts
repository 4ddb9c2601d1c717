/** Mixed rows that end the same however often the last of them come again: operations in two files, and what must become of them. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { mulberry32, type Random } from '../../../bench/rows.ts';

/** What was written. */
export interface MixedRows {
  readonly files: readonly string[];
  readonly rows: number;
  readonly bad: number;
}

const FILLER = 'y'.repeat(280);

/** Writes `rows` of them, the later ones compressed. The same seed gives the same rows. */
export async function writeMixedRows(folder: string, rows: number, seed: number): Promise<MixedRows> {
  const random = mulberry32(seed);
  const files = ['rows-1.ndjson', 'rows-2.ndjson.gz'];
  let bad = 0;
  for (const [index, name] of files.entries()) {
    const file = createWriteStream(join(folder, name));
    const gzip = index === 1 ? createGzip() : undefined;
    const written = gzip ? pipeline(gzip, file) : finished(file);
    const into: WriteStream | Gzip = gzip ?? file;
    for (let n = index * Math.ceil(rows / 2); n < Math.min((index + 1) * Math.ceil(rows / 2), rows); n++) {
      const isBad = random() < 0.04;
      if (isBad) bad++;
      const line = isBad ? badLine(n, random) : JSON.stringify(goodRow(n, rows, random));
      if (!into.write(`${line}\n`)) await once(into, 'drain');
    }
    into.end();
    await written;
  }
  return { files, rows, bad };
}

/** One is not JSON, one has no identifier, one is over a limit, two are refused by the API alone, one of them again and again. */
function badLine(n: number, random: Random): string {
  const event = { type: 'person', action: 'event', name: 'bad', identifiers: { id: `bad-${n}` }, attributes: {} };
  const lines = [
    '{"type":"person",',
    JSON.stringify({ ...event, identifiers: { id: null } }),
    JSON.stringify({ ...event, action: 'identify', attributes: { long: 'x'.repeat(1_001) } }),
    JSON.stringify({ ...event, attributes: { recipient: n } }),
    JSON.stringify(identify(`refused-${n % 7}`, { _update: 'no boolean' })),
  ];
  return lines[Math.floor(random() * lines.length)] ?? '';
}

function goodRow(n: number, rows: number, random: Random): object {
  const kind = random();
  const one = Math.floor(random() * (rows / 6));
  if (kind < 0.1) return event({ id: `order-${one}`, person: one, attributes: { order: one } });
  if (kind < 0.2) return event({ person: one, attributes: { n, filler: FILLER }, timestamp: 1_760_000_000 + n });
  if (kind < 0.3) return event({ person: one, attributes: { n } });
  // Who gets deleted has no events: one that comes again after the deletion would not make the person again.
  if (kind < 0.33) return { type: 'person', action: 'delete', identifiers: { id: `gone-${one % 50}` } };
  if (kind < 0.4) return identify(`gone-${one % 50}`, { n });
  if (kind < 0.6) return identify(`p${one}`, { plan: `plan ${one % 3}`, city: 'Zürich' });
  if (kind < 0.65) return identify(`p${one}`, { n: null });
  return identify(`p${one}`, { n, [`part${n % 3}`]: n, filler: FILLER });
}

function identify(id: string, attributes: object): object {
  return { type: 'person', action: 'identify', identifiers: { id }, attributes };
}

function event({ person, ...rest }: { person: number; id?: string; attributes: object; timestamp?: number }): object {
  return { type: 'person', action: 'event', name: 'bought', identifiers: { id: `p${person}` }, ...rest };
}
