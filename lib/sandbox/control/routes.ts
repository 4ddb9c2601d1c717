/** Each control call: its path, its methods, what it answers. A path that ends in a slash has something behind it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CioError } from '../../errors.ts';
import { type ApiReply, jsonReply, metaError } from '../api.ts';
import type { SandboxCore } from '../core.ts';
import { shownRequest } from '../log/plain-log.ts';
import { SANDBOX_SHAPE } from '../options.ts';
import { pageFile } from '../page-files.ts';
import { readWhole } from '../respond.ts';
import { COLLECTIONS, LOGS, personPage } from './collections.ts';
import type { Live } from './live.ts';

/** One control call. */
export interface ControlCall {
  readonly core: SandboxCore;
  readonly live: Live;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** What stands behind the route's path. */
  readonly rest: string;
}

/** Answers a call; undefined if it has taken the response over. Throws `CIO_OPTIONS` for a wrong question. */
export type Handler = (call: ControlCall) => ApiReply | undefined | Promise<ApiReply>;

/** A handler for each method. */
export type Route = Readonly<Record<string, Handler>>;

const MAX_RULES_BYTES = 1_000_000;

const state: Handler = ({ core, query }) => {
  const parts = [...COLLECTIONS].map(([name, part]) => [name, part(core, query)]);
  return jsonReply(200, { counts: core.lazyState().counts, ...Object.fromEntries(parts) });
};

const reset: Handler = ({ core, query }) => {
  core.reset(query.get('faults') === 'true');
  return jsonReply(200, {});
};

const onePart: Handler = ({ core, query, rest }) => {
  const [name = '', id, ...more] = rest.split('/');
  if (name === 'people' && id && more.length === 0) {
    const found = personPage(core, id);
    return found ? jsonReply(200, found) : metaError(404, 'Not Found');
  }
  const part = id === undefined ? COLLECTIONS.get(name) : undefined;
  return part ? jsonReply(200, part(core, query)) : metaError(404, 'Not Found');
};

const oneRequest: Handler = ({ core, rest }) => {
  const found = /^\d+$/.test(rest) ? core.requests.find(Number(rest)) : undefined;
  return found ? jsonReply(200, shownRequest(found)) : metaError(404, 'Not Found');
};

const setFaults: Handler = async ({ core, request }) => {
  // A web page can't send this type to another origin without asking first.
  if (!request.headers['content-type']?.startsWith('application/json')) return metaError(400, 'Content-Type must be application/json');
  const body = await readWhole(request, MAX_RULES_BYTES);
  core.setFaults(readJson(body.toString()));
  return jsonReply(200, {});
};

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CioError('CIO_OPTIONS', 'malformed JSON', error);
  }
}

const page: Handler = async ({ rest }) => (await pageFile(rest || 'index.html')) ?? metaError(404, 'Not Found');

/** What the page shows for sending here. A key of the user's own is not printed. */
const account: Handler = ({ core }) => {
  const { siteId, apiKey } = core.settings;
  return jsonReply(200, { siteId, ...(apiKey === SANDBOX_SHAPE.apiKey.parse(undefined) && { apiKey }) });
};

/** All of them. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', { GET: page }],
  ['/page/account.json', { GET: account }],
  ['/page/', { GET: page }],
  ['/state', { GET: state, DELETE: reset }],
  ['/state/', { GET: onePart }],
  ['/requests', { GET: ({ core, query }) => jsonReply(200, LOGS.requests(core, query)) }],
  ['/requests/', { GET: oneRequest }],
  ['/refused', { GET: ({ core, query }) => jsonReply(200, LOGS.refused(core, query)) }],
  ['/faults', { GET: ({ core }) => jsonReply(200, { faults: core.faults.rules }), POST: setFaults }],
  ['/events-stream', { GET: ({ live, response }) => live.join(response) }],
]);
