/**
 * What the script with the official client and the one by hand have in common: node SCRIPT KIND IDENTIFIER FILE REJECTED URL
 * reads a file of NDJSON and sends it in full batches, some in flight at once. A line that is not JSON, and what the API
 * refuses, is written to REJECTED with the reason; any other failure ends the script.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { BatchOperation } from 'customerio-node';

const MAX_BATCH_BYTES = 490_000;
const IN_FLIGHT = 6;

/** One of the `errors` of an answer. */
export interface Refused {
  readonly batch_index: number;
  readonly field: string;
  readonly message: string;
}

/** What a script gets: the row kind, the column that identifies a person, files, and the address of the API. */
export const [kind = '', identifier = '', file = '', rejected = '', url = ''] = process.argv.slice(2);

/** Loads the file; `post` sends one batch and resolves with what was refused. */
export async function load(post: (batch: BatchOperation[]) => Promise<readonly Refused[]>): Promise<void> {
  const rejects = createWriteStream(rejected, { flags: 'a' });
  const reject = (row: string, reason: string): unknown => rejects.write(`${JSON.stringify({ reason, row })}\n`);
  const inFlight = new Set<Promise<void>>();
  let [batch, rows, bytes]: [BatchOperation[], string[], number] = [[], [], 0];

  async function send(operations: BatchOperation[], lines: string[]): Promise<void> {
    for (const { batch_index, field, message } of await post(operations)) reject(lines[batch_index] ?? '', `${field}: ${message}`);
  }

  async function flush(): Promise<void> {
    const sent: Promise<void> = send(batch, rows).finally(() => inFlight.delete(sent));
    inFlight.add(sent);
    [batch, rows, bytes] = [[], [], 0];
    if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  }

  for await (const line of createInterface({ input: createReadStream(file) })) {
    try {
      const operation = operationOf(JSON.parse(line));
      const size = Buffer.byteLength(JSON.stringify(operation)) + 1;
      if (bytes + size > MAX_BATCH_BYTES && batch.length > 0) await flush();
      batch.push(operation);
      rows.push(line);
      bytes += size;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      reject(line, error.message);
    }
  }
  if (batch.length > 0) await flush();
  await Promise.all(inFlight);
  rejects.end();
}

function operationOf({ [identifier]: who, name, at, ...attributes }: Record<string, unknown>): BatchOperation {
  const person = { type: 'person', identifiers: { [identifier]: who }, attributes };
  if (kind === 'people') return { ...person, action: 'identify' } as BatchOperation;
  return { ...person, action: 'event', name, timestamp: Math.floor(Date.parse(String(at)) / 1000) } as BatchOperation;
}
