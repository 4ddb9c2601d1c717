/**
 * Lines -> objects of an object store. Each group of rejections gathers in a spool, a local file; when that is large or
 * old enough, or at a flush, it becomes an object, whole or not at all. So memory is flat, an upload that failed can be
 * repeated from its first byte, a killed process leaves no half object, and what the store never took is spilled.
 */
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Cancel } from '../clock.ts';
import { CioError } from '../errors.ts';
import type { Origin } from '../record/origin.ts';
import { type ObjectStore, type ObjectUpload, storageError, storageErrorOf, systemFault } from '../storage/object-store.ts';
import { type Attempt, type RetryPolicy, retrying } from '../storage/retrying.ts';
import type { ObjectEncoding } from './encoding.ts';
import type { FallbackFile } from './fallback-file.ts';
import type { Group, Naming } from './naming.ts';
import type { RejectStore } from './reject-store.ts';
import { StagingFile } from './staging-file.ts';

/** What a {@link RollingObjects} has to know. */
export interface RollingObjectsOptions extends Omit<RetryPolicy, 'signal'> {
  readonly naming: Naming;
  readonly encoding: ObjectEncoding;
  /** Tells this run from others. */
  readonly run: string;
  readonly rollBytes: number;
  readonly rollMs: number;
  readonly spill: FallbackFile;
  /** Hears of a failure that nobody is waiting for. */
  onError(error: CioError): void;
}

/** So many spools are open at most; the one that waited longest becomes an object when another is needed. */
const MAX_OPEN = 128;
/** So many objects are on their way at a time. */
const UPLOADS = 4;

/** An object store as a place for lines. */
export class RollingObjects implements RejectStore {
  readonly location: string;
  readonly #store: ObjectStore;
  readonly #options: RollingObjectsOptions;
  /** In the order in which they were last written to. */
  readonly #spools = new Map<string, StagingFile>();
  readonly #released = new AbortController();
  #serial = 0;
  /** Lines that are in no spool yet. */
  #pending = '';
  #tail: Promise<unknown> = Promise.resolve();
  #cancel: Cancel | undefined;
  #error: CioError | undefined;

  constructor(store: ObjectStore, options: RollingObjectsOptions) {
    this.location = store.location;
    this.#store = store;
    this.#options = options;
  }

  async open(): Promise<void> {
    try {
      await this.#store.open();
    } catch (error) {
      throw storageErrorOf(this.#store, 'write', error);
    }
    await this.#store.clearLeft?.();
  }

  groupOf(origin: Origin | undefined): Group {
    return this.#options.naming.groupOf(origin);
  }

  write(group: Group, lines: string): Promise<void> {
    return this.#next(async () => {
      const spool = await this.#taken(group, lines);
      if (spool.bytes >= this.#options.rollBytes) await this.#publish([spool]);
      this.#arm();
    }, lines);
  }

  flush(): Promise<void> {
    return this.#next(() => this.#publish([...this.#spools.values()]));
  }

  salvage(lines: string): Promise<void> {
    return this.#options.spill.add(lines);
  }

  release(): void {
    this.#released.abort();
  }

  async close(): Promise<void> {
    await this.#tail;
    this.#cancel?.();
    for (const spool of this.#spools.values()) await spool.close().catch(() => {});
    this.#spools.clear();
    await this.#store.close();
  }

  /** One thing at a time, and nothing after a failure. `lines` are saved too when they came no further. */
  #next(run: () => Promise<void>, lines = ''): Promise<void> {
    const done = this.#tail.then(async () => {
      if (this.#error) throw this.#error;
      this.#pending = lines;
      try {
        await run();
      } catch (error) {
        throw await this.#giveUp(error);
      }
    });
    this.#tail = done.catch(() => {});
    return done;
  }

  async #taken(group: Group, lines: string): Promise<StagingFile> {
    let path: string | undefined;
    try {
      const spool = this.#spools.get(group.key) ?? (await this.#begin(group));
      path = spool.path;
      await spool.append(lines);
      this.#pending = '';
      this.#spools.delete(group.key);
      this.#spools.set(group.key, spool);
      return spool;
    } catch (error) {
      if (error instanceof CioError) throw error;
      const fault = systemFault(error);
      const where = this.#store.gathersElsewhere ? ` in ${dirname(path ?? tmpdir())}, where they gather` : '';
      throw storageError(this.location, 'write', { ...fault, why: fault.why + where });
    }
  }

  async #begin(group: Group): Promise<StagingFile> {
    const [stalest] = this.#spools.values();
    if (stalest && this.#spools.size >= MAX_OPEN) await this.#publish([stalest]);
    for (;;) {
      const name = this.#nameFor(group);
      const path = await this.#store.spoolPath(name);
      if (path === undefined) continue;
      const token = `${this.#options.run}-${this.#serial}`;
      const spool = await StagingFile.create(path, { group, name, token, since: this.#options.clock.now() });
      this.#spools.set(group.key, spool);
      return spool;
    }
  }

  #nameFor(group: Group): string {
    return this.#options.naming.name(group, this.#options.clock.wall(), this.#serial++);
  }

  async #publish(spools: readonly StagingFile[]): Promise<void> {
    const waiting = [...spools];
    const upload = async (): Promise<void> => {
      for (let spool = waiting.shift(); spool; spool = waiting.shift()) await this.#keep(spool);
    };
    const ends = await Promise.allSettled(Array.from({ length: Math.min(UPLOADS, spools.length) }, upload));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #keep(spool: StagingFile): Promise<void> {
    const patience: RetryPolicy = { ...this.#options, signal: this.#released.signal };
    const put = ({ signal, alive }: Attempt): Promise<boolean> => this.#store.put(spool.name, this.#parcelOf(spool, alive), signal);
    while (!(await retrying(this.#store, 'write', patience, put))) spool.name = this.#nameFor(spool.group);
    this.#spools.delete(spool.group.key);
    await spool.discard();
  }

  #parcelOf(spool: StagingFile, alive: () => void): ObjectUpload {
    const { encoding } = this.#options;
    return {
      token: spool.token,
      contentType: encoding.contentType,
      bytes: spool.bytes,
      ...(encoding.plain ? { file: spool.path } : {}),
      body: () => encoding.encode(() => spool.read(alive)),
    };
  }

  #arm(): void {
    const { clock, rollMs } = this.#options;
    if (this.#cancel || this.#spools.size === 0) return;
    const oldest = Math.min(...Array.from(this.#spools.values(), ({ since }) => since));
    this.#cancel = clock.timer(Math.max(0, oldest + rollMs - clock.now()), () => {
      this.#cancel = undefined;
      const isOld = ({ since }: StagingFile): boolean => since + rollMs <= clock.now();
      const rolled = this.#next(async () => {
        await this.#publish([...this.#spools.values()].filter(isOld));
        this.#arm();
      });
      rolled.catch((error) => this.#options.onError(error));
    });
  }

  /** Nothing is lost: all that was not stored is spilled. */
  async #giveUp(error: unknown): Promise<CioError> {
    const first = storageErrorOf(this.#store, 'write', error);
    this.#error = first;
    this.#error = await this.#options.spill.rescue(first, this.#spools, this.#pending);
    return this.#error;
  }
}
