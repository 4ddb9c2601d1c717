/**
 * The last resort: what a store would not take goes into one local file, as lines that can be sent again. The file is
 * made when it is needed and never overwrites another.
 */
import { mkdir, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CioError } from '../errors.ts';
import { syncFolder } from './folder.ts';
import type { Spool } from './spool.ts';
import { systemFault } from './store.ts';

/** Rejected records are personal data. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** The file of a run. */
export class Spill {
  readonly path: string;
  readonly #folder: string;
  #made = false;

  /** `folder` undefined is one of our own among the system's temporary files. */
  constructor(folder: string | undefined, fileName: string) {
    this.#folder = folder === undefined ? join(tmpdir(), 'cio-stream-rejects') : resolve(folder);
    this.path = join(this.#folder, fileName);
  }

  /**
   * Takes over all `spools`, and `lines` that are in none yet. Gives the error of the store with where they are now:
   * also where they could not be kept here, for then they are still in the spools.
   */
  async rescue(error: CioError, spools: Map<string, Spool>, lines: string): Promise<CioError> {
    try {
      for (const [key, spool] of spools) {
        if (spool.bytes > 0) await this.#append(spool.read());
        await spool.discard();
        spools.delete(key);
      }
      if (lines !== '') await this.add(lines);
      return this.#made ? told(error, `what was not stored is in ${this.path}`) : error;
    } catch (second) {
      const left = Array.from(spools.values(), ({ path }) => path).join(', ');
      const why = `what was not stored could not be kept in ${this.path} either, ${systemFault(second).why}`;
      return told(error, left === '' ? why : `${why}; it is still in ${left}`);
    }
  }

  /** Further lines. They are durable when this resolves. */
  add(lines: string): Promise<void> {
    return this.#append([lines]);
  }

  async #append(pieces: AsyncIterable<Buffer> | Iterable<string>): Promise<void> {
    if (!this.#made) await mkdir(this.#folder, { recursive: true, mode: PRIVATE_FOLDER });
    const file = await open(this.path, this.#made ? 'a' : 'ax', PRIVATE_FILE);
    try {
      for await (const piece of pieces) await file.appendFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!this.#made) await syncFolder(this.#folder);
    this.#made = true;
  }
}

function told(error: CioError, where: string): CioError {
  return new CioError(error.code, `${error.message}; ${where}`, error.cause);
}
