/**
 * A private folder among the system's temporary files, made when the first file needs it. Its name says which process made
 * it: a killed run can't clear it, so the next one does.
 */
import { lstat, mkdtemp, readdir, rmdir, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statOf } from './durable-folder.ts';
import { isLeft, isOurs, MARK, ownMark } from './run-mark.ts';

const PREFIX = 'cio-stream-rejects';
const FOLDER = new RegExp(`^${PREFIX}-(${MARK})-\\w{6}$`);
const FILE = /^\d+\.partial$/;

/** Gives paths in a folder of its own. */
export class TemporaryFolder {
  #made: Promise<string> | undefined;
  #count = 0;

  /** A path that nothing has. Only this user may look into its folder: rejected records are personal data. */
  async path(): Promise<string> {
    // What clears temporary files by their age may have taken it.
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
