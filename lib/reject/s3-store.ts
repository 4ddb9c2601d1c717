/**
 * Objects in S3, or in what speaks its protocol. Uploads go in parts of bounded memory; S3 shows an object only when
 * the last part is confirmed, and an upload that fails is aborted. `If-None-Match` keeps what is there already.
 */
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { factsOf } from './clean-error.ts';
import { loadSdk } from './load-sdk.ts';
import { clientOptions, heeding, onRequest } from './s3-client.ts';
import { s3Fault } from './s3-faults.ts';
import { type Manners, mannersNote, withManners } from './s3-manners.ts';
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
  /** With the SDK's checksums, and without. */
  readonly #clients = new Map<boolean, Promise<S3Client>>();
  #region: string | undefined;
  #asked: string | undefined;
  #worked = false;
  readonly #onNote: (text: string) => void;
  /** What has worked. */
  readonly #settled = new Set<Deed>();
  #manners: Manners;

  /** `onNote` hears once of what the server turned out not to know. */
  constructor({ bucket, prefix, location }: BucketPlace, access: S3Access, onNote: (text: string) => void = () => {}) {
    this.#onNote = onNote;
    const { requestChecksumCalculation: asked } = access;
    this.#manners = { checksums: asked === 'WHEN_SUPPORTED' ? 'always' : asked === undefined, conditional: true };
    this.location = location;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#access = access;
  }

  /** Loads the SDK; S3 itself is asked by checkStore(), or by the first object. */
  async open(): Promise<void> {
    const [client, upload] = await loadSdk('s3://', () => Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]));
    this.#sdk = { ...client, ...upload };
    const { config } = await this.#clientFor(this.#manners);
    this.#region = await config.region().catch(() => undefined);
  }

  spoolPath(): Promise<string> {
    return this.#gathering.path();
  }

  put(name: string, parcel: Parcel, signal: AbortSignal): Promise<boolean> {
    return this.#mannerly('write', (manners) => this.#put(name, parcel, manners, signal));
  }

  async #put(name: string, parcel: Parcel, manners: Manners, signal: AbortSignal): Promise<boolean> {
    const client = await this.#clientFor(manners);
    const known = !manners.conditional || parcel.bytes > PART_BYTES ? await this.#tokenOf(name, client, signal) : undefined;
    if (known !== undefined) return known === parcel.token;
    const { Upload } = this.#ready();
    const body = parcel.body().on('error', () => {});
    const upload = new Upload({
      client: heeding(client, signal),
      partSize: PART_BYTES,
      params: {
        ...this.#at(name),
        Body: body,
        ContentType: parcel.contentType,
        Metadata: { [TOKEN]: parcel.token },
        ...(manners.conditional ? { IfNoneMatch: '*' } : {}),
      },
    });
    const abort = (): void => void upload.abort();
    signal.addEventListener('abort', abort);
    try {
      await upload.done();
      return true;
    } catch (error) {
      // If the object in the way is this very one, an earlier attempt got through and only its answer was lost.
      if (factsOf(error).status === 412) return (await this.#tokenOf(name, client, signal)) === parcel.token;
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
    const { Contents = [], NextContinuationToken: next } = await this.#mannerly('list', async (manners) =>
      (await this.#clientFor(manners)).send(command, { abortSignal: signal }),
    );
    const objects = Contents.map(({ Key = '', Size = 0 }) => ({ name: Key.slice(this.#prefix.length), bytes: Size }));
    return { objects, next };
  }

  async read(name: string, from: number, signal: AbortSignal): Promise<Readable> {
    const { GetObjectCommand } = this.#ready();
    const command = new GetObjectCommand({ ...this.#at(name), ...(from > 0 ? { Range: `bytes=${from}-` } : {}) });
    const { Body } = await this.#mannerly('read', async (manners) =>
      (await this.#clientFor(manners)).send(command, { abortSignal: signal }),
    );
    return Body as Readable;
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    const { DeleteObjectCommand } = this.#ready();
    const command = new DeleteObjectCommand(this.#at(name));
    await this.#mannerly('delete', async (manners) => (await this.#clientFor(manners)).send(command, { abortSignal: signal }));
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
    for (const client of this.#clients.values()) (await client).destroy();
    await this.#gathering.remove();
  }

  /** Runs `run` with what the server knows, as far as that has turned out. */
  async #mannerly<T>(deed: Deed, run: (manners: Manners) => Promise<T>): Promise<T> {
    const before = this.#manners;
    // What has worked once is not to blame.
    const isSettled = this.#settled.has(deed);
    const { result, manners } = isSettled ? { result: await run(before), manners: before } : await withManners(before, factsOf, run);
    this.#worked = true;
    // A name that is taken was perhaps only looked up.
    if (result === false) return result;
    this.#settled.add(deed);
    // Others may have found out at the same time.
    if (manners !== before && this.#manners === before) {
      this.#manners = manners;
      const note = mannersNote(before, manners);
      if (note !== undefined) this.#onNote(`${this.location}: ${note}`);
    }
    return result;
  }

  /** The token of what is there, empty for a foreign object; undefined where there is nothing, or nothing to be seen. */
  async #tokenOf(name: string, client: S3Client, signal: AbortSignal): Promise<string | undefined> {
    const { HeadObjectCommand } = this.#ready();
    try {
      const { Metadata } = await client.send(new HeadObjectCommand(this.#at(name)), { abortSignal: signal });
      return Metadata?.[TOKEN] ?? '';
    } catch (error) {
      // Without the permission to list, S3 says 403 of what is not there.
      const { status } = factsOf(error);
      if (status === 404 || status === 403) return undefined;
      throw error;
    }
  }

  #clientFor(manners: Manners): Promise<S3Client> {
    const checksums = manners.checksums !== false;
    const known = this.#clients.get(checksums);
    if (known !== undefined) return known;
    const { S3Client } = this.#ready();
    const made = clientOptions(this.#access, checksums).then((options) => {
      const client = new S3Client(options);
      onRequest(client, (peer) => {
        this.#asked = peer;
      });
      return client;
    });
    this.#clients.set(checksums, made);
    return made;
  }

  #ready(): Sdk {
    if (this.#sdk === undefined) throw new Error('not opened');
    return this.#sdk;
  }

  #at(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + name };
  }
}
