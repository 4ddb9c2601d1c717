/**
 * The HTTP skin: requests to `Api`, with the damage that a fault orders, and the control calls, which no fault hits. A
 * request that calls this host by a foreign name is a web page's that wants to read along, and gets nothing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { sleep } from '../clock.ts';
import { CioError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { Api, type ApiReply, jsonReply, metaError } from './api.ts';
import { FAULTS, type Fault, Faults } from './faults.ts';
import type { SandboxSettings } from './options.ts';
import { page } from './page.ts';
import { readHalf, readWhole, respond, type Waiting } from './respond.ts';
import type { SandboxState } from './state.ts';

const CONTROL: Record<string, string> = { '/': 'GET', '/state': 'GET', '/faults': 'POST' };
const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const RULES = z.strictObject({ faults: FAULTS });
const MAX_RULES_BYTES = 1_000_000;
const FOREIGN_NAME =
  'this sandbox answers to 127.0.0.1, localhost and [::1] only: for another host name start it with --allow-host NAME (hosts: [NAME])';
// From here on a status says that the request was not taken.
const FIRST_NOT_TAKEN = 300;

/** A server around one account's API. */
export class SandboxServer {
  readonly #api: Api;
  readonly #faults: Faults;
  readonly #closing = new AbortController();
  readonly #waiting: Waiting;
  readonly #hosts: ReadonlySet<string>;
  readonly #server: Server;

  constructor(settings: SandboxSettings) {
    this.#api = new Api(settings);
    this.#faults = new Faults(settings.clock);
    this.#faults.set(settings.faults);
    this.#waiting = { clock: settings.clock, signal: this.#closing.signal };
    this.#hosts = new Set([...OWN_NAMES, ...settings.hosts.map((name) => name.toLowerCase())]);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  state(): SandboxState {
    return this.#api.state();
  }

  setFaults(faults: readonly Fault[]): void {
    this.#faults.set(readOptions('setFaults', RULES, { faults }).faults);
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = this.#waiting.clock.now();
    // A request forgets its socket when that is gone.
    const { socket } = request;
    const [path = '/'] = (request.url ?? '/').split('?');
    try {
      // The port is that of whatever forwards to this one.
      if (!this.#hosts.has((request.headers.host ?? '').replace(/:\d*$/, '').toLowerCase()))
        await respond(response, metaError(421, FOREIGN_NAME), {}, this.#waiting);
      else if (Object.hasOwn(CONTROL, path)) await respond(response, await this.#control(request, path), {}, this.#waiting);
      // A browser asks for more than the page; that is none of the API's business.
      else if (!path.startsWith('/api/')) await respond(response, metaError(404, 'Not Found'), {}, this.#waiting);
      else await this.#call(request, response, path, at);
    } catch (error) {
      // The caller left, or the sandbox closes. All else is a bug, here or in the caller's onApply.
      if (!socket.destroyed && !this.#closing.signal.aborted) throw error;
    }
  }

  /** A call of the API. */
  async #call(request: IncomingMessage, response: ServerResponse, path: string, at: number): Promise<void> {
    this.#api.counts.requests++;
    const fault = this.#faults.next(path);
    if (fault) this.#api.counts.faults++;
    const { reset: when, latencyMs = 0 } = fault ?? {};
    if (when === 'during') await readHalf(request);
    if (when === 'before' || when === 'during') return void request.socket.resetAndDestroy();
    const body = await readWhole(request, this.#api.maxBodyBytes);
    if (latencyMs > 0) await sleep(this.#waiting.clock, latencyMs, this.#waiting.signal);
    const ask = (): ApiReply => this.#api.answer({ method: request.method ?? '', path, headers: request.headers, body, at }, this.url);
    const reply = fault ? spoil(ask, fault) : ask();
    if (when === 'after') return void request.socket.resetAndDestroy();
    await respond(response, reply, fault ?? {}, this.#waiting);
  }

  async #control(request: IncomingMessage, path: string): Promise<ApiReply> {
    if (request.method !== CONTROL[path]) return metaError(405, 'Method Not Allowed', { allow: CONTROL[path] ?? '' });
    if (path === '/') return page(this.url, this.state());
    if (path === '/state') return jsonReply(200, this.state());
    // A web page can't send this type to another origin without asking first.
    if (!request.headers['content-type']?.startsWith('application/json')) return metaError(400, 'Content-Type must be application/json');
    const body = await readWhole(request, MAX_RULES_BYTES);
    try {
      this.setFaults(JSON.parse(body.toString()));
      return jsonReply(200, {});
    } catch (error) {
      return metaError(400, error instanceof CioError ? error.message : 'malformed JSON');
    }
  }
}

/** The reply that the fault wants; `ask` applies the request. */
function spoil(ask: () => ApiReply, { status, body, headers, apply, redirect }: Fault): ApiReply {
  const code = status ?? (redirect === undefined ? undefined : 307);
  const isTaken = apply ?? (code ?? 200) < FIRST_NOT_TAKEN;
  const real = isTaken ? ask() : metaError(code ?? 500, 'a fault of the sandbox');
  const own = body === undefined ? undefined : typeof body === 'string' ? { headers: {}, body } : jsonReply(200, body);
  return {
    status: code ?? real.status,
    headers: { ...(own ?? real).headers, ...(redirect === undefined ? {} : { location: redirect }), ...headers },
    body: (own ?? real).body,
  };
}
