/**
 * The local file in which the rejections of one object gather, as lines, before it goes to its store. Memory stays flat,
 * an upload can be repeated, and what a store never took is still there. Everything goes through the open file: it
 * can be read even if somebody has removed its name.
 */
import { type FileHandle, lstat, mkdtemp, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PRIVATE_FILE, statOf } from '../storage/durable-folder.ts';
import { isLeft, isOurs, MARK, ownMark } from '../storage/run-mark.ts';
import type { Group } from './naming.ts';

const READ_BYTES = 262_144;

/** What is known of an object that is still growing. */
interface StagedObject {
  readonly group: Group;
  /** When it was begun, on the clock of intervals. */
  readonly since: number;
  /** Identifies this object, whatever its name. */
  readonly token: string;
  /** What it will be called. */
  name: string;
}

/** The lines of an object that is still growing. */
export class StagingFile {
  path: string;
  readonly object: StagedObject;
  bytes = 0;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, path: string, object: StagedObject) {
    this.#file = file;
    this.path = path;
    this.object = object;
  }

  /** A new file; one that is there already is an error. */
  static async create(path: string, object: StagedObject): Promise<StagingFile> {
    return new StagingFile(await open(path, 'wx+', PRIVATE_FILE), path, object);
  }

  /** Adds whole lines, or nothing. */
  async append(lines: string): Promise<void> {
    const bytes = Buffer.from(lines);
    try {
      await this.#file.appendFile(bytes);
      this.bytes += bytes.length;
    } catch (error) {
      await this.#file.truncate(this.bytes).catch(() => {});
      throw error;
    }
  }

  /** All lines so far; calls `onPiece` for each piece that is read. */
  async *read(onPiece: () => void = () => {}): AsyncGenerator<Buffer> {
    for (let at = 0; at < this.bytes; ) {
      const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(READ_BYTES), 0, Math.min(READ_BYTES, this.bytes - at), at);
      if (bytesRead === 0) return;
      at += bytesRead;
      onPiece();
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** Gives the file a name that no later run clears: it holds what is nowhere else. */
  async keep(): Promise<void> {
    const name = basename(this.path)
      .replace(/^\./, '')
      .replace(/\.partial$/, '.ndjson');
    const kept = join(dirname(this.path), name);
    await rename(this.path, kept);
    this.path = kept;
  }

  /** Closes the file, and leaves it. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** Closes and removes the file: its object is stored. The store may have moved it. */
  async discard(): Promise<void> {
    await this.close();
    await unlink(this.path).catch(() => {});
  }
}

const PREFIX = 'cio-stream-rejects';
const FOLDER = new RegExp(`^${PREFIX}-(${MARK})-\\w{6}$`);
const FILE = /^\d+\.partial$/;

/**
 * A private folder among the system's temporary files, made when the first file needs it. Its name says which process made
 * it: a killed run can't clear it, so the next one does.
 */
export class StagingFolder {
  #made: Promise<string> | undefined;
  #count = 0;

  /** A path that nothing has. Only this user may look into its folder: rejected records are personal data. */
  async path(): Promise<string> {
    // A program that clears temporary files by their age may have taken it.
    if (this.#made && (await statOf(await this.#made)) === undefined) this.#made = undefined;
    this.#made ??= mkdtemp(join(tmpdir(), `${PREFIX}-${ownMark()}-`));
    return join(await this.#made, `${++this.#count}.partial`);
  }

  /** Removes the folder, if nothing is left in it. */
  async remove(): Promise<void> {
    const made = await this.#made?.catch(() => undefined);
    if (made !== undefined) await rmdir(made).catch(() => {});
  }
}

/** Clears the folders that killed runs of this user have left. Nothing else is touched, and no link is followed. Never fails. */
export async function clearLeftFolders(): Promise<void> {
  const top = tmpdir();
  for (const name of await readdir(top).catch(() => [])) {
    const mark = FOLDER.exec(name)?.[1];
    if (mark !== undefined) await clearFolder(join(top, name), mark).catch(() => {});
  }
}

async function clearFolder(path: string, mark: string): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory() || !isOurs(found)) return;
  const files = (await readdir(path)).filter((name) => FILE.test(name)).map((name) => join(path, name));
  const times = await Promise.all(files.map(async (file) => (await lstat(file)).mtimeMs));
  if (!isLeft(mark, Math.max(found.mtimeMs, ...times))) return;
  for (const file of files) await unlink(file);
  await rmdir(path);
}
