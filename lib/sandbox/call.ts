/** One call of the API: the damage that a fault orders, the answer, and an entry in the log, whatever became of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sleep } from '../clock.ts';
import { type ApiReply, jsonReply, metaError } from './api.ts';
import type { SandboxCore } from './core.ts';
import type { Fault } from './faults.ts';
import type { LoggedRequest } from './log/request-log.ts';
import { readHalf, readWhole, respond } from './respond.ts';

// From here on a status says that the request was not taken.
const FIRST_NOT_TAKEN = 300;

/** Answers a call of `path`; `url` is where the sandbox is. */
export async function call(
  core: SandboxCore,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  url: string,
): Promise<void> {
  const { api, faults, settings } = core;
  const { clock } = settings;
  const arrived = clock.now();
  api.counts.requests++;
  const fault = faults.next(path);
  if (fault) api.counts.faults++;
  const logged: LoggedRequest = {
    id: core.requests.nextId(),
    at: clock.wall(),
    method: request.method ?? '',
    path,
    rawHeaders: request.rawHeaders,
    fault,
    bytes: 0,
    status: undefined,
    items: undefined,
    refused: 0,
    ms: 0,
  };
  try {
    await answer(core, { request, response, url, arrived, logged });
  } finally {
    logged.ms = clock.now() - arrived;
    core.requests.add(logged);
    core.changed();
  }
}

/** A call that is being answered. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: string;
  /** By `clock.now`. */
  readonly arrived: number;
  readonly logged: LoggedRequest;
}

async function answer(core: SandboxCore, { request, response, url, arrived, logged }: Call): Promise<void> {
  const { api, closing, settings } = core;
  const { fault = {}, method, path } = logged;
  const { reset: when, latencyMs = 0 } = fault;
  const waiting = { clock: settings.clock, signal: closing.signal };
  if (when === 'during') await readHalf(request);
  if (when === 'before' || when === 'during') return void request.socket.resetAndDestroy();
  const { body, bytes } = await readWhole(request, api.maxBodyBytes);
  logged.body = body;
  logged.bytes = bytes;
  if (latencyMs > 0) await sleep(waiting.clock, latencyMs, waiting.signal);
  const ask = (): ApiReply => api.answer({ method, path, headers: request.headers, body, at: arrived }, url);
  const reply = logged.fault ? spoil(ask, fault) : ask();
  for (const refusal of reply.refusals ?? []) core.refused.add(logged.at, logged.id, refusal);
  logged.items = reply.items;
  logged.refused = reply.refusals?.length ?? 0;
  core.changed();
  if (when === 'after') return void request.socket.resetAndDestroy();
  logged.status = reply.status;
  logged.answer = reply.body;
  await respond(response, reply, fault, waiting);
}

/** The reply that the fault wants; `ask` applies the request. */
function spoil(ask: () => ApiReply, { status, body, headers, apply, redirect }: Fault): ApiReply {
  const code = status ?? (redirect === undefined ? undefined : 307);
  const isTaken = apply ?? (code ?? 200) < FIRST_NOT_TAKEN;
  const real = isTaken ? ask() : metaError(code ?? 500, 'a fault of the sandbox');
  const own = body === undefined ? undefined : typeof body === 'string' ? { headers: {}, body } : jsonReply(200, body);
  return {
    ...real,
    status: code ?? real.status,
    headers: { ...(own ?? real).headers, ...(redirect === undefined ? {} : { location: redirect }), ...headers },
    body: (own ?? real).body,
  };
}
