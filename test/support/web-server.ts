/** A web server in this process: files with ETags, ranges and what servers do about them, redirects, and faults on demand. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { Faults } from './object-storage/faults.ts';
import { PausableServer } from './object-storage/pausable-server.ts';

/** A file and how it is served. */
export interface WebFile {
  readonly bytes?: string | Buffer;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** It is not served in parts. */
  readonly noRanges?: boolean;
  /** Parts come whatever If-Range says. */
  readonly ignoresIfRange?: boolean;
  /** Its length is not said, and it ends with the connection. */
  readonly openEnded?: boolean;
}

/** A running server. */
export class WebServer extends PausableServer {
  readonly faults: Faults = new Faults();
  readonly files: Map<string, WebFile> = new Map();
  readonly requests: IncomingMessage[] = [];
  /** Called before a request is answered. */
  onRequest: (request: IncomingMessage) => void = () => {};

  constructor() {
    super((request, response) => this.#serve(request, response));
  }

  static async start(t: TestContext): Promise<WebServer> {
    const server = new WebServer();
    await server.resume();
    t.after(() => server.pause());
    return server;
  }

  /** The ranges that were asked for, in order. */
  get ranges(): (string | undefined)[] {
    return this.requests.map(({ headers }) => headers.range);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request);
    this.onRequest(request);
    if (this.faults.meet(request, response, (status) => response.writeHead(status).end('<html>'))) return;
    const file = this.files.get(String(request.url).split('?')[0] ?? '');
    if (file === undefined) return void response.writeHead(404).end('<html>not found</html>');
    send(request, response, file);
  }
}

function send(request: IncomingMessage, response: ServerResponse, file: WebFile): void {
  const { status = 200, headers = {}, noRanges, ignoresIfRange, openEnded } = file;
  const bytes = Buffer.from(file.bytes ?? '');
  if (openEnded) {
    response.useChunkedEncodingByDefault = false;
    response.writeHead(status, { ...headers, connection: 'close' }).end(bytes);
    return;
  }
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const condition = request.headers['if-range'];
  const isSame = ignoresIfRange || condition === undefined || condition === headers.etag || condition === headers['last-modified'];
  if (from === undefined || noRanges || status !== 200 || !isSame) {
    response.writeHead(status, { 'content-length': bytes.length, ...headers }).end(bytes);
    return;
  }
  const [start, end] = [Number(from), to === '' ? bytes.length : Math.min(Number(to) + 1, bytes.length)];
  if (start >= bytes.length) return void response.writeHead(416, { ...headers, 'content-range': `bytes */${bytes.length}` }).end();
  const part = { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}`, 'content-length': end - start };
  response.writeHead(206, { ...headers, ...part }).end(bytes.subarray(start, end));
}
