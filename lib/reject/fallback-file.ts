/**
 * The last resort: what a store would not take goes into one local file, as lines that can be sent again. The file is
 * made when it is needed and never overwrites another.
 */
import { lstat, mkdir, mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CioError } from '../errors.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER, syncFolder } from '../storage/durable-folder.ts';
import { systemFault } from '../storage/object-store.ts';
import { isOurs } from '../storage/run-mark.ts';
import type { StagingFile } from './staging-file.ts';

const OWN_FOLDER = 'cio-stream-rejects';
const FOR_OTHERS = 0o077;

/** The file of a run. */
export class FallbackFile {
  readonly #folder: string | undefined;
  readonly #fileName: string;
  #path: string;
  #made = false;

  /** `folder` undefined is one of our own among the system's temporary files. */
  constructor(folder: string | undefined, fileName: string) {
    this.#folder = folder;
    this.#fileName = fileName;
    this.#path = join(resolve(folder ?? join(tmpdir(), OWN_FOLDER)), fileName);
  }

  /**
   * Takes over all `spools`, and `lines` that are in none yet. Gives the error of the store with where they are now:
   * also where they could not be kept here, for then they are still in the spools.
   */
  async rescue(error: CioError, spools: Map<string, StagingFile>, lines: string): Promise<CioError> {
    try {
      for (const [key, spool] of spools) {
        if (spool.bytes > 0) await this.#append(spool.read());
        await spool.discard();
        spools.delete(key);
      }
      if (lines !== '') await this.add(lines);
      return this.#made ? told(error, `what was not stored is in ${this.#path}`) : error;
    } catch (second) {
      for (const spool of spools.values()) await spool.keep().catch(() => {});
      const left = Array.from(spools.values(), ({ path }) => path).join(', ');
      const why = `what was not stored could not be kept in ${this.#path} either, ${systemFault(second).why}`;
      return told(error, left === '' ? why : `${why}; it is still in ${left}`);
    }
  }

  /** Further lines. They are durable when this resolves. */
  add(lines: string): Promise<void> {
    return this.#append([lines]);
  }

  async #append(pieces: AsyncIterable<Buffer> | Iterable<string>): Promise<void> {
    const first = !this.#made;
    const folder = first ? await this.#makeFolder() : '';
    if (first) this.#path = join(folder, this.#fileName);
    const file = await open(this.#path, first ? 'ax' : 'a', PRIVATE_FILE);
    try {
      for await (const piece of pieces) await file.appendFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    if (first) await syncFolder(folder);
    this.#made = true;
  }

  async #makeFolder(): Promise<string> {
    const folder = resolve(this.#folder ?? join(tmpdir(), OWN_FOLDER));
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    return this.#folder !== undefined || (await isPrivate(folder)) ? folder : await mkdtemp(`${folder}-not-stored-`);
  }
}

/** Where everybody may put files, a name that is known may be somebody else's folder, or a link. */
async function isPrivate(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  return found.isDirectory() && isOurs(found) && (process.platform === 'win32' || (found.mode & FOR_OTHERS) === 0);
}

function told(error: CioError, where: string): CioError {
  return new CioError(error.code, `${error.message}; ${where}`, error.cause);
}
