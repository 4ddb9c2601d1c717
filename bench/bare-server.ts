/**
 * The Track API at its cheapest, in a process of its own: reads each body, answers 200 `{}`, and remembers when the
 * request arrived and how long its body was. It parses nothing, so that what is measured is the client.
 * Over IPC: says its port once; any message asks for the bodies seen since the last one.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';

/** One request as the server saw it. */
export interface Arrival {
  /** Unix milliseconds, with fractions. */
  readonly atMs: number;
  readonly bytes: number;
  /** The header Authorization: whose request it was. */
  readonly from: string;
}

const REPLY = '{}\n';
const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'content-length': REPLY.length };
let arrivals: Arrival[] = [];

const server = createServer((request, response) => {
  const atMs = performance.timeOrigin + performance.now();
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    arrivals.push({ atMs, bytes, from: request.headers.authorization ?? '' });
    response.writeHead(200, HEADERS).end(REPLY);
  });
});

// When a request arrives should not depend on what else the machine does. Only root may ask for that.
try {
  setPriority(-15);
} catch {}

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('message', () => {
  process.send?.(arrivals);
  arrivals = [];
});
process.on('disconnect', () => process.exit());
