/**
 * An afternoon's script with the official client, customerio-node: node official-client.js FILE BASE_URL SIZES sends the
 * events of an NDJSON file. It is careful: full batches, some in flight at once, and an error ends it. It checks no row. How
 * long an operation is, it finds out by stringifying it, which the client does again; or, tuned, by the length of its line.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type BatchOperation, TrackClient } from 'customerio-node';
import { operationOf } from './operations.ts';

const MAX_BATCH_BYTES = 500_000;
const FRAME_BYTES = '{"batch":[]}'.length;
// What an operation has beside the text of its row, at most.
const OPERATION_BYTES = 120;
const IN_FLIGHT = 6;

const SIZES: Record<string, (operation: object, line: string) => number> = {
  exact: (operation) => Buffer.byteLength(JSON.stringify(operation)) + 1,
  estimated: (_operation, line) => Buffer.byteLength(line) + OPERATION_BYTES,
};

const [path = '', baseUrl = '', sizes = ''] = process.argv.slice(2);
const sizeOf = SIZES[sizes];
if (sizeOf === undefined) throw new Error('SIZES is exact or estimated');
const toOperation = operationOf('person_event');
const client = new TrackClient('site', 'key', { url: `${baseUrl}/api/v1` });
const inFlight = new Set<Promise<unknown>>();
let [operations, bytes]: [BatchOperation[], number] = [[], FRAME_BYTES];

async function send(): Promise<void> {
  const sent: Promise<unknown> = client.batch(operations).finally(() => inFlight.delete(sent));
  inFlight.add(sent);
  [operations, bytes] = [[], FRAME_BYTES];
  if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
}

for await (const line of createInterface({ input: createReadStream(path) })) {
  const operation = toOperation(JSON.parse(line));
  const size = sizeOf(operation, line);
  if (bytes + size > MAX_BATCH_BYTES) await send();
  operations.push(operation);
  bytes += size;
}
if (operations.length > 0) await send();
await Promise.all(inFlight);
