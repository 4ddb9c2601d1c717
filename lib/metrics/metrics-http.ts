/**
 * The HTTP side of metrics and health. It keeps no process alive, and whatever is sent to it, it answers or hangs up: it only ever
 * gives counts, and changes nothing.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { systemClock } from '../clock.ts';
import type { Health } from './health.ts';

/** What a path gives. */
export interface Pages {
  /** `/metrics`. */
  readonly contentType: string;
  text(): Promise<string>;
  /** `/livez`, and `/healthz`. */
  live(): Health;
  /** `/readyz`. */
  ready(): Health;
}

/** An answer before it is sent. */
interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PLAIN = 'text/plain; charset=utf-8';
const PATHS = '/metrics, /livez, /readyz';
/** A request that takes longer than this to arrive is none. */
const ARRIVAL_MS = 10_000;
/** What is being answered when it closes has this long; all else is cut off. */
const CLOSING_MS = 1_000;
/** Prometheus, the probes, and some who look. */
const MAX_CONNECTIONS = 100;

/** Listens on one port. */
export class MetricsHttp {
  readonly #pages: Pages;
  readonly #server: Server;
  /** Answers that are not read to their end yet. */
  readonly #open = new Set<ServerResponse>();
  #closing: Promise<void> | undefined;

  constructor(pages: Pages) {
    this.#pages = pages;
    const timeouts = { requestTimeout: ARRIVAL_MS, headersTimeout: ARRIVAL_MS, connectionsCheckingInterval: ARRIVAL_MS };
    this.#server = createServer(timeouts, (request, response) => void this.#answer(request, response));
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('connection', (socket: Socket) => socket.unref());
  }

  /** Rejects if the port can't be had. */
  async listen(port: number, host: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    // A machine without free files can't accept a connection: that must not end what the process is there for.
    this.#server.removeAllListeners('error').on('error', () => {});
    this.#server.unref();
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more requests, and ends those that are being answered. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      const cancel = systemClock.timer(CLOSING_MS, () => this.#server.closeAllConnections());
      this.#server.close(() => {
        cancel();
        resolve();
      });
      this.#cutOthers();
    });
    return this.#closing;
  }

  /** A connection that asks for nothing would be waited for. */
  #cutOthers(): void {
    if (this.#open.size === 0) this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#open.add(response);
    response.on('close', () => {
      this.#open.delete(response);
      if (this.#closing !== undefined) this.#cutOthers();
    });
    const { status, text, headers } = await this.#page(request);
    const isLast = this.#closing === undefined ? {} : { connection: 'close' };
    response.writeHead(status, {
      'content-type': PLAIN,
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      ...isLast,
      ...headers,
    });
    response.end(text);
  }

  async #page({ method, url = '' }: IncomingMessage): Promise<Page> {
    const make = this.#makers[url.split('?', 1)[0] as string];
    if (make === undefined) return { status: 404, text: `not found; see ${PATHS}\n` };
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'only GET and HEAD\n', headers: { allow: 'GET, HEAD' } };
    try {
      return await make();
    } catch {
      return { status: 500, text: 'the metrics could not be collected: this is a bug in customerio-streams\n' };
    }
  }

  readonly #makers: Readonly<Record<string, () => Page | Promise<Page>>> = {
    // Names of objects are no paths.
    __proto__: null as never,
    '/metrics': async () => ({ status: 200, text: await this.#pages.text(), headers: { 'content-type': this.#pages.contentType } }),
    '/livez': () => healthPage(this.#pages.live()),
    '/healthz': () => healthPage(this.#pages.live()),
    '/readyz': () => healthPage(this.#pages.ready()),
  };
}

function healthPage({ isGood, why }: Health): Page {
  return { status: isGood ? 200 : 503, text: `${why}\n` };
}
