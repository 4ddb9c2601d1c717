/**
 * Objects -> files of a local folder. A file grows under a hidden `.partial` name, is synced, and only then gets its
 * own: a reader never sees half a file, and none is overwritten. A killed process leaves its `.partial` behind: no
 * checkpoint has passed those lines, so the next run has them again, and clears it.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, link, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../errors.ts';
import { createFolder, PRIVATE_FILE, statOf, syncFolder } from './durable-folder.ts';
import { type ObjectStore, type ObjectUpload, type Page, type StorageError, type StoredObject, systemFailure } from './object-store.ts';
import { clearLeftFiles, MARK, ownMark } from './run-mark.ts';

const HIDDEN = /^\..*\.partial$/;
const LEFT = new RegExp(`^\\..*\\.(${MARK})(?:\\.encoded)?\\.partial$`);
const READ_BYTES = 262_144;
/** So much of a name fits into a hidden one beside all else. */
const MAX_SHOWN_BYTES = 180;
/** File systems without hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV']);

/** A local folder. It is created when the first object comes. */
export class FolderStore implements ObjectStore {
  readonly location: string;
  readonly #folder: string;
  readonly #made = new Set<string>();

  constructor(folder: string, location: string = folder) {
    this.location = location;
    this.#folder = resolve(folder);
  }

  /** A run that could not keep its rejects should fail at its start. */
  async open(): Promise<void> {
    const found = await statOf(this.#folder);
    if (found === undefined) return;
    if (!found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
    await access(this.#folder, constants.W_OK);
  }

  clearLeft(): Promise<void> {
    return clearLeftFiles(this.#folder, LEFT, true);
  }

  async stagingPath(name: string): Promise<string | undefined> {
    const [path, partial] = this.#paths(name);
    await this.#makeFolder(dirname(path));
    return (await statOf(path)) || (await statOf(partial)) ? undefined : partial;
  }

  async put(name: string, { file, body }: ObjectUpload, signal: AbortSignal): Promise<boolean> {
    const [path, partial] = this.#paths(name);
    await this.#makeFolder(dirname(path));
    const complete = file ?? `${partial.slice(0, -'.partial'.length)}.encoded.partial`;
    if (file === undefined) await fill(complete, body(), signal);
    await sync(complete);
    const stored = await giveName(complete, path);
    if (!stored && file === undefined) await unlink(complete);
    await syncFolder(dirname(path));
    return stored;
  }

  async list(under: string): Promise<Page> {
    const top = join(this.#folder, ...under.split('/'));
    const found = await statOf(top);
    if (found === undefined) throw Object.assign(new Error('nothing is there'), { code: 'ENOENT' });
    // Of a pipe nothing can be read twice, and of a device perhaps never an end.
    if (!found.isDirectory() && !found.isFile()) throw Object.assign(new Error('a pipe or a device'), { code: 'ESPIPE' });
    const paths = found.isDirectory() ? await filesBelow(top) : [top];
    const objects: StoredObject[] = [];
    for (const path of paths) {
      // A link is what it leads to; one that leads nowhere is nothing.
      const file = await statOf(path).catch(() => undefined);
      if (file?.isFile()) objects.push({ name: relative(this.#folder, path).split(sep).join('/'), bytes: Number(file.size) });
    }
    return { objects };
  }

  async read(name: string, from: number): Promise<Readable> {
    return createReadStream(this.#paths(name)[0], { start: from, highWaterMark: READ_BYTES });
  }

  async remove(name: string): Promise<void> {
    const [path] = this.#paths(name);
    // Another run may have cleared it.
    await rm(path, { force: true });
    await syncFolder(dirname(path));
  }

  explain(error: unknown): StorageError {
    return systemFailure(error);
  }

  async close(): Promise<void> {}

  #paths(name: string): [path: string, partial: string] {
    const path = join(this.#folder, ...name.split('/'));
    const shown = Buffer.byteLength(basename(path)) > MAX_SHOWN_BYTES ? createHash('sha256').update(name).digest('hex') : basename(path);
    return [path, join(dirname(path), `.${shown}.${ownMark()}.partial`)];
  }

  /** Each only once: a folder that was removed meanwhile took rejected records with it, which must not go unnoticed. */
  async #makeFolder(folder: string): Promise<void> {
    if (this.#made.has(folder)) return;
    await createFolder(folder);
    this.#made.add(folder);
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !HIDDEN.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What an earlier try has left under the name goes; a link there is not followed. */
async function fill(path: string, body: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
  await rm(path, { force: true });
  try {
    await pipeline(body, createWriteStream(path, { flags: 'wx', mode: PRIVATE_FILE }), { signal });
  } catch (error) {
    await rm(path, { force: true }).catch(() => {});
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** rename() would overwrite; link() never does. */
async function giveName(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    const code = String(codeOf(error));
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.has(code)) throw error;
    if (await statOf(to)) return false;
    await rename(from, to);
    return true;
  }
  await unlink(from);
  return true;
}
