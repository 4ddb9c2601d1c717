/**
 * Lines -> files in a local folder. A file is written under a hidden `.partial` name, synced, and only then renamed: a
 * reader never sees half a file, and no file is ever overwritten. `flush()` rolls to the next file, if anything was
 * written. A killed process leaves its `.partial` behind: no checkpoint has passed those lines, so a re-run has them again.
 */
import { access, constants, type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Clock } from '../clock.ts';
import { type Store, storeError } from './store.ts';

interface OpenFile {
  readonly handle: FileHandle;
  readonly partial: string;
  readonly path: string;
  bytes: number;
}

/** A local folder. It is created when the first line comes. */
export class FileStore implements Store {
  readonly location: string;
  readonly #folder: string;
  readonly #rollBytes: number;
  readonly #clock: Clock;
  /** Tells the files of this run from those of others in the same folder. */
  readonly #run: string;
  #count = 0;
  #file: OpenFile | undefined;

  constructor(folder: string, rollBytes: number, clock: Clock) {
    this.location = folder;
    this.#folder = resolve(folder);
    this.#rollBytes = rollBytes;
    this.#clock = clock;
    this.#run = clock.bytes(4).toString('hex');
  }

  /** A run that could not keep its rejects should fail at its start. */
  open(): Promise<void> {
    return this.#guard(async () => {
      const found = await statOf(this.#folder);
      if (found === undefined) return;
      if (!found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' });
      await access(this.#folder, constants.W_OK);
    });
  }

  write(lines: string): Promise<void> {
    return this.#guard(async () => {
      this.#file ??= await this.#create();
      const bytes = Buffer.from(lines);
      await this.#file.handle.appendFile(bytes);
      this.#file.bytes += bytes.length;
      if (this.#file.bytes >= this.#rollBytes) await this.#publish(this.#file);
    });
  }

  flush(): Promise<void> {
    return this.#guard(async () => {
      if (this.#file) await this.#publish(this.#file);
    });
  }

  async close(): Promise<void> {
    await this.#file?.handle.close().catch(() => {});
    this.#file = undefined;
  }

  async #publish({ handle, partial, path }: OpenFile): Promise<void> {
    await handle.sync();
    await handle.close();
    this.#file = undefined;
    await rename(partial, path);
    await syncFolder(this.#folder);
  }

  async #create(): Promise<OpenFile> {
    // Only once: a folder that was removed meanwhile took rejected records with it, which must not go unnoticed.
    if (this.#count === 0) await createFolder(this.#folder);
    const stamp = new Date(this.#clock.wall()).toISOString().slice(0, 19).replaceAll(':', '-');
    for (;;) {
      const name = `${stamp}Z-${this.#run}-${String(++this.#count).padStart(4, '0')}.ndjson`;
      const partial = join(this.#folder, `.${name}.partial`);
      const path = join(this.#folder, name);
      if ((await statOf(path)) || (await statOf(partial))) continue;
      return { handle: await open(partial, 'wx'), partial, path, bytes: 0 };
    }
  }

  async #guard(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      throw storeError(this.location, error);
    }
  }
}

async function statOf(path: string): Promise<{ isDirectory(): boolean } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ENOENT') return undefined;
    throw error;
  }
}

/** Creates the folder and those above it; each is synced into the one that holds it. */
async function createFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let path = folder; path !== dirname(first); path = dirname(path)) await syncFolder(dirname(path));
}

/** A rename lasts once the folder is synced. Where the system has no such thing (Windows), it lasts without. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'EIO') throw error;
  } finally {
    await handle?.close();
  }
}
