/**
 * GET requests to any web server: undici, proxies from the environment, redirects that are as safe as what was asked for.
 * Credentials go to the server that they were given for, and to no other. No retries here.
 */
import type { Dispatcher } from 'undici';
import { openConnections } from '../../address.ts';
import { systemClock } from '../../clock.ts';
import { retryAfterMs } from '../../track/retry-after.ts';
import { isSafe, type WebAddress } from './address.ts';

/** What came back. */
export interface WebReply {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Dispatcher.ResponseData['body'];
  /** Where it came from, behind all redirects. */
  readonly url: URL;
}

/** An answer that is not what was asked for. */
export class WebRefusal extends Error {
  override readonly name: string = 'WebRefusal';
  readonly status: number | undefined;
  readonly askedMs: number | undefined;
  constructor(message: string, status?: number, askedMs?: number) {
    super(message);
    this.status = status;
    this.askedMs = askedMs;
  }
}

const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const ANSWERS = new Set([200, 206, 416]);
// Who names no encoding takes any; a compressed file is one by itself.
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'customerio-streams' };

/** Connections to web servers. */
export class WebClient {
  readonly #dispatcher: Dispatcher;

  private constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  /** Loads undici; nothing is asked yet. */
  static async open(): Promise<WebClient> {
    return new WebClient(await openConnections());
  }

  /** Asks for something. The body must be read, or destroyed. Throws {@link WebRefusal}, or what the network says. */
  async get({ url, authorization }: WebAddress, headers: Record<string, string>, signal: AbortSignal): Promise<WebReply> {
    let [at, credentials] = [url, authorization];
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const reply = await this.#send(at, { ...headers, ...(credentials === undefined ? {} : { authorization: credentials }) }, signal);
      const location = reply.header('location');
      if (!REDIRECTS.has(reply.status) || location === undefined) return answered(reply);
      reply.body.destroy();
      const target = targetOf(location, at, reply.status);
      if (target.origin !== at.origin) credentials = undefined;
      at = target;
    }
    throw new WebRefusal(`it redirects more than ${MAX_REDIRECTS} times`);
  }

  async #send(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<WebReply> {
    const {
      statusCode,
      headers: received,
      body,
    } = await this.#dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { ...HEADERS, ...headers },
      signal,
    });
    // It may be destroyed before anybody reads it: an error without a listener would end the process.
    body.on('error', () => {});
    return { status: statusCode, header: (name) => [received[name]].flat()[0], body, url };
  }
}

function answered(reply: WebReply): WebReply {
  if (ANSWERS.has(reply.status)) return reply;
  reply.body.destroy();
  throw new WebRefusal(`it answered ${reply.status}`, reply.status, retryAfterMs(reply.header('retry-after'), systemClock.wall()));
}

/** Where a redirect leads. It must not leave https, nor lead to plain http on another machine. */
function targetOf(location: string, from: URL, status: number): URL {
  if (!URL.canParse(location, from.href)) throw new WebRefusal(`it redirects to something that is not an address (${status})`);
  const target = new URL(location, from.href);
  const isLess = !isSafe(target) || (from.protocol === 'https:' && target.protocol !== 'https:');
  if (isLess) throw new WebRefusal(`it redirects to ${target.protocol}//${target.host}, which is not safe (${status})`);
  [target.username, target.password] = ['', ''];
  return target;
}
