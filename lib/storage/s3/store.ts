/**
 * Objects in S3, or in what speaks its protocol. Uploads go in parts of bounded memory; S3 shows an object only when
 * the last part is confirmed, and an upload that fails is aborted. `If-None-Match` keeps what is there already.
 */
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { bytesFrom } from '../../stream/through.ts';
import { anotherVersion, factsOf } from '../errors.ts';
import { loadSdk } from '../load-sdk.ts';
import type { Action, BucketPlace, BucketStore, Contents, ObjectUpload, Page, Part, StorageError, StoredObject } from '../object-store.ts';
import type { S3Access } from '../options.ts';
import { rangeOf } from '../range.ts';
import { abortable, clientOptions, onlyAnswersOfS3, onRequest } from './client.ts';
import { type Compatibility, ServerCompatibility } from './compatibility.ts';
import { s3Error } from './errors.ts';

/** S3's own least size of a part; four are in flight at a time. */
const PART_BYTES = 5 * 1024 * 1024;
const TOKEN = 'cio-token';

type Sdk = typeof import('@aws-sdk/client-s3') & typeof import('@aws-sdk/lib-storage');

/** A prefix in a bucket. */
export class S3Store implements BucketStore {
  readonly location: string;
  readonly holds: Contents | undefined;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #access: S3Access;
  #sdk: Sdk | undefined;
  /** With the SDK's checksums, and without. */
  readonly #clients = new Map<boolean, S3Client>();
  #region: string | undefined;
  #asked: string | undefined;
  #worked = false;
  readonly #compatibility: ServerCompatibility;

  /** `onNote` is called once for each thing that the server turned out not to know. */
  constructor({ bucket, prefix, location, holds }: BucketPlace, access: S3Access, onNote: (text: string) => void = () => {}) {
    this.location = location;
    this.holds = holds;
    this.#compatibility = new ServerCompatibility(access.requestChecksumCalculation, (note) => onNote(`${location}: ${note}`));
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#access = access;
  }

  /** Loads the SDK; S3 itself is asked by checkStore(), or by the first object. */
  async open(): Promise<void> {
    const [client, upload] = await loadSdk('s3://', () => Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]));
    this.#sdk = { ...client, ...upload };
    const { config } = await this.#clientFor(this.#compatibility.known);
    this.#region = await config.region().catch(() => undefined);
  }

  put(name: string, object: ObjectUpload, signal: AbortSignal): Promise<boolean> {
    return this.#ask('write', (client, compatibility) => this.#put(name, object, client, compatibility, signal));
  }

  async #put(name: string, object: ObjectUpload, client: S3Client, compatibility: Compatibility, signal: AbortSignal): Promise<boolean> {
    const { conditional } = compatibility;
    const known = !conditional || object.bytes > PART_BYTES ? await this.#tokenOf(name, client, signal, compatibility) : undefined;
    if (known !== undefined) return known === object.token;
    const { Upload } = this.#ready();
    const body = bytesFrom(object.body()).on('error', () => {});
    const upload = new Upload({
      client: abortable(client, signal),
      partSize: PART_BYTES,
      params: {
        ...this.#at(name),
        Body: body,
        ContentType: object.contentType,
        Metadata: { [TOKEN]: object.token },
        ...(conditional ? { IfNoneMatch: '*' } : {}),
      },
    });
    const abort = (): void => void upload.abort();
    signal.addEventListener('abort', abort);
    try {
      await upload.done();
      return true;
    } catch (error) {
      // If the object in the way is this very one, an earlier attempt got through and only its answer was lost.
      if (factsOf(error).status === 412) return (await this.#tokenOf(name, client, signal, compatibility)) === object.token;
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      body.destroy();
    }
  }

  async list(under: string, page: string | undefined, signal: AbortSignal): Promise<Page> {
    const { ListObjectsV2Command } = this.#ready();
    const start = this.#prefix + under;
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: start, ContinuationToken: page });
    const answer = await this.#ask('list', (client) => client.send(command, { abortSignal: signal }));
    const { Contents: found = [], NextContinuationToken: next } = answer;
    const objects = found.map(({ Key = '', Size = 0, ETag: version }) => ({
      name: Key.slice(this.#prefix.length),
      bytes: Size,
      version,
    }));
    return { objects, next };
  }

  async find(name: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    const { HeadObjectCommand } = this.#ready();
    const command = new HeadObjectCommand(this.#at(name));
    try {
      const { ContentLength: bytes = 0, ETag: version } = await this.#ask('read', (client) =>
        client.send(command, { abortSignal: signal }),
      );
      return { name, bytes, version };
    } catch (error) {
      if (factsOf(error).status === 404) return undefined;
      throw error;
    }
  }

  async read(name: string, from: number, signal: AbortSignal, { to, version }: Part = {}): Promise<Readable> {
    const { GetObjectCommand } = this.#ready();
    const range = from > 0 || to !== undefined ? { Range: rangeOf(from, to) } : {};
    const command = new GetObjectCommand({ ...this.#at(name), ...range, ...(version === undefined ? {} : { IfMatch: version }) });
    const { Body, ETag } = await this.#ask('read', (client) => client.send(command, { abortSignal: signal }));
    const body = Body as Readable;
    // Not every server knows If-Match.
    if (version !== undefined && ETag !== undefined && ETag !== version) throw anotherVersion(body);
    return body;
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    const { DeleteObjectCommand } = this.#ready();
    const command = new DeleteObjectCommand(this.#at(name));
    await this.#ask('delete', (client) => client.send(command, { abortSignal: signal }));
  }

  explain(error: unknown, action: Action): StorageError {
    const { accessKeyId, secretAccessKey, sessionToken } = this.#access;
    const where = {
      bucket: this.#bucket,
      region: this.#region,
      worked: this.#worked,
      asked: this.#asked,
      secrets: [secretAccessKey, sessionToken, accessKeyId],
    };
    return s3Error(error, action, where);
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.destroy();
  }

  /** The token of what is there, empty for a foreign object; undefined if there is nothing, or it can't be seen. */
  async #tokenOf(name: string, client: S3Client, signal: AbortSignal, { conditional }: Compatibility): Promise<string | undefined> {
    const { HeadObjectCommand } = this.#ready();
    try {
      const { Metadata } = await client.send(new HeadObjectCommand(this.#at(name)), { abortSignal: signal });
      return Metadata?.[TOKEN] ?? '';
    } catch (error) {
      // Without the permission to list, S3 says 403 of what is not there.
      const { status } = factsOf(error);
      if (status === 404 || (status === 403 && conditional)) return undefined;
      // Nothing else would keep what is there.
      if (status === 403) throw Object.assign(new Error('the lookup is refused'), { name: 'LookupRefused', status });
      throw error;
    }
  }

  async #ask<T>(action: Action, run: (client: S3Client, compatibility: Compatibility) => Promise<T>): Promise<T> {
    const answer = await this.#compatibility.run(action, async (known) => run(await this.#clientFor(known), known));
    this.#worked = true;
    return answer;
  }

  async #clientFor(compatibility: Compatibility): Promise<S3Client> {
    const checksums = compatibility.checksums !== false;
    const { S3Client } = this.#ready();
    const options = this.#clients.has(checksums) ? {} : await clientOptions(this.#access, checksums);
    // Others may have been quicker.
    let client = this.#clients.get(checksums);
    if (client === undefined) {
      client = new S3Client(options);
      onlyAnswersOfS3(client);
      onRequest(client, (peer) => {
        this.#asked = peer;
      });
      this.#clients.set(checksums, client);
    }
    return client;
  }

  #ready(): Sdk {
    if (this.#sdk === undefined) throw new Error('not opened');
    return this.#sdk;
  }

  #at(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + name };
  }
}
