/** Objects in Google Cloud Storage, which shows an object only when it is whole. */
import type { Readable } from 'node:stream';
import { anotherVersion, factsOf } from '../errors.ts';
import type { Action, BucketPlace, BucketStore, Contents, ObjectUpload, Page, Part, StorageError, StoredObject } from '../object-store.ts';
import type { GcsAccess } from '../options.ts';
import { rangeOf } from '../range.ts';
import { GcsClient, type GcsRequest, notGcs } from './client.ts';
import { gcsError } from './errors.ts';
import { type Sessions, upload } from './upload.ts';

const PAGE = 1_000;
const OK = 200;
const TOKEN = 'cio-token';

/** A prefix in a bucket. */
export class GcsStore implements BucketStore {
  readonly location: string;
  readonly holds: Contents | undefined;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #access: GcsAccess;
  readonly #sessions: Sessions = new Map();
  #client: GcsClient | undefined;
  #worked = false;

  constructor({ bucket, prefix, location, holds }: BucketPlace, access: GcsAccess) {
    this.location = location;
    this.holds = holds;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#access = access;
  }

  /** Loads the SDK; GCS itself is asked by checkStore(), or by the first object. */
  async open(): Promise<void> {
    this.#client ??= await GcsClient.open(this.#access);
  }

  async put(name: string, object: ObjectUpload, signal: AbortSignal): Promise<boolean> {
    const metadata = { [TOKEN]: object.token };
    const target = { client: this.#ready(), bucket: this.#bucket, name: this.#prefix + name, metadata };
    try {
      await upload(target, object, this.#sessions, signal);
      this.#worked = true;
      return true;
    } catch (error) {
      const { status } = factsOf(error);
      // If the object in the way is this very one, an earlier attempt got through and only its answer was lost.
      if (status === 412) return (await this.#tokenOf(name, signal)) === object.token;
      if (status === 404 && (await this.#bucketIsMissing(signal))) {
        throw Object.assign(new Error('there is no such bucket'), { code: 404 });
      }
      throw error;
    }
  }

  async list(under: string, page: string | undefined, signal: AbortSignal): Promise<Page> {
    const query = { prefix: this.#prefix + under, maxResults: PAGE, pageToken: page };
    const answer = await this.#ready().json({ method: 'GET', path: this.#path(), query, signal });
    const { kind, items = [], nextPageToken: next } = answer as Listing;
    if (kind !== 'storage#objects') throw notGcs(OK);
    this.#worked = true;
    return { objects: items.map((item) => ({ ...listed(item), name: item.name.slice(this.#prefix.length) })), next };
  }

  async find(name: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    try {
      const resource = await this.#json({ method: 'GET', path: this.#path(name), signal });
      if (resource.kind !== 'storage#object') throw notGcs(OK);
      return { ...listed(resource as unknown as Resource), name };
    } catch (error) {
      if (factsOf(error).status === 404) return undefined;
      throw error;
    }
  }

  async read(name: string, from: number, signal: AbortSignal, { to, version }: Part = {}): Promise<Readable> {
    // GCS would unpack what says that it is compressed, unless a client takes that as it is.
    const headers = { 'accept-encoding': 'gzip', ...(from > 0 || to !== undefined ? { range: rangeOf(from, to) } : {}) };
    const query = { alt: 'media', ifGenerationMatch: version };
    const { body, headers: received } = await this.#ready().send({ method: 'GET', path: this.#path(name), query, headers, signal });
    this.#worked = true;
    const generation = received['x-goog-generation'] ?? version;
    // Not every server knows the condition.
    if (version !== undefined && generation !== version) throw anotherVersion(body);
    return body;
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#json({ method: 'DELETE', path: this.#path(name), signal });
    } catch (error) {
      // Another run may have cleared it.
      if (factsOf(error).status !== 404) throw error;
    }
  }

  explain(error: unknown, action: Action): StorageError {
    const secrets = Object.entries(this.#access.credentials ?? {}).flatMap(([name, value]) => (SECRET.test(name) ? [String(value)] : []));
    return gcsError(error, action, { bucket: this.#bucket, worked: this.#worked, secrets, endpoint: this.#client?.endpoint });
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  /** What is not there may also be only the session of an upload. */
  async #bucketIsMissing(signal: AbortSignal): Promise<boolean> {
    return this.list('', undefined, signal).then(
      () => false,
      (error) => factsOf(error).status === 404,
    );
  }

  async #tokenOf(name: string, signal: AbortSignal): Promise<unknown> {
    const { metadata } = await this.#json({ method: 'GET', path: this.#path(name), signal });
    return Reflect.get(Object(metadata), TOKEN);
  }

  async #json(request: GcsRequest): Promise<Record<string, unknown>> {
    const answer = await this.#ready().json(request);
    this.#worked = true;
    return answer;
  }

  #path(name?: string): string {
    const objects = `/storage/v1/b/${encodeURIComponent(this.#bucket)}/o`;
    return name === undefined ? objects : `${objects}/${encodeURIComponent(this.#prefix + name)}`;
  }

  #ready(): GcsClient {
    if (this.#client === undefined) throw new Error('not opened');
    return this.#client;
  }
}

/** A page of a listing, as GCS gives it. */
interface Listing {
  readonly kind?: string;
  readonly items?: readonly Resource[];
  readonly nextPageToken?: string;
}

/** What GCS says of an object. */
interface Resource {
  readonly name: string;
  readonly size?: string;
  readonly generation?: string;
}

function listed({ name, size, generation }: Resource): StoredObject {
  return { name, bytes: Number(size ?? 0), version: generation };
}

/** The fields of a key that must not be shown. */
const SECRET = /private_key|secret|token$/;
