/** Uploads to a GCS server: in one request with two parts, and resumable ones with 308 and the status query. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type GcsBucket, GcsError, type ObjectMeta } from './gcs-objects.ts';

const UNIT = 262_144;
const RANGE = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/;

interface Session {
  readonly bucket: GcsBucket;
  readonly query: URLSearchParams;
  readonly meta: ObjectMeta;
  pieces: Buffer[];
  done?: unknown;
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Both kinds of upload. */
export class GcsUploads {
  readonly sessions: Map<string, Session> = new Map();
  /** In so many of the next objects a byte is another one on arrival. */
  damaged = 0;

  /** POST: all at once, or the start of a resumable upload. Gives what to answer; undefined where it has answered. */
  async post(bucket: GcsBucket, query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const body = await bodyOf(request);
    if (query.get('uploadType') === 'resumable') return this.#begin(bucket, query, body, request, response);
    const [meta, data] = twoParts(body, request.headers['content-type'] ?? '');
    return bucket.store(
      { ...meta, name: meta.name ?? query.get('name') ?? '' },
      this.#arrived(data),
      query,
      String(request.headers['x-goog-hash'] ?? ''),
    ).resource;
  }

  /** PUT: a piece of a resumable upload, or the question how far it got. */
  async put(id: string, request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const session = this.sessions.get(id);
    if (session === undefined) {
      request.resume();
      throw new GcsError(404, 'notFound', 'upload not found');
    }
    const [, from, to, total] = RANGE.exec(request.headers['content-range'] ?? '') ?? [];
    if (total !== undefined && from === undefined) {
      request.resume();
      return session.done ?? incomplete(session, response);
    }
    session.pieces = [Buffer.concat(session.pieces).subarray(0, Number(from ?? 0))];
    // A piece that breaks off stays, in whole units, as GCS does it.
    request.once('close', () => request.complete || keepUnits(session));
    for await (const chunk of request) session.pieces.push(chunk);
    const data = Buffer.concat(session.pieces);
    if (to !== undefined && to !== '*' && total === '*') {
      keepUnits(session);
      return incomplete(session, response);
    }
    if (total !== undefined && total !== '*' && data.length < Number(total)) return incomplete(session, response);
    session.done = session.bucket.store(
      session.meta,
      this.#arrived(data),
      session.query,
      String(request.headers['x-goog-hash'] ?? ''),
    ).resource;
    return session.done;
  }

  #arrived(data: Buffer): Buffer {
    if (this.damaged === 0) return data;
    this.damaged--;
    return Buffer.concat([Buffer.from([(data[0] ?? 0) ^ 1]), data.subarray(1)]);
  }

  #begin(bucket: GcsBucket, query: URLSearchParams, body: Buffer, request: IncomingMessage, response: ServerResponse): undefined {
    const meta: ObjectMeta = body.length > 0 ? JSON.parse(body.toString()) : {};
    meta.name ??= query.get('name') ?? '';
    const contentType = request.headers['x-upload-content-type'];
    if (contentType) meta.contentType ??= String(contentType);
    bucket.check(meta.name, query);
    const id = randomUUID();
    this.sessions.set(id, { bucket, query, meta, pieces: [] });
    const path = String(request.url).split('?')[0];
    response.writeHead(200, { location: `http://${request.headers.host}${path}?${query}&upload_id=${id}`, 'content-length': 0 }).end();
  }
}

function keepUnits(session: Session): void {
  const data = Buffer.concat(session.pieces);
  session.pieces = [data.subarray(0, data.length - (data.length % UNIT))];
}

function incomplete({ pieces }: Session, response: ServerResponse): undefined {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  response.writeHead(308, { 'content-length': 0, ...(bytes > 0 ? { range: `bytes=0-${bytes - 1}` } : {}) }).end();
}

/** multipart/related: the metadata as JSON, and the bytes. */
function twoParts(body: Buffer, contentType: string): [ObjectMeta, Buffer] {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (boundary === undefined) throw new GcsError(400, 'invalid', 'no boundary');
  const parts: { head: string; body: Buffer }[] = [];
  const border = Buffer.from(`\r\n--${boundary}`);
  let at = body.indexOf(border.subarray(2)) + border.length - 2;
  for (let end = body.indexOf(border, at); end !== -1; end = body.indexOf(border, at)) {
    const gap = body.indexOf('\r\n\r\n', at);
    parts.push({ head: body.subarray(at, gap).toString(), body: body.subarray(gap + 4, end) });
    at = end + border.length;
  }
  const [first, second] = parts;
  if (first === undefined || second === undefined) throw new GcsError(400, 'invalid', 'two parts were expected');
  const meta: ObjectMeta = JSON.parse(first.body.toString());
  meta.contentType ??= /content-type:\s*([^\r\n]+)/i.exec(second.head)?.[1] ?? 'application/octet-stream';
  return [meta, second.body];
}
