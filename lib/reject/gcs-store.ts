/**
 * Objects in Google Cloud Storage. Small ones go in one request, large ones resumably; GCS shows an object only when
 * it is whole. `ifGenerationMatch: 0` goes with every upload: it keeps what is there already, and without it one upload
 * would switch off the SDK's retries for good.
 */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Bucket, File } from '@google-cloud/storage';
import { factsOf } from './clean-error.ts';
import { gcsFault } from './gcs-faults.ts';
import { loadSdk } from './load-sdk.ts';
import type { BucketPlace, Deed, Fault, ObjectStore, Page, Parcel } from './store.ts';
import type { GcsAccess } from './store-options.ts';
import { TemporaryFolder } from './temporary-folder.ts';

/** From here on an upload that breaks is worth going on with. */
const RESUMABLE_BYTES = 5 * 1024 * 1024;
const PAGE = 1_000;
/** A few attempts after a second each (by itself the SDK waits 2 to 3 seconds, and ever longer); patience is persist()'s. */
const RETRIES = { autoRetry: true, maxRetries: 2, maxRetryDelay: 1 };
const TOKEN = 'cio-token';
const NEW = { ifGenerationMatch: 0 };

/** A prefix in a bucket. */
export class GcsStore implements ObjectStore {
  readonly location: string;
  readonly gathersElsewhere = true;
  readonly #bucketName: string;
  readonly #prefix: string;
  readonly #access: GcsAccess;
  readonly #gathering = new TemporaryFolder();
  #bucket: Bucket | undefined;
  #signed = true;
  #worked = false;

  constructor({ bucket, prefix, location }: BucketPlace, access: GcsAccess) {
    this.location = location;
    this.#bucketName = bucket;
    this.#prefix = prefix;
    this.#access = access;
  }

  /** Loads the SDK; GCS itself is asked by checkStore(), or by the first object. */
  async open(): Promise<void> {
    const { Storage } = await loadSdk('gs://', () => import('@google-cloud/storage'));
    const { apiEndpoint, projectId, keyFilename, credentials } = this.#access;
    // To another server than Google's the SDK sends no credentials unless it is told to. An emulator wants none.
    this.#signed = keyFilename !== undefined || credentials !== undefined || !/^http:/i.test(apiEndpoint ?? '');
    const storage = new Storage({
      ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
      ...(projectId === undefined ? {} : { projectId }),
      ...(keyFilename === undefined ? {} : { keyFilename }),
      ...(credentials === undefined ? {} : { credentials }),
      useAuthWithCustomEndpoint: this.#signed,
      retryOptions: RETRIES,
    });
    this.#bucket = storage.bucket(this.#bucketName);
  }

  spoolPath(): Promise<string> {
    return this.#gathering.path();
  }

  async put(name: string, parcel: Parcel, signal: AbortSignal): Promise<boolean> {
    // An upload would hide what is wrong with the credentials. The token is kept while it lasts.
    if (this.#signed) await this.#ready().storage.authClient.getRequestHeaders();
    const to = this.#file(name).createWriteStream({
      resumable: parcel.bytes > RESUMABLE_BYTES && this.#mayResume(),
      validation: 'crc32c',
      contentType: parcel.contentType,
      metadata: { metadata: { [TOKEN]: parcel.token } },
      preconditionOpts: NEW,
    });
    try {
      await pipeline(parcel.body(), to, { signal });
      this.#worked = true;
      return true;
    } catch (error) {
      const { status } = factsOf(error);
      // Where the object in the way is this very one, an earlier attempt got through and only its answer was lost.
      if (status === 412) return (await this.#tokenOf(name)) === parcel.token;
      if (status === 404 && (await this.#bucketIsMissing())) throw Object.assign(new Error('there is no such bucket'), { code: 404 });
      throw error;
    }
  }

  async list(under: string, page: string | undefined): Promise<Page> {
    const query = {
      prefix: this.#prefix + under,
      autoPaginate: false,
      maxResults: PAGE,
      ...(page === undefined ? {} : { pageToken: page }),
    };
    const [files, next] = await this.#ready().getFiles(query);
    this.#worked = true;
    const objects = files.map((file) => ({ name: file.name.slice(this.#prefix.length), bytes: Number(file.metadata.size ?? 0) }));
    return { objects, next: (next as { pageToken?: string } | null)?.pageToken };
  }

  async read(name: string, from: number): Promise<Readable> {
    return this.#file(name).createReadStream({ start: from, decompress: false, validation: false });
  }

  async remove(name: string): Promise<void> {
    await this.#file(name).delete({ ignoreNotFound: true });
    this.#worked = true;
  }

  explain(error: unknown, deed: Deed): Fault {
    const secrets = Object.values(this.#access.credentials ?? {}).filter((value) => typeof value === 'string');
    return gcsFault(error, deed, { bucket: this.#bucketName, worked: this.#worked, secrets });
  }

  async close(): Promise<void> {
    await this.#gathering.remove();
  }

  /** To another server than Google's the SDK starts resumable uploads without credentials, whatever it is told. */
  #mayResume(): boolean {
    return !this.#signed || this.#access.apiEndpoint === undefined;
  }

  /** What is not there may also be only the session of an upload. */
  async #bucketIsMissing(): Promise<boolean> {
    return this.list('', undefined).then(
      () => false,
      (error) => factsOf(error).status === 404,
    );
  }

  async #tokenOf(name: string): Promise<unknown> {
    const [{ metadata }] = await this.#file(name).getMetadata();
    return metadata?.[TOKEN];
  }

  #file(name: string): File {
    return this.#ready().file(this.#prefix + name);
  }

  #ready(): Bucket {
    if (this.#bucket === undefined) throw new Error('not opened');
    return this.#bucket;
  }
}
