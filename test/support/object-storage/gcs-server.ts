/**
 * A Google Cloud Storage server in this process, as far as its JSON API serves for rejects: uploads, reading, listing,
 * deleting, preconditions, hashes, bearer tokens that expire, permissions, and faults on demand.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { Faults } from './faults.ts';
import { GcsBucket, GcsError, type StoredObject } from './gcs-objects.ts';
import { bodyOf, GcsUploads } from './gcs-uploads.ts';
import { PausableServer } from './pausable-server.ts';

/** What the token may not do, if denied. */
export type Action = 'put' | 'get' | 'list' | 'delete';

/** A running server. */
export class GcsServer extends PausableServer {
  readonly faults: Faults = new Faults();
  readonly buckets: Map<string, GcsBucket> = new Map();
  readonly uploads: GcsUploads = new GcsUploads();
  readonly requests: string[] = [];
  /** Tokens that are taken; undefined for a server that asks for none. */
  tokens: Set<string> | undefined;
  denied: readonly Action[] = [];
  onRequest: (request: IncomingMessage) => unknown = () => {};
  /** How many tokens the server has given out. */
  issued = 0;

  constructor() {
    super((request, response) => void this.#serve(request, response));
  }

  static async start(t: TestContext): Promise<GcsServer> {
    const server = new GcsServer();
    await server.resume();
    t.after(() => server.pause());
    return server;
  }

  /** In so many of the next objects a byte is another one on arrival. */
  get damaged(): number {
    return this.uploads.damaged;
  }
  set damaged(count: number) {
    this.uploads.damaged = count;
  }

  createBucket(name: string): void {
    this.buckets.set(name, new GcsBucket(name));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url}`);
    this.onRequest(request);
    const refuse = (status: number, reason: string, message = 'asked for by the test'): void => {
      const error = { code: status, message, errors: [{ message, domain: 'global', reason }] };
      if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    };
    if (this.faults.meet(request, response, refuse)) return;
    try {
      const answer = await this.#answer(request, response);
      if (answer !== undefined) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      request.resume();
      if (error instanceof GcsError) refuse(error.status, error.reason, error.message);
      else request.socket.destroy();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(String(request.url), 'http://server');
    const { searchParams: query, pathname } = url;
    if (pathname === '/token') return this.#token(request);
    const session = query.get('upload_id');
    // The address of a session is its authority.
    if (session !== null && request.method === 'PUT') return this.uploads.put(session, request, response);
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (this.tokens !== undefined && !this.tokens.has(given ?? '')) throw new GcsError(401, 'authError', 'Invalid Credentials');
    const [, bucketName = '', name] = /^(?:\/upload|\/download)?\/storage\/v1\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(pathname) ?? [];
    const bucket = this.buckets.get(decodeURIComponent(bucketName));
    if (bucket === undefined) throw new GcsError(404, 'notFound', 'The specified bucket does not exist.');
    const action = request.method === 'DELETE' ? 'delete' : request.method === 'POST' ? 'put' : name === undefined ? 'list' : 'get';
    if (this.denied.includes(action)) throw new GcsError(403, 'forbidden', 'does not have access');
    if (action === 'put') return this.uploads.post(bucket, query, request, response);
    if (name === undefined) return { kind: 'storage#objects', ...bucket.list(query) };
    const key = decodeURIComponent(name);
    if (action === 'get') bucket.check(key, query);
    if (action === 'get') return query.get('alt') === 'media' ? send(bucket.get(key), request, response) : bucket.get(key).resource;
    bucket.delete(key, query);
    response.writeHead(204).end();
  }

  /** OAuth's token exchange, as for workload identities. */
  async #token(request: IncomingMessage): Promise<unknown> {
    await bodyOf(request);
    const token = `token-${++this.issued}`;
    this.tokens?.add(token);
    return {
      access_token: token,
      token_type: 'Bearer',
      expires_in: 3600,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    };
  }
}

function send({ data, resource }: StoredObject, request: IncomingMessage, response: ServerResponse): undefined {
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const [start, end] = [Number(from), to === '' ? data.length - 1 : Number(to)];
  if (start >= data.length && start > 0) throw new GcsError(416, 'requestedRangeNotSatisfiable', 'range');
  const part = data.subarray(start, end + 1);
  const headers = {
    'content-type': String(resource.contentType),
    'x-goog-hash': `crc32c=${resource.crc32c}`,
    'content-length': part.length,
  };
  if (request.headers.range === undefined) response.writeHead(200, headers).end(part);
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end}/${data.length}` }).end(part);
}
