/**
 * The local file in which the rejections of one object gather, as lines, before it goes to its store. Memory stays flat,
 * an upload can be repeated, and what a store never took is still there. Everything goes through the open file: it
 * can be read even where somebody has removed its name.
 */
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { PRIVATE_FILE } from '../storage/durable-folder.ts';
import { bytesFrom } from '../stream/bytes-from.ts';
import type { Group } from './naming.ts';

const READ_BYTES = 262_144;

/** An object that is still growing. */
export class StagingFile {
  path: string;
  readonly group: Group;
  /** When it was begun, on the clock of intervals. */
  readonly since: number;
  /** Tells its object from any other. */
  readonly token: string;
  /** What its object will be called. */
  name: string;
  bytes = 0;
  readonly #file: FileHandle;

  private constructor(file: FileHandle, path: string, given: Pick<StagingFile, 'group' | 'since' | 'token' | 'name'>) {
    this.#file = file;
    this.path = path;
    this.group = given.group;
    this.since = given.since;
    this.token = given.token;
    this.name = given.name;
  }

  /** A new file; one that is there already is an error. */
  static async create(path: string, given: Pick<StagingFile, 'group' | 'since' | 'token' | 'name'>): Promise<StagingFile> {
    return new StagingFile(await open(path, 'wx+', PRIVATE_FILE), path, given);
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

  /** All lines so far; `onPiece` hears of each piece on its way. */
  read(onPiece: () => void = () => {}): Readable {
    return bytesFrom(this.#pieces(onPiece));
  }

  async *#pieces(onPiece: () => void): AsyncGenerator<Buffer> {
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
    const kept = join(
      dirname(this.path),
      basename(this.path)
        .replace(/^\./, '')
        .replace(/\.partial$/, '.ndjson'),
    );
    await rename(this.path, kept);
    this.path = kept;
  }

  /** Lets go of the file, and leaves it. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** Its object is stored: the file goes away, if the store has not taken it. */
  async discard(): Promise<void> {
    await this.close();
    await unlink(this.path).catch(() => {});
  }
}
