/**
 * Lines -> objects of an object store. Each group of rejections gathers in a local staging file; when that is large or old
 * enough, or at a flush, it becomes an object, whole or not at all. So memory is flat, an upload that failed can be repeated
 * from its first byte, a killed process leaves no half object, and what the store never took goes into the fallback file.
 */
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Cancel } from '../clock.ts';
import { CioError } from '../errors.ts';
import type { KeptMapping } from '../record/kept-mapping.ts';
import type { Origin } from '../record/origin.ts';
import { MappingsBeside } from '../storage/kept-mappings.ts';
import { type ObjectStore, openedFor, storageError, storageErrorOf, systemFailure } from '../storage/object-store.ts';
import { type RetryPolicy, retrying } from '../storage/retrying.ts';
import type { ObjectEncoding } from './encoding.ts';
import type { FallbackFile } from './fallback-file.ts';
import type { Group, Naming } from './naming.ts';
import type { RejectStore } from './reject-store.ts';
import { StagingFile, StagingFolder } from './staging-file.ts';

/** What a {@link RollingObjects} has to know. */
export interface RollingObjectsOptions extends Omit<RetryPolicy, 'signal'> {
  readonly naming: Naming;
  readonly encoding: ObjectEncoding;
  /** Identifies this run. */
  readonly run: string;
  readonly rollBytes: number;
  readonly rollMs: number;
  readonly fallback: FallbackFile;
  /** Called for a failure in the background: no call of the store was waiting. */
  onError(error: CioError): void;
}

/** The most staging files that are open. When another is needed, the one that was not written to for longest becomes an object. */
const MAX_OPEN = 128;
/** The most uploads in flight. */
const UPLOADS = 4;

/** An object store as a place for lines. */
export class RollingObjects implements RejectStore {
  readonly location: string;
  readonly #store: ObjectStore;
  readonly #options: RollingObjectsOptions;
  /** By the key of the group, in the order in which they were last written to. */
  readonly #staged = new Map<string, StagingFile>();
  readonly #folder = new StagingFolder();
  readonly #released = new AbortController();
  readonly #mappings = new MappingsBeside();
  #serial = 0;
  /** Lines that are in no staging file yet. */
  #pending = '';
  #tail: Promise<unknown> = Promise.resolve();
  #cancel: Cancel | undefined;
  /** The error of the store, once it has failed. */
  #failure: CioError | undefined;
  /** The same, with the place of the lines that it did not take. */
  #error: CioError | undefined;

  constructor(store: ObjectStore, options: RollingObjectsOptions) {
    this.location = store.location;
    this.#store = store;
    this.#options = options;
  }

  async open(): Promise<void> {
    await openedFor(this.#store, 'write');
    await this.#store.clearLeft?.();
  }

  keep = (mapping: KeptMapping): string => this.#mappings.add(mapping);

  groupOf(origin: Origin | undefined): Group {
    return this.#options.naming.groupOf(origin);
  }

  write(group: Group, lines: string): Promise<void> {
    return this.#next(async () => {
      const file = await this.#append(group, lines);
      if (file.bytes >= this.#options.rollBytes) await this.#upload([file]);
      this.#startTimer();
    }, lines);
  }

  flush(): Promise<void> {
    return this.#next(() => this.#upload([...this.#staged.values()]));
  }

  release(): void {
    this.#released.abort();
  }

  async close(): Promise<void> {
    await this.#tail;
    this.#cancel?.();
    for (const file of this.#staged.values()) await file.close().catch(() => {});
    this.#staged.clear();
    await this.#store.close();
    await this.#folder.remove();
  }

  /** One step at a time: the timer has steps too. After a failure nothing is tried, but `lines` are kept. */
  #next(step: () => Promise<void>, lines = ''): Promise<void> {
    const done = this.#tail.then(async () => {
      this.#pending = lines;
      try {
        if (this.#failure === undefined) return await step();
      } catch (error) {
        this.#failure = storageErrorOf(this.#store, 'write', error);
      }
      if (this.#error === undefined || lines !== '') this.#error = await this.#rescue(this.#failure);
      throw this.#error;
    });
    this.#tail = done.catch(() => {});
    return done;
  }

  async #rescue(failure: CioError): Promise<CioError> {
    const { fallback } = this.#options;
    const error = await fallback.rescue(failure, this.#staged, this.#pending);
    // Without them a replay needs the flags.
    if (fallback.isMade) await this.#mappings.keepIn(fallback.folder, this.#options).catch(() => {});
    return error;
  }

  async #append(group: Group, lines: string): Promise<StagingFile> {
    let path: string | undefined;
    try {
      const file = this.#staged.get(group.key) ?? (await this.#begin(group));
      path = file.path;
      await file.append(lines);
      this.#pending = '';
      this.#staged.delete(group.key);
      this.#staged.set(group.key, file);
      return file;
    } catch (error) {
      if (error instanceof CioError) throw error;
      const { why, ...failure } = systemFailure(error);
      const where = this.#store.stagingPath ? '' : ` in ${dirname(path ?? tmpdir())}, where they gather`;
      throw storageError(this.location, 'write', { ...failure, why: why + where });
    }
  }

  async #begin(group: Group): Promise<StagingFile> {
    const [stalest] = this.#staged.values();
    if (stalest && this.#staged.size >= MAX_OPEN) await this.#upload([stalest]);
    for (;;) {
      const name = this.#nameFor(group);
      const path = this.#store.stagingPath ? await this.#store.stagingPath(name) : await this.#folder.path();
      if (path === undefined) continue;
      const token = `${this.#options.run}-${this.#serial}`;
      const file = await StagingFile.create(path, { group, name, token, since: this.#options.clock.now() });
      this.#staged.set(group.key, file);
      return file;
    }
  }

  #nameFor(group: Group): string {
    return this.#options.naming.name(group, this.#options.clock.wall(), this.#serial++);
  }

  async #upload(files: readonly StagingFile[]): Promise<void> {
    if (files.length > 0) await this.#mappings.keepIn(this.#store, { ...this.#options, signal: this.#released.signal });
    const waiting = [...files];
    const worker = async (): Promise<void> => {
      for (let file = waiting.shift(); file; file = waiting.shift()) await this.#uploadOne(file);
    };
    const ends = await Promise.allSettled(Array.from({ length: Math.min(UPLOADS, files.length) }, worker));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #uploadOne(file: StagingFile): Promise<void> {
    const { encoding } = this.#options;
    const { object, path, bytes } = file;
    const about = { token: object.token, contentType: encoding.contentType, bytes, ...(encoding.plain ? { file: path } : {}) };
    const put = (): Promise<boolean> =>
      retrying(this.#store, 'write', { ...this.#options, signal: this.#released.signal }, ({ signal, alive }) =>
        this.#store.put(object.name, { ...about, body: () => encoding.encode(() => file.read(alive)) }, signal),
      );
    while (!(await put())) object.name = this.#nameFor(object.group);
    this.#staged.delete(object.group.key);
    await file.discard();
  }

  /** Uploads what is old enough, when the oldest is. */
  #startTimer(): void {
    const { clock, rollMs, onError } = this.#options;
    if (this.#cancel || this.#staged.size === 0) return;
    const ages = Array.from(this.#staged.values(), ({ object }) => object.since);
    this.#cancel = clock.timer(Math.max(0, Math.min(...ages) + rollMs - clock.now()), () => {
      this.#cancel = undefined;
      const isOld = ({ object }: StagingFile): boolean => object.since + rollMs <= clock.now();
      this.#next(async () => {
        await this.#upload([...this.#staged.values()].filter(isOld));
        this.#startTimer();
      }).catch(onError);
    });
  }
}
