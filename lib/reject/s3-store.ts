/**
 * Objects in S3, or in what speaks its protocol. Uploads go in parts of bounded memory; S3 shows an object only when
 * the last part is confirmed, and an upload that fails is aborted. `If-None-Match` keeps what is there already.
 */
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { factsOf } from './clean-error.ts';
import { loadSdk } from './load-sdk.ts';
import { clientOptions, onRequest } from './s3-client.ts';
import { s3Fault } from './s3-faults.ts';
import type { BucketPlace, Deed, Fault, ObjectStore, Page, Parcel } from './store.ts';
import type { S3Access } from './store-options.ts';
import { TemporaryFolder } from './temporary-folder.ts';

/** S3's own least size of a part; four are under way at a time. */
const PART_BYTES = 5 * 1024 * 1024;
const TOKEN = 'cio-token';

type Sdk = typeof import('@aws-sdk/client-s3') & typeof import('@aws-sdk/lib-storage');

/** A prefix in a bucket. */
export class S3Store implements ObjectStore {
  readonly location: string;
  readonly gathersElsewhere = true;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #access: S3Access;
  readonly #gathering = new TemporaryFolder();
  #sdk: Sdk | undefined;
  #client: S3Client | undefined;
  #region: string | undefined;
  #asked: string | undefined;
  #worked = false;
  /** False where the server does not know `If-None-Match`. */
  #conditional = true;

  constructor({ bucket, prefix, location }: BucketPlace, access: S3Access) {
    this.location = location;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#access = access;
  }

  /** Loads the SDK; S3 itself is asked by checkStore(), or by the first object. */
  async open(): Promise<void> {
    const [client, upload] = await loadSdk('s3://', () => Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]));
    this.#sdk = { ...client, ...upload };
    this.#client = new client.S3Client(await clientOptions(this.#access));
    onRequest(this.#client, (peer) => {
      this.#asked = peer;
    });
    this.#region = await this.#client.config.region().catch(() => undefined);
  }

  spoolPath(): Promise<string> {
    return this.#gathering.path();
  }

  async put(name: string, parcel: Parcel, signal: AbortSignal): Promise<boolean> {
    const known = !this.#conditional || parcel.bytes > PART_BYTES ? await this.#tokenOf(name, signal) : undefined;
    if (known !== undefined) return known === parcel.token;
    const { Upload } = this.#ready();
    const body = parcel.body().on('error', () => {});
    const upload = new Upload({
      client: this.#client as S3Client,
      partSize: PART_BYTES,
      params: {
        ...this.#at(name),
        Body: body,
        ContentType: parcel.contentType,
        Metadata: { [TOKEN]: parcel.token },
        ...(this.#conditional ? { IfNoneMatch: '*' } : {}),
      },
    });
    const abort = (): void => void upload.abort();
    signal.addEventListener('abort', abort);
    try {
      await upload.done();
      this.#worked = true;
      return true;
    } catch (error) {
      return this.#refused(error, name, parcel, signal);
    } finally {
      signal.removeEventListener('abort', abort);
      body.destroy();
    }
  }

  async list(under: string, page: string | undefined, signal: AbortSignal): Promise<Page> {
    const { ListObjectsV2Command } = this.#ready();
    const start = this.#prefix + under;
    const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: start, ContinuationToken: page });
    const { Contents = [], NextContinuationToken: next } = await this.#send((client) => client.send(command, { abortSignal: signal }));
    const objects = Contents.map(({ Key = '', Size = 0 }) => ({ name: Key.slice(this.#prefix.length), bytes: Size }));
    return { objects, next };
  }

  async read(name: string, from: number, signal: AbortSignal): Promise<Readable> {
    const { GetObjectCommand } = this.#ready();
    const command = new GetObjectCommand({ ...this.#at(name), ...(from > 0 ? { Range: `bytes=${from}-` } : {}) });
    const { Body } = await this.#send((client) => client.send(command, { abortSignal: signal }));
    return Body as Readable;
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    const { DeleteObjectCommand } = this.#ready();
    await this.#send((client) => client.send(new DeleteObjectCommand(this.#at(name)), { abortSignal: signal }));
  }

  explain(error: unknown, deed: Deed): Fault {
    const { accessKeyId, secretAccessKey, sessionToken } = this.#access;
    const where = {
      bucket: this.#bucket,
      region: this.#region,
      worked: this.#worked,
      asked: this.#asked,
      secrets: [secretAccessKey, sessionToken, accessKeyId],
    };
    return s3Fault(error, deed, where);
  }

  async close(): Promise<void> {
    this.#client?.destroy();
    await this.#gathering.remove();
  }

  /** Whether what is in the way is this very object: then an earlier attempt got through and only its answer was lost. */
  async #refused(error: unknown, name: string, parcel: Parcel, signal: AbortSignal): Promise<boolean> {
    const { status, name: code } = factsOf(error);
    if (status === 412) return (await this.#tokenOf(name, signal)) === parcel.token;
    if (code !== 'NotImplemented' || !this.#conditional) throw error;
    this.#conditional = false;
    return this.put(name, parcel, signal);
  }

  /** The token of what is there, empty for a foreign object; undefined where there is nothing, or nothing to be seen. */
  async #tokenOf(name: string, signal: AbortSignal): Promise<string | undefined> {
    const { HeadObjectCommand } = this.#ready();
    try {
      const { Metadata } = await this.#send((client) => client.send(new HeadObjectCommand(this.#at(name)), { abortSignal: signal }));
      return Metadata?.[TOKEN] ?? '';
    } catch (error) {
      // Without the permission to list, S3 says 403 of what is not there.
      const { status } = factsOf(error);
      if (status === 404 || status === 403) return undefined;
      throw error;
    }
  }

  async #send<T>(run: (client: S3Client) => Promise<T>): Promise<T> {
    const result = await run(this.#client as S3Client);
    this.#worked = true;
    return result;
  }

  #ready(): Sdk {
    if (this.#sdk === undefined) throw new Error('not opened');
    return this.#sdk;
  }

  #at(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + name };
  }
}
