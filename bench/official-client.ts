/**
 * An afternoon's script with the official client, customerio-node: node official-client.js FILE BASE_URL sends the events of
 * an NDJSON file. It is careful: full batches, some in flight at once, and an error ends it. It checks no row.
 */
import { createReadStream } from 'node:fs';
import { TrackClient } from 'customerio-node';
import { operationOf } from './operations.ts';

const MAX_BATCH_BYTES = 500_000;
const FRAME_BYTES = '{"batch":[]}'.length;
// What an operation has beside the text of its row, at most: no row has to be stringified to know how long it gets.
const OPERATION_BYTES = 120;
const IN_FLIGHT = 6;

const [path = '', baseUrl = ''] = process.argv.slice(2);
const toOperation = operationOf('person_event');
const client = new TrackClient('site', 'key', { url: `${baseUrl}/api/v1` });
const inFlight = new Set<Promise<unknown>>();
let [operations, bytes, rest]: [object[], number, string] = [[], FRAME_BYTES, ''];

async function send(): Promise<void> {
  const sent: Promise<unknown> = client.batch(operations).finally(() => inFlight.delete(sent));
  inFlight.add(sent);
  [operations, bytes] = [[], FRAME_BYTES];
  if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
}

for await (const chunk of createReadStream(path, 'utf8')) {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const lineBytes = Buffer.byteLength(line) + OPERATION_BYTES;
    if (bytes + lineBytes > MAX_BATCH_BYTES) await send();
    operations.push(toOperation(JSON.parse(line)));
    bytes += lineBytes;
  }
}
if (operations.length > 0) await send();
await Promise.all(inFlight);
