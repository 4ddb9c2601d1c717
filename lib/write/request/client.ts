/**
 * One HTTP call to the Track API: undici, proxies from the environment, a deadline over the whole exchange, redirects
 * that keep method, body and credentials and go nowhere credentials must not go. No retries here. Credentials are in
 * one header, and in nothing that comes back: an echo of them is blotted out here.
 */
import type { Dispatcher } from 'undici';
import { hostAndPort } from '../../address.ts';
import type { Clock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { plainError } from '../../secrets.ts';
import { redirectTarget } from '../../track/region.ts';
import { deafToContinue } from './connect.ts';
import { withDeparture } from './departure.ts';
import { echoBlotter } from './echo.ts';

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

/** The exchange failed; the message says why, and at which host and port. `fatal`: trying again can't help. */
export class ExchangeError extends Error {
  readonly fatal: boolean;
  constructor(code: string, place: string, fatal: boolean, cause?: Error) {
    super(`${code} (${place})`, { cause });
    this.fatal = fatal;
  }
}

/** A reply that is longer than any the API gives. */
class TooLong extends Error {
  readonly code = 'reply too long';
}

const MAX_REDIRECTS = 5;
const MAX_REPLY_BYTES = 8 * 1024 * 1024;
// Who names no encoding takes any.
const HEADERS = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'customerio-streams' };
const NOT_HTTP = 'the answer is not valid HTTP';
const TLS_CODES = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** A connection pool to the API. */
export class Client {
  readonly #options: ClientOptions;
  readonly #authorization: string;
  readonly #blotted: (text: string) => string;
  #dispatcher: Dispatcher | undefined;
  #base: URL;
  #reached = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = options.baseUrl;
    this.#authorization = `Basic ${Buffer.from(`${options.siteId}:${options.apiKey}`).toString('base64')}`;
    this.#blotted = echoBlotter(options);
  }

  /** Loads undici: it takes 100 ms, so not before it is needed. */
  async open(): Promise<void> {
    const { buildConnector, EnvHttpProxyAgent } = await import('undici');
    // The deadline below covers headers and body together; undici's own would let a dripping reply live for ever.
    const connect = deafToContinue(buildConnector({}));
    const settings = { connections: this.#options.concurrency, headersTimeout: 0, bodyTimeout: 0, connect };
    try {
      this.#dispatcher = new EnvHttpProxyAgent(settings);
    } catch (error) {
      throw new CioError(
        'CIO_NETWORK',
        'a proxy of the environment (http_proxy, https_proxy) is no http(s) URL',
        plainError(error, this.#blotted),
      );
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
      if (target === undefined) throw redirectError(url, reply.status, location);
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
    const cancel = clock.timer(timeoutMs, () => abort.abort(new ExchangeError('timeout', hostAndPort(url), false)));
    try {
      const headers = { ...HEADERS, authorization: this.#authorization };
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
        reply: { status: response.statusCode, text: this.#blotted(text), retryAfter: header(response, 'retry-after') },
        location: header(response, 'location'),
      };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw this.#explain(error, url);
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  #explain(error: unknown, url: URL): ExchangeError {
    if (error instanceof ExchangeError) return error;
    const { name, code: own, cause } = Object(error);
    const code = String(own ?? Object(cause).code ?? (name === 'HTTPParserError' ? NOT_HTTP : 'ERROR'));
    // A name that has been resolved before will be again; one that never was is a typing mistake.
    const unknownHost = (code === 'ENOTFOUND' || code === 'EAI_AGAIN') && !this.#reached;
    const [place, isFatal] = [hostAndPort(url) + proxyIn(error, url), unknownHost || TLS_CODES.test(code)];
    return new ExchangeError(code, place, isFatal, plainError(error, this.#blotted));
  }
}

function redirectError({ origin }: URL, status: number, location: string | undefined): CioError {
  const where = location?.trim() ? 'to a place outside Customer.io' : 'without saying where to: its answer has no Location';
  return new CioError('CIO_REGION', `the API at ${origin} redirects ${where} (HTTP ${status})`);
}

/** The host that could not be reached, where that is not the API's own. */
function proxyIn(error: unknown, url: URL): string {
  // One that has several addresses fails with an error for each.
  const { hostname, address, port } = Object(Reflect.get(Object(error), 'errors')?.[0] ?? error);
  const isOther = port === undefined ? hostname !== undefined && hostname !== url.hostname : !hostAndPort(url).endsWith(`:${port}`);
  return isOther ? `, by way of ${[hostname ?? address, port].filter(Boolean).join(':')}` : '';
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
    if (bytes > MAX_REPLY_BYTES) throw new TooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
