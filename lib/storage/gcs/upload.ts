/**
 * One object on its way to GCS. A small one goes in one request; a large one in chunks to a session, which remembers what
 * has arrived: an attempt that follows a failure sends what is missing. GCS compares the checksum before the object can be
 * read. `ifGenerationMatch: 0` keeps what is there already.
 */
import { createHash } from 'node:crypto';
import type { ObjectUpload } from '../object-store.ts';
import { type GcsClient, GcsRefusal, type GcsReply, type GcsRequest, notGcs, readJson } from './client.ts';

/** A multiple of 256 KiB, as GCS wants it. So much of each upload is in memory. */
const CHUNK_BYTES = 5 * 1024 * 1024;
const NEW = { ifGenerationMatch: 0 };

/** What goes with an object: its token is in the metadata. */
export interface Target {
  readonly client: GcsClient;
  readonly bucket: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The sessions of uploads that are not done, by the name of the object. */
export type Sessions = Map<string, string>;

/** Stores the bytes of `object`. Throws `GcsRefusal`, with 412 if the name is taken. */
export async function upload(target: Target, object: ObjectUpload, sessions: Sessions, signal: AbortSignal): Promise<void> {
  const { client, name } = target;
  const sum = client.checksum();
  try {
    let session = await Session.resume(target, sessions, signal);
    for await (const { bytes, from, isLast } of chunks(object.body())) {
      if (session?.isDone) break;
      sum.update(bytes);
      if (isLast && session === undefined) await sendWhole(target, object, bytes, String(sum), signal);
      else {
        session ??= await Session.begin(target, object, sessions, signal);
        await session.send(bytes, from, isLast ? String(sum) : undefined, signal);
      }
    }
    sessions.delete(name);
  } catch (error) {
    // After a refusal of the upload itself the next attempt starts from the first byte.
    if (error instanceof GcsRefusal && error.code < 500 && error.code !== 408 && error.code !== 429) sessions.delete(name);
    throw error;
  }
}

interface Chunk {
  readonly bytes: Buffer;
  readonly from: number;
  readonly isLast: boolean;
}

/** The same bytes in chunks; the last may be smaller, and is empty for no bytes at all. */
async function* chunks(body: AsyncIterable<Buffer>): AsyncGenerator<Chunk> {
  let gathered: Buffer[] = [];
  let length = 0;
  let from = 0;
  for await (const piece of body) {
    gathered.push(piece);
    length += piece.length;
    // One byte more must be there: it is known then that this chunk is not the last.
    while (length > CHUNK_BYTES) {
      const all = Buffer.concat(gathered);
      yield { bytes: all.subarray(0, CHUNK_BYTES), from, isLast: false };
      from += CHUNK_BYTES;
      gathered = [all.subarray(CHUNK_BYTES)];
      length -= CHUNK_BYTES;
    }
  }
  yield { bytes: Buffer.concat(gathered), from, isLast: true };
}

/** multipart/related: what it is called, and the bytes. */
async function sendWhole(target: Target, object: ObjectUpload, bytes: Buffer, crc32c: string, signal: AbortSignal): Promise<void> {
  const border = `cio-${createHash('sha256').update(bytes).digest('hex')}`;
  const head = JSON.stringify({ ...resourceOf(target, object), crc32c });
  const body = Buffer.concat([
    Buffer.from(`--${border}\r\nContent-Type: application/json; charset=utf-8\r\n\r\n${head}\r\n`),
    Buffer.from(`--${border}\r\nContent-Type: ${object.contentType}\r\n\r\n`),
    bytes,
    Buffer.from(`\r\n--${border}--\r\n`),
  ]);
  const headers = { 'content-type': `multipart/related; boundary=${border}` };
  await checkStored(await target.client.send({ ...startOf(target, 'multipart', signal), headers, body }));
}

function resourceOf({ name, metadata }: Target, { contentType }: ObjectUpload): object {
  return { name, contentType, metadata };
}

function startOf({ bucket, name }: Target, uploadType: string, signal: AbortSignal): GcsRequest {
  const path = `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  return { method: 'POST', path, query: { uploadType, name, ...NEW }, signal };
}

/** An upload in chunks. */
class Session {
  isDone = false;
  readonly #client: GcsClient;
  readonly #uri: string;
  /** So many bytes have arrived. */
  #arrived = 0;

  private constructor(client: GcsClient, uri: string) {
    this.#client = client;
    this.#uri = uri;
  }

  static async begin(target: Target, object: ObjectUpload, sessions: Sessions, signal: AbortSignal): Promise<Session> {
    const headers = { 'content-type': 'application/json; charset=utf-8', 'x-upload-content-type': object.contentType };
    const body = Buffer.from(JSON.stringify(resourceOf(target, object)));
    const reply = await target.client.send({ ...startOf(target, 'resumable', signal), headers, body });
    await drained(reply);
    const uri = String(reply.headers.location);
    if (!/^https?:/i.test(uri)) throw notGcs(reply.status);
    sessions.set(target.name, uri);
    return new Session(target.client, uri);
  }

  /** Continues the session of an earlier attempt after the bytes that have arrived; undefined if there is none any more. */
  static async resume({ client, name }: Target, sessions: Sessions, signal: AbortSignal): Promise<Session | undefined> {
    const uri = sessions.get(name);
    if (uri === undefined) return undefined;
    const session = new Session(client, uri);
    try {
      await session.#put(Buffer.alloc(0), 'bytes */*', undefined, signal);
      return session;
    } catch (error) {
      // Nor is it known what a 200 means that does not hold an object: the object that is there keeps its name.
      if (!(error instanceof GcsRefusal && (error.code === 404 || error.code === 410 || error.code < 300))) throw error;
      sessions.delete(name);
      return undefined;
    }
  }

  /** Sends what is missing of these bytes. With the checksum of all bytes they are the last, and the object is stored. */
  async send(bytes: Buffer, from: number, crc32c: string | undefined, signal: AbortSignal): Promise<void> {
    const end = from + bytes.length;
    while (!this.isDone && (this.#arrived < end || crc32c !== undefined)) {
      const before = this.#arrived;
      // Bytes that had arrived are gone, or more than were sent have come.
      if (before < from || before > end) throw new GcsRefusal(410, 'the session of the upload is confused');
      const range = `bytes ${before === end ? '*' : `${before}-${end - 1}`}/${crc32c === undefined ? '*' : end}`;
      await this.#put(bytes.subarray(before - from), range, crc32c, signal);
      if (!this.isDone && this.#arrived <= before) throw new GcsRefusal(503, 'nothing of what was sent has arrived');
    }
  }

  async #put(body: Buffer, range: string, crc32c: string | undefined, signal: AbortSignal): Promise<void> {
    const headers = { 'content-range': range, ...(crc32c === undefined ? {} : { 'x-goog-hash': `crc32c=${crc32c}` }) };
    const reply = await this.#client.send({ method: 'PUT', path: this.#uri, headers, body, signal });
    this.isDone = reply.status !== 308;
    await (this.isDone ? checkStored(reply) : drained(reply));
    const [, last] = /^bytes=0-(\d+)$/.exec(String(reply.headers.range)) ?? [];
    this.#arrived = last === undefined ? 0 : Number(last) + 1;
  }
}

/** GCS answers with the object that it has stored. */
async function checkStored(reply: GcsReply): Promise<void> {
  if (typeof (await readJson(reply)).name !== 'string') throw notGcs(reply.status);
}

async function drained({ body }: GcsReply): Promise<void> {
  await body.text();
}
