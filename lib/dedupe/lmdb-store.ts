/**
 * A store on disk, in LMDB: 8 bytes of key and 8 of value. A commit is one synced transaction: after a kill at any moment
 * all of it is there or nothing. It blocks the thread, some 20 ms for 10,000 changes and as long as the disk takes, because
 * some errors of lmdb's asynchronous writes have no handler (a full disk). One process at a time: LMDB's own table of readers lists the others,
 * and is cleared of dead ones, so a killed run locks nobody out. The library is loaded on first use.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open as openFile, realpath, rm, stat } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { CioError, codeOf } from '../errors.ts';
import { readOptions } from '../options.ts';
import { lmdbFileProblem } from './lmdb/lmdb-file.ts';
import { LoggedTree } from './lmdb/logged-tree.ts';
import { LMDB_STORE_OPTIONS, type LmdbStoreOptions } from './options.ts';
import { type Changes, type Store, storeError } from './store.ts';

/**
 * A store on disk (LMDB, the optional package `lmdb`), which remembers between runs: about 70 bytes for each person or event. After
 * a kill at any moment, all of a commit is there or nothing. One process at a time can use it.
 *
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { dedupe, lmdbStore } from 'customerio-streams';
 *
 * const store = lmdbStore({ path: 'state/' });
 * export const stage = dedupe({ store });
 * // ... run the pipeline, then:
 * await store.close();
 * ```
 *
 * @category Dedupe
 */
export function lmdbStore(options: LmdbStoreOptions): Store {
  const { path } = readOptions('lmdbStore', LMDB_STORE_OPTIONS, options);
  return new LmdbStore(path);
}

const BYTES = 8;
const LAYOUT = { noSubdir: false, keyEncoding: 'binary', encoding: 'binary', overlappingSync: false } as const;
const FIRST_BYTES = 65_536;
/** The store shows who was sent what: only its owner may read it. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
/** Does not follow a link in place of one of the store's files. (Windows has no such flag.) */
const OWN_FILE: number = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);
/** LMDB must not be opened twice by one process. */
const opened = new Set<string>();

/** The store; `takeoverAt` is for tests. */
export class LmdbStore implements Store {
  readonly #path: string;
  readonly #takeoverAt: number | undefined;
  #opening: Promise<void> | undefined;
  #folder: string | undefined;
  #database: RootDatabase<Buffer, Buffer> | undefined;
  #tree: LoggedTree | undefined;

  constructor(path: string, takeoverAt?: number) {
    this.#path = path;
    this.#takeoverAt = takeoverAt;
  }

  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  get(key: bigint): bigint | undefined {
    const tree = this.#required;
    try {
      return tree.get(key);
    } catch (error) {
      throw storeError(`in ${this.#path} can't be read`, error);
    }
  }

  async commit(changes: Changes): Promise<void> {
    if (changes.size === 0) return;
    const tree = this.#required;
    try {
      tree.commit(changes);
    } catch (error) {
      throw storeError(`in ${this.#path} can't be written`, error);
    }
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {});
    await this.#release();
  }

  get #required(): LoggedTree {
    if (this.#tree === undefined) throw storeError('is not open');
    return this.#tree;
  }

  async #open(): Promise<void> {
    const { open } = await import('lmdb').catch((error) => Promise.reject(storeError('needs the optional package lmdb', error)));
    try {
      await mkdir(this.#path, { recursive: true, mode: PRIVATE_FOLDER });
      const folder = await realpath(this.#path);
      if (opened.has(folder)) throw storeError(`in ${this.#path} is already open in this process`);
      opened.add(folder);
      this.#folder = folder;
      const [data, begun] = [join(folder, 'data.mdb'), join(folder, 'begun.partial')];
      const problem = await problemWith(data, begun);
      if (problem !== undefined) throw storeError(`in ${this.#path} can't be opened: data.mdb ${problem}`);
      await checkSpace(begun);
      for (const path of [data, join(folder, 'lock.mdb')]) await makePrivate(path);
      this.#database = open<Buffer, Buffer>({ path: folder, ...LAYOUT });
      await rm(begun, { force: true });
      this.#refuseSecond(this.#database);
      this.#tree = new LoggedTree(this.#database, this.#takeoverAt);
    } catch (error) {
      await this.#release();
      throw error instanceof CioError ? error : storeError(`in ${this.#path} can't be opened`, error);
    }
  }

  /** Puts this process into the table of readers first: of two that start at once at least one sees the other. */
  #refuseSecond(database: RootDatabase<Buffer, Buffer>): void {
    database.get(Buffer.alloc(BYTES));
    database.readerCheck();
    const pids = [...database.readerList().matchAll(/^\s*(\d+)\s/gm)].map(([, pid]) => Number(pid));
    const other = pids.find((pid) => pid !== process.pid);
    if (other !== undefined) throw storeError(`in ${this.#path} is in use by process ${other}: one run at a time`);
  }

  async #release(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    this.#tree = undefined;
    this.#opening = undefined;
    await database?.close();
    if (this.#folder !== undefined) opened.delete(this.#folder);
    this.#folder = undefined;
  }
}

/** What is wrong with the file, if it is there. An empty one was cut short, unless its first opening did not end: then `begun` is there. */
async function problemWith(path: string, begun: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await openFile(path, OWN_FILE);
    const found = await file.stat();
    if (!found.isFile()) return 'is not a file';
    if (found.size === 0 && (await stat(begun).catch(() => undefined))) return undefined;
    return endianness() === 'LE' ? await lmdbFileProblem(file) : undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ELOOP') return 'is a link';
    if (code !== 'ENOENT') throw error;
    return undefined;
  } finally {
    await file?.close();
  }
}

/** Creates a file that only its owner may read; the library would create it for all to read. */
async function makePrivate(path: string): Promise<void> {
  await (await openFile(path, OWN_FILE | constants.O_CREAT, PRIVATE_FILE)).close();
}

/**
 * Throws if the disk has no space for the first pages: the library would map a file that the system can't back, and crash
 * the process. The empty probe stays until the store is open, as the mark of an opening that has begun.
 */
async function checkSpace(probe: string): Promise<void> {
  await rm(probe, { force: true });
  const file = await openFile(probe, 'wx', PRIVATE_FILE);
  try {
    await file.writeFile(Buffer.alloc(FIRST_BYTES));
    await file.sync();
    await file.truncate();
  } catch (error) {
    await rm(probe, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
