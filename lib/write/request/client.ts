/**
 * One HTTP call to the Track API: undici, proxies from the environment, a deadline over the whole exchange, redirects
 * that keep method, body and credentials and go nowhere credentials must not go. No retries here. Credentials are in
 * one header, and in nothing that comes back: an echo of them is redacted here.
 */
import type { Dispatcher } from 'undici';
import { hostAndPort, openConnections } from '../../address.ts';
import type { Clock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { plainError } from '../../secrets.ts';
import { redirectTarget } from '../../track/region.ts';
import { retryAfterMs } from '../../track/retry-after.ts';
import type { AnswerMessage } from '../diagnostics.ts';
import { ignoringContinue } from './connect.ts';
import { echoRedactor } from './echo.ts';
import { Exchange, type HttpAnswer } from './exchange.ts';
import { type Pace, TooLate } from './rate-window.ts';

/** How to reach the API. */
export interface ClientOptions {
  readonly siteId: string;
  readonly apiKey: string;
  readonly baseUrl: URL;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Without one, requests leave at once. */
  readonly pacer?: Pace | undefined;
}

/** What to send. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Buffer | undefined;
  /** Gets the time at which the request leaves, and again if a redirect has it sent again. */
  readonly onSent?: ((at: number) => void) | undefined;
  /** Hears how each exchange has ended: there are several if the API redirects. */
  readonly onAnswer?: ((answer: AnswerMessage) => void) | undefined;
  /** Asked when the request is about to leave. If it must not, it has not left, and there is no reply. */
  readonly mayLeave?: (() => boolean) | undefined;
}

/** What came back; with `why` no reply, and the next attempt may get one. */
export type CallResult = Reply | { readonly why: string; readonly status?: undefined; readonly askedMs?: undefined };

/** What the API has said. */
export interface Reply {
  readonly why?: undefined;
  readonly status: number;
  readonly text: string;
  /** How long the API asks to wait. */
  readonly askedMs: number | undefined;
}

/** The exchange failed; the message says why, and at which host and port. */
class ExchangeError extends Error {
  /** Trying again can't help. */
  readonly isFatal: boolean;
  constructor(code: string, place: string, isFatal: boolean, cause?: Error) {
    super(`${code} (${place})`, { cause });
    this.isFatal = isFatal;
  }
}

const MAX_REDIRECTS = 5;
// Who names no encoding takes any.
const HEADERS = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'customerio-streams' };
const NOT_HTTP = 'the answer is not valid HTTP';
const TLS_CODES = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** A connection pool to the API. */
export class Client {
  readonly #options: ClientOptions;
  readonly #authorization: string;
  readonly #redacted: (text: string) => string;
  #dispatcher: Dispatcher | undefined;
  #base: URL;
  #reached = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = options.baseUrl;
    this.#authorization = `Basic ${Buffer.from(`${options.siteId}:${options.apiKey}`).toString('base64')}`;
    this.#redacted = echoRedactor(options);
  }

  /** Loads undici. */
  async open(): Promise<void> {
    const { buildConnector } = await import('undici');
    this.#dispatcher = await openConnections({ connections: this.#options.concurrency, connect: ignoringContinue(buildConnector({})) });
  }

  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }

  /** Sends one request. Throws `CIO_NETWORK` if another attempt can't help, and `CIO_REGION` for a redirect that leads away. */
  async call(call: Call): Promise<CallResult> {
    try {
      const { status, text, header } = await this.#follow(call);
      return { status, text: this.#redacted(text), askedMs: retryAfterMs(header('retry-after'), this.#options.clock.wall()) };
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      if (error.isFatal) throw new CioError('CIO_NETWORK', `the Track API can't be reached: ${error.message}`, error.cause);
      return { why: error.message };
    }
  }

  async #follow(call: Call): Promise<HttpAnswer> {
    let url = new URL(this.#base.pathname.replace(/\/$/, '') + call.path, this.#base);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const answer = await this.#sendInTime(url, call);
      if (![301, 302, 307, 308].includes(answer.status)) return answer;
      const location = answer.header('location');
      const target = redirectTarget(url, location);
      if (target === undefined) throw redirectError(url, answer.status, location);
      // The account lives in the other region: go there directly from now on.
      if (target.origin !== url.origin) this.#base = new URL(target.origin);
      url = target;
    }
    throw new CioError('CIO_REGION', `the API at ${this.#base.origin} redirects in a loop`);
  }

  /** A request that has waited too long for its connection waits for another permit, and is not an attempt. */
  async #sendInTime(url: URL, call: Call): Promise<HttpAnswer> {
    for (;;) {
      try {
        return await this.#send(url, call);
      } catch (error) {
        if (!(error instanceof TooLate)) throw error;
      }
    }
  }

  /** One exchange, within its deadline. */
  async #send(url: URL, { method, body, onSent, onAnswer, mayLeave }: Call): Promise<HttpAnswer> {
    const { clock, timeoutMs, signal, pacer } = this.#options;
    const askedAt = clock.now();
    const permit = await pacer?.acquire(signal);
    const waitedMs = clock.now() - askedAt;
    let sentAt: number | undefined;
    let status: number | undefined;
    let isHeldBack = false;
    const exchange = new Exchange((isFirst) => {
      isHeldBack = mayLeave?.() === false;
      if (isHeldBack) throw new ExchangeError('not sent', hostAndPort(url), false);
      if (!isFirst) return;
      sentAt = permit?.sent() ?? clock.now();
      onSent?.(sentAt);
    });
    const onAbort = (): void => exchange.cutOff(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const cancel = clock.timer(timeoutMs, () => exchange.cutOff(new ExchangeError('timeout', hostAndPort(url), false)));
    const headers = { ...HEADERS, authorization: this.#authorization, ...(body && { 'content-type': 'application/json' }) };
    try {
      signal.throwIfAborted();
      this.#dispatcher?.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body: body ?? null }, exchange);
      const answer = await exchange.answer;
      this.#reached = true;
      status = answer.status;
      return answer;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      isHeldBack ||= error instanceof TooLate;
      throw this.#explain(error, url);
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
      permit?.release();
      if (!signal.aborted && !isHeldBack) onAnswer?.({ status, waitedMs, ms: sentAt === undefined ? undefined : clock.now() - sentAt });
    }
  }

  #explain(error: unknown, url: URL): ExchangeError | TooLate {
    if (error instanceof ExchangeError || error instanceof TooLate) return error;
    const { name, code: own, cause } = Object(error);
    const code = String(own ?? Object(cause).code ?? (name === 'HTTPParserError' ? NOT_HTTP : 'ERROR'));
    // A name that has been resolved before will be again; one that never was is a typing mistake.
    const unknownHost = (code === 'ENOTFOUND' || code === 'EAI_AGAIN') && !this.#reached;
    const [place, isFatal] = [hostAndPort(url) + proxyIn(error, url), unknownHost || TLS_CODES.test(code)];
    return new ExchangeError(code, place, isFatal, plainError(error, this.#redacted));
  }
}

function redirectError({ origin }: URL, status: number, location: string | undefined): CioError {
  const where = location?.trim() ? 'to a place outside Customer.io' : 'without a Location header';
  return new CioError('CIO_REGION', `the API at ${origin} redirects ${where} (HTTP ${status})`);
}

/** The host that could not be reached, if that is not the API's own. */
function proxyIn(error: unknown, url: URL): string {
  // One that has several addresses fails with an error for each.
  const { hostname, address, port } = Object(Reflect.get(Object(error), 'errors')?.[0] ?? error);
  const isOther = port === undefined ? hostname !== undefined && hostname !== url.hostname : !hostAndPort(url).endsWith(`:${port}`);
  return isOther ? `, by way of ${[hostname ?? address, port].filter(Boolean).join(':')}` : '';
}
