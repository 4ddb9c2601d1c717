/**
 * One HTTP call to the Track API: undici, proxies from the environment, a deadline over the whole exchange, redirects
 * that keep method, body and credentials and go nowhere credentials must not go. No retries here. Credentials are in
 * one header and in no message.
 */
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import { CioError } from '../errors.ts';
import { redirectTarget } from '../track/region.ts';
import { withDeparture } from './departure.ts';

/** How to reach the API. */
export interface ClientOptions {
  readonly siteId: string;
  readonly apiKey: string;
  readonly baseUrl: URL;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Awaited before each request. What it gives is called when that leaves, which may be after its connection was opened. */
export type Leave = () => Promise<() => void>;

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/** The exchange failed. `fatal`: trying again can't help. */
export class ExchangeError extends Error {
  readonly fatal: boolean;
  readonly code: string;
  constructor(code: string, fatal: boolean, cause: unknown) {
    super(code, { cause });
    this.code = code;
    this.fatal = fatal;
  }
}

const MAX_REDIRECTS = 5;
const MAX_REPLY_BYTES = 8 * 1024 * 1024;
const TLS_CODES = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** A connection pool to the API. */
export class Client {
  readonly #options: ClientOptions;
  readonly #authorization: string;
  #dispatcher: Dispatcher | undefined;
  #base: URL;
  #reached = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = options.baseUrl;
    this.#authorization = `Basic ${Buffer.from(`${options.siteId}:${options.apiKey}`).toString('base64')}`;
  }

  /** Loads undici: it takes 100 ms, so not before it is needed. */
  async open(): Promise<void> {
    const { EnvHttpProxyAgent } = await import('undici');
    // The deadline below covers headers and body together; undici's own would let a dripping reply live for ever.
    const settings = { connections: this.#options.concurrency, headersTimeout: 0, bodyTimeout: 0 };
    try {
      this.#dispatcher = new EnvHttpProxyAgent(settings);
    } catch (error) {
      throw new CioError('CIO_NETWORK', 'a proxy of the environment (http_proxy, https_proxy) is no http(s) URL', error);
    }
  }

  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }

  /** Sends one request; `leave` is awaited before each hop. Throws an ExchangeError, or a CioError for a redirect that leads away. */
  async call(method: 'GET' | 'POST', path: string, body: Buffer | undefined, leave: Leave): Promise<Reply> {
    let url = new URL(this.#base.pathname.replace(/\/$/, '') + path, this.#base);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const depart = await leave();
      let isGone = false;
      const onStart = (): void => {
        if (!isGone) depart();
        isGone = true;
      };
      // One that never left is over too.
      const { reply, location } = await this.#exchange(method, url, body, onStart).finally(onStart);
      if (![301, 302, 307, 308].includes(reply.status)) return reply;
      const target = redirectTarget(url, location);
      if (target === undefined)
        throw new CioError('CIO_REGION', `the API at ${url.origin} redirects to a place outside Customer.io (HTTP ${reply.status})`);
      // The account lives in the other region: go there directly from now on.
      if (target.origin !== url.origin) this.#base = new URL(target.origin);
      url = target;
    }
    throw new CioError('CIO_REGION', `the API at ${this.#base.origin} redirects in a circle`);
  }

  async #exchange(
    method: 'GET' | 'POST',
    url: URL,
    body: Buffer | undefined,
    onStart: () => void,
  ): Promise<{ reply: Reply; location: string | undefined }> {
    const { clock, timeoutMs, signal } = this.#options;
    const abort = new AbortController();
    // undici heeds no signal while it connects: behind a proxy that keeps silent no deadline would hold.
    const aborted = new Promise<never>((_resolve, reject) => abort.signal.addEventListener('abort', () => reject(abort.signal.reason)));
    const onAbort = (): void => abort.abort(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const cancel = clock.timer(timeoutMs, () => abort.abort(new ExchangeError('timeout', false, undefined)));
    try {
      const headers = { authorization: this.#authorization, accept: 'application/json', 'user-agent': 'customerio-streams' };
      const dispatcher = await withDeparture(this.#dispatcher as Dispatcher, onStart);
      const request = dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
        body: body ?? null,
        signal: abort.signal,
      });
      const response = await Promise.race([request, aborted]);
      const text = await readText(response.body);
      this.#reached = true;
      return {
        reply: { status: response.statusCode, text, retryAfter: header(response, 'retry-after') },
        location: header(response, 'location'),
      };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw this.#explain(error);
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  #explain(error: unknown): ExchangeError {
    if (error instanceof ExchangeError) return error;
    const code = String(Reflect.get(Object(error), 'code') ?? Reflect.get(Object(Reflect.get(Object(error), 'cause')), 'code') ?? 'ERROR');
    // A name that has been resolved before will be again; one that never was is a typing mistake.
    const unknownHost = (code === 'ENOTFOUND' || code === 'EAI_AGAIN') && !this.#reached;
    return new ExchangeError(code, unknownHost || TLS_CODES.test(code), error);
  }
}

function header(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) throw new ExchangeError('reply too long', false, undefined);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
