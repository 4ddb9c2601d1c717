/**
 * The last resort: what a store did not take goes into one local file, as lines that can be sent again. The file is made
 * when it is needed and never overwrites another.
 */
import { lstat, mkdir, mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { CioError } from '../errors.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER, syncFolder } from '../storage/durable-folder.ts';
import { systemFailure } from '../storage/object-store.ts';
import { isOurs } from '../storage/run-mark.ts';
import type { StagingFile } from './staging-file.ts';

const OWN_FOLDER = 'cio-stream-rejects';
const FOR_OTHERS = 0o077;

/** The file of a run. */
export class FallbackFile {
  /** The user has named its folder. */
  readonly #isNamed: boolean;
  #path: string;
  #made = false;
  #failed: CioError | undefined;

  /** By default in a folder of our own among the system's temporary files. */
  constructor(folder: string | undefined, fileName: string) {
    this.#isNamed = folder !== undefined;
    this.#path = join(resolve(folder ?? join(tmpdir(), OWN_FOLDER)), fileName);
  }

  /** The folder that it is in. */
  get folder(): string {
    return dirname(this.#path);
  }

  /** Whether anything is in it. */
  get isMade(): boolean {
    return this.#made;
  }

  /**
   * Takes the lines of all `staged` files, and `lines` that are in none of them. Returns `error`, that of the store, and where
   * the lines are now: what can't be kept here stays in the staging files, and nothing is taken afterwards.
   */
  async rescue(error: CioError, staged: Map<string, StagingFile>, lines: string): Promise<CioError> {
    if (this.#failed) return this.#failed;
    try {
      for (const [key, file] of staged) {
        if (file.bytes > 0) await this.#append(file.read());
        await file.discard();
        staged.delete(key);
      }
      if (lines !== '') await this.#append([lines]);
      return this.#made ? extended(error, `the rows that were not stored are in ${this.#path}`) : error;
    } catch (second) {
      for (const file of staged.values()) await file.keep().catch(() => {});
      const left = Array.from(staged.values(), ({ path }) => path).join(', ');
      const why = `the rows that were not stored could not be kept in ${this.#path} either: ${systemFailure(second).why}`;
      this.#failed = extended(error, left === '' ? why : `${why}; they are still in ${left}`);
      return this.#failed;
    }
  }

  async #append(pieces: AsyncIterable<Buffer> | Iterable<string>): Promise<void> {
    const first = !this.#made;
    if (first) await this.#makeFolder();
    const file = await open(this.#path, first ? 'ax' : 'a', PRIVATE_FILE);
    try {
      for await (const piece of pieces) await file.appendFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    if (first) await syncFolder(this.folder);
    this.#made = true;
  }

  async #makeFolder(): Promise<void> {
    const { folder } = this;
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    if (!this.#isNamed && !(await isPrivate(folder))) this.#path = join(await mkdtemp(`${folder}-not-stored-`), basename(this.#path));
  }
}

/** Among temporary files everybody may have made a folder, or a link, of a known name. */
async function isPrivate(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  return found.isDirectory() && isOurs(found) && (process.platform === 'win32' || (found.mode & FOR_OTHERS) === 0);
}

function extended({ code, message, cause }: CioError, more: string): CioError {
  return new CioError(code, `${message}; ${more}`, cause);
}
