/**
 * The control calls, beside the API: a table of routes, and who may use them. What changes something is refused if a page
 * of another origin asks for it: any page of the web can send requests here, though it reads no answers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodedPart } from '../../address.ts';
import { CioError } from '../../errors.ts';
import { type ApiReply, metaError } from '../api.ts';
import type { SandboxCore } from '../core.ts';
import { respond } from '../respond.ts';
import { Live } from './live.ts';
import { type Handler, ROUTES, type Route } from './routes.ts';

const NO_STORE = { 'cache-control': 'no-store' };

/** Answers everything that is not the API's. */
export class Control {
  readonly #core: SandboxCore;
  readonly #live: Live;

  constructor(core: SandboxCore) {
    this.#core = core;
    this.#live = new Live(core);
  }

  /** Answers a request for `path`. */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const reply = await this.#replyTo(request, response, path);
    const { clock } = this.#core.settings;
    if (reply) await respond(response, reply, {}, { clock, signal: this.#core.closing.signal });
  }

  async #replyTo(request: IncomingMessage, response: ServerResponse, path: string): Promise<ApiReply | undefined> {
    const found = routeFor(path);
    if (found === undefined) return metaError(404, 'Not Found');
    const { route, rest } = found;
    const method = request.method ?? '';
    const handler: Handler | undefined = Object.hasOwn(route, method) ? route[method] : undefined;
    if (handler === undefined) return metaError(405, 'Method Not Allowed', { allow: Object.keys(route).join(', ') });
    if (method !== 'GET' && !isOwnPage(request)) return metaError(403, 'pages of another origin may not change this sandbox');
    const query = new URL(request.url ?? '/', 'http://sandbox').searchParams;
    try {
      const reply = await handler({ core: this.#core, live: this.#live, request, response, query, rest });
      return reply && { ...reply, headers: { ...NO_STORE, ...reply.headers } };
    } catch (error) {
      if (error instanceof CioError) return metaError(400, error.message);
      throw error;
    }
  }
}

/** The route of a path: it alone, or what all begins with a name that ends in a slash. */
function routeFor(path: string): { route: Route; rest: string } | undefined {
  const exact = ROUTES.get(path);
  if (exact) return { route: exact, rest: '' };
  for (const [start, route] of ROUTES)
    if (start !== '/' && start.endsWith('/') && path.startsWith(start)) return { route, rest: decodedPart(path.slice(start.length)) };
  return undefined;
}

/**
 * A browser names the origin of the page with all that may change something; other callers name none. Hosts are compared, and
 * not protocols: a proxy in front of this may speak https.
 */
function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  if (origin === undefined) return true;
  const own = `http://${host}`;
  return URL.canParse(origin) && URL.canParse(own) && new URL(origin).host === new URL(own).host;
}
