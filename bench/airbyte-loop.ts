/**
 * What a user would write in place of the connector: one loop that parses messages, maps and stringifies rows, batches and posts
 * them, and hands each STATE back, with its count, when all rows before it have arrived. Like the floor it checks nothing.
 */
import { createReadStream } from 'node:fs';
import { Writable } from 'node:stream';
import { Poster } from './by-hand.ts';
import { operationOf } from './operations.ts';
import type { RowFile } from './rows.ts';

const MAX_BATCH_BYTES = 500_000;
const FRAME_BYTES = '{"batch":[]}'.length;
const IN_FLIGHT = 6;
const NEWLINE = 0x0a;

/** Delivers the file of messages; resolves with the number of rows. */
export async function airbyteLoop({ path, kind }: RowFile, baseUrl: string): Promise<number> {
  const toOperation = operationOf(kind);
  const sender = new InOrder(baseUrl);
  let [rows, rowsOfState] = [0, 0];
  let items: string[] = [];
  let states = '';
  let bytes = FRAME_BYTES;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const data: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let from = 0;
    for (let to = data.indexOf(NEWLINE); to !== -1; to = data.indexOf(NEWLINE, from)) {
      const message = JSON.parse(data.toString('utf8', from, to));
      from = to + 1;
      if (message.type === 'STATE') {
        message.state.destinationStats = { recordCount: rowsOfState };
        states += `${JSON.stringify(message)}\n`;
        rowsOfState = 0;
      }
      if (message.type !== 'RECORD') continue;
      const item = JSON.stringify(toOperation(message.record.data));
      const itemBytes = Buffer.byteLength(item) + 1;
      if (bytes + itemBytes > MAX_BATCH_BYTES) {
        await sender.post(items, states);
        [items, states, bytes] = [[], '', FRAME_BYTES];
      }
      items.push(item);
      bytes += itemBytes;
      rows++;
      rowsOfState++;
    }
    rest = data.subarray(from);
  }
  if (items.length > 0) await sender.post(items, states);
  await sender.end();
  return rows;
}

/** Posts batches, a few at a time, and writes the STATEs behind each when it and all before it have arrived. */
class InOrder {
  readonly #poster: Poster;
  readonly #inFlight: { sent: Promise<void>; states: string }[] = [];
  readonly #out = new Writable({ write: (_chunk, _encoding, callback) => callback() });

  constructor(baseUrl: string) {
    this.#poster = new Poster(baseUrl);
  }

  async post(items: readonly string[], states: string): Promise<void> {
    const sent = this.#poster.send(Buffer.from(`{"batch":[${items.join(',')}]}`));
    this.#inFlight.push({ sent, states });
    if (this.#inFlight.length >= IN_FLIGHT) await this.#release();
  }

  async end(): Promise<void> {
    while (this.#inFlight.length > 0) await this.#release();
    await this.#poster.end();
  }

  async #release(): Promise<void> {
    const first = this.#inFlight.shift();
    await first?.sent;
    if (first?.states) this.#out.write(first.states);
  }
}
