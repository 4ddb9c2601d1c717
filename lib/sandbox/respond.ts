/** Sends a reply, whole or as a fault wants it: byte by byte, cut off, or not at all. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, sleep } from '../clock.ts';
import type { ApiReply } from './api.ts';
import type { Fault } from './faults.ts';

/** Where time comes from, and what ends all waiting. */
export interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** No page may frame what is here, or take it for something else than it says. */
export const GUARDS = { 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' };

/** Sends `reply`. */
export async function respond(response: ServerResponse, reply: ApiReply, fault: Fault, waiting: Waiting): Promise<void> {
  const bytes = Buffer.from(reply.body);
  response.writeHead(reply.status, { 'content-length': bytes.length, ...GUARDS, ...reply.headers });
  const end = Math.min(fault.truncate ?? bytes.length, bytes.length);
  if (fault.slowMs === undefined) response.write(bytes.subarray(0, end));
  else {
    response.flushHeaders();
    for (let at = 0; at < end && !response.destroyed; at++) {
      await sleep(waiting.clock, fault.slowMs, waiting.signal);
      response.write(bytes.subarray(at, at + 1));
    }
  }
  if (end === bytes.length) response.end();
  // What is on its way may still arrive.
  else response.write('', () => response.destroy());
}

/** Reads half of the body, if there is one, and leaves the connection as it is. */
export async function readHalf(request: IncomingMessage): Promise<void> {
  const half = Number(request.headers['content-length'] ?? 0) / 2;
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes >= half) return;
  }
}

/** Reads the body, and says how long it was. Of one over `maxBytes` only so much is kept as shows that it is. */
export async function readWhole(request: IncomingMessage, maxBytes: number): Promise<{ body: Buffer; bytes: number }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (bytes <= maxBytes) chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { body: Buffer.concat(chunks), bytes };
}
