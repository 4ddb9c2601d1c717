/** The objects of a GCS server: generations, preconditions, hashes, listings. No HTTP. */
import { createHash } from 'node:crypto';
import { crc32c } from './crc32c.ts';

/** What an upload says of its object. */
export interface ObjectMeta {
  name?: string;
  contentType?: string;
  metadata?: Record<string, string>;
  md5Hash?: string;
  crc32c?: string;
}

/** A stored object. */
export interface StoredObject {
  readonly name: string;
  readonly data: Buffer;
  readonly generation: number;
  readonly resource: Record<string, unknown>;
}

/** An error as GCS reports it. */
export class GcsError extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** One bucket. */
export class GcsBucket {
  readonly #name: string;
  /** So many objects are on a page at most. */
  pageSize = 1_000;
  readonly #objects = new Map<string, StoredObject>();
  #generation = 1_700_000_000_000_000;

  constructor(name: string) {
    this.#name = name;
  }

  /** Throws where a precondition of the query does not hold. */
  check(name: string, query: URLSearchParams): void {
    const current = this.#objects.get(name)?.generation ?? 0;
    const wanted = query.get('ifGenerationMatch');
    if (wanted !== null && wanted !== String(current)) {
      throw new GcsError(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
    }
  }

  store(meta: ObjectMeta, data: Buffer, query: URLSearchParams, hashes = ''): StoredObject {
    const name = meta.name ?? '';
    if (name === '') throw new GcsError(400, 'required', 'Required');
    if (Buffer.byteLength(name) > 1024) throw new GcsError(400, 'invalid', 'The maximum object length is 1024 characters');
    this.check(name, query);
    const [md5, crc] = [createHash('md5').update(data).digest('base64'), crc32c(data)];
    const wanted = { md5: meta.md5Hash ?? /md5=([^,]+)/.exec(hashes)?.[1], crc: meta.crc32c ?? /crc32c=([^,]+)/.exec(hashes)?.[1] };
    if ((wanted.md5 && wanted.md5 !== md5) || (wanted.crc && wanted.crc !== crc)) {
      throw new GcsError(400, 'invalid', "Provided hash doesn't match calculated hash");
    }
    const generation = ++this.#generation;
    const resource = {
      kind: 'storage#object',
      name,
      bucket: this.#name,
      generation: String(generation),
      metageneration: '1',
      contentType: meta.contentType ?? 'application/octet-stream',
      size: String(data.length),
      md5Hash: md5,
      crc32c: crc,
      metadata: meta.metadata,
    };
    const stored = { name, data, generation, resource };
    this.#objects.set(name, stored);
    return stored;
  }

  get(name: string): StoredObject {
    const found = this.#objects.get(name);
    if (found === undefined) throw new GcsError(404, 'notFound', `No such object: ${this.#name}/${name}`);
    return found;
  }

  delete(name: string, query: URLSearchParams): void {
    this.get(name);
    this.check(name, query);
    this.#objects.delete(name);
  }

  /** A page of a listing, in the order of names. */
  list(query: URLSearchParams): { items: unknown[]; nextPageToken?: string } {
    const prefix = query.get('prefix') ?? '';
    const after = Buffer.from(query.get('pageToken') ?? '', 'base64').toString();
    const names = [...this.#objects.keys()].filter((name) => name.startsWith(prefix) && (after === '' || name > after)).sort();
    const page = names.slice(0, Math.min(this.pageSize, Number(query.get('maxResults') ?? 1000)));
    const items = page.map((name) => this.get(name).resource);
    return names.length > page.length ? { items, nextPageToken: Buffer.from(String(page.at(-1))).toString('base64') } : { items };
  }
}
