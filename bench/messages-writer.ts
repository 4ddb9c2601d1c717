/** Rows as an Airbyte source sends them: each a RECORD of a stream called like its kind, and a STATE after every so many. */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RowFile } from './rows.ts';

/** What is to be written. */
export interface MessagesJob {
  readonly files: readonly RowFile[];
  /** Rows between two STATEs; 0 for none. */
  readonly stateEvery: number;
}

const { files, stateEvery }: MessagesJob = JSON.parse(process.argv[2] ?? '');
const written: RowFile[] = [];
for (const file of files) written.push(await wrap(file));
process.send?.(written, () => process.disconnect());

async function wrap({ path, kind, rows }: RowFile): Promise<RowFile> {
  const wrapped = `${path}.${stateEvery}.messages`;
  const out = createWriteStream(wrapped);
  let [row, text] = [0, ''];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    text += `{"type":"RECORD","record":{"stream":"${kind}","data":${line},"emitted_at":${1_750_000_000_000 + row}}}\n`;
    row++;
    if (stateEvery > 0 && row % stateEvery === 0) text += `${JSON.stringify(stateAt(kind, row))}\n`;
    if (text.length < 65_536) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'finish');
  return { path: wrapped, kind, rows };
}

function stateAt(name: string, row: number): object {
  const stream = { stream_descriptor: { name }, stream_state: { cursor: row } };
  return { type: 'STATE', state: { type: 'STREAM', stream, sourceStats: { recordCount: stateEvery } } };
}
