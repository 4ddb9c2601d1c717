/**
 * A local Track API: the real limits, real authentication, faults on demand, and a page to look at what arrived. It
 * judges by itself and shares nothing with the client but the published numbers, so that it can't agree with its mistakes.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, sleep } from '../clock.ts';
import { CioError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { type Answer, Api, type Counts } from './api.ts';
import { FAULT, type Fault, Faults } from './faults.ts';
import { SANDBOX_OPTIONS, type SandboxOptions, type SandboxSettings } from './options.ts';
import { page } from './page.ts';
import { read, write } from './text.ts';
import type { WorldState } from './world.ts';

/** A running sandbox. */
export interface Sandbox {
  /** Its base URL; in a browser it shows what arrived. */
  readonly url: string;
  readonly siteId: string;
  readonly apiKey: string;
  /** Everything that arrived, and how often what happened; also `GET /state`. */
  state(): WorldState & { readonly counts: Counts };
  /** Replaces the faults; also `POST /faults` with a JSON array. */
  setFaults(faults: readonly Fault[]): void;
  /** Stops it; connections are closed. */
  close(): Promise<void>;
}

// More than any request may have, less than would hurt.
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** Starts a sandbox on 127.0.0.1. Throws `CIO_OPTIONS`, also where the port is taken. */
export async function createSandbox(options?: SandboxOptions): Promise<Sandbox> {
  const settings = readOptions('createSandbox', SANDBOX_OPTIONS, options) as SandboxSettings;
  const api = new Api(settings);
  const faults = new Faults(settings.faults, settings.clock);
  const host = new Host(api, faults, settings.clock);
  const server = createServer((request, response) => void host.serve(request, response).catch(() => request.socket.destroy()));
  await listen(server, settings.port);
  const { siteId, apiKey } = settings;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    siteId,
    apiKey,
    state: () => api.state,
    setFaults: (list) => faults.set(FAULT.array().parse(list)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new CioError('CIO_OPTIONS', `the sandbox can't listen on port ${port} (${Reflect.get(error, 'code')})`, error)),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** HTTP around the API: faults, and the pages for people and test programs. */
class Host {
  readonly #api: Api;
  readonly #faults: Faults;
  readonly #clock: Clock;

  constructor(api: Api, faults: Faults, clock: Clock) {
    this.#api = api;
    this.#faults = faults;
    this.#clock = clock;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/\?.*/s, '');
    if (path.startsWith('/api/')) return this.#serveApi(path, request, response);
    if (path === '/state') return end(response, { status: 200, body: this.#api.state });
    if (path === '/faults' && request.method === 'POST') return end(response, this.#replaceFaults(await bodyOf(request)));
    if (path === '/') return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(this.#api.state));
    return end(response, { status: 404, body: {} });
  }

  async #serveApi(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#faults.take(path);
    if (fault.latencyMs !== undefined) await sleep(this.#clock, fault.latencyMs);
    if (fault.reset === 'before') return reset(request);
    if (fault.reset === 'during') return void request.once('data', () => reset(request));
    const body = await bodyOf(request);
    const { method = '', headers } = request;
    const replaced = fault.status !== undefined;
    const applied = !replaced || fault.applied ? this.#api.answer({ method, path, authorization: headers.authorization, body }) : undefined;
    if (fault.reset === 'after') return reset(request);
    const {
      status,
      body: said,
      headers: more,
    } = replaced || !applied ? { status: fault.status ?? 500, body: fault.body, headers: {} } : applied;
    await this.#send({ status, body: said, headers: { ...more, ...fault.headers } }, fault, request, response);
  }

  async #send(answer: Answer, { truncate, slowMs }: Fault, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!truncate && slowMs === undefined) return end(response, answer);
    const bytes = Buffer.from(textOf(answer.body));
    response.writeHead(answer.status, { ...JSON_TYPE, ...answer.headers, 'content-length': bytes.length });
    if (truncate) return void response.write(bytes.subarray(0, bytes.length >> 1), () => reset(request));
    for (const byte of bytes) {
      if (response.destroyed) return;
      response.write(Buffer.of(byte));
      await sleep(this.#clock, slowMs ?? 0);
    }
    response.end();
  }

  #replaceFaults(body: Buffer): Answer {
    try {
      this.#faults.set(FAULT.array().parse(read(body.toString())));
      return { status: 200, body: {} };
    } catch (error) {
      return { status: 400, body: { error: String(error) } };
    }
  }
}

function end(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { ...JSON_TYPE, ...headers }).end(textOf(body));
}

/** The API ends its JSON with a newline; a text is sent as it is. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return body === undefined ? '' : `${write(body)}\n`;
}

function reset(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
