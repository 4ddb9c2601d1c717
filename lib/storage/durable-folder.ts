/**
 * Folders, files and names that last: a name is durable once the folder that holds it is synced. What is made here is for
 * its owner only: rejected records, and what is known of people, are personal data.
 */
import { type FileHandle, mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '../errors.ts';
import { clearLeftFiles, MARK, ownMark } from './run-mark.ts';

/** Modes of what is made. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;

/** What is at a path, if anything is. */
export async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The path, or the nearest one above it where something is that can be seen. */
export async function nearestFolder(path: string): Promise<string> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found || at === dirname(at)) return at;
  }
}

/** Creates the folder and those above it; each is synced into the one that holds it. */
export async function createFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  if (first === undefined) return;
  for (let path = folder; path !== dirname(first); path = dirname(path)) await syncFolder(dirname(path));
}

/** Makes the names in a folder last. Where the system has no such thing (Windows), they last without. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (codeOf(error) === 'EIO') throw error;
  } finally {
    await handle?.close();
  }
}

/**
 * Writes a file that is always whole: the text is written beside it, synced, and takes its place by a rename that lasts.
 * Killed at any moment, the old text is there or the new.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const place = await realPathOf(path);
  const partial = join(dirname(place), `${prefixOf(place)}${ownMark()}.partial`);
  try {
    // A new file, whatever was at its name: a link there would lead to somebody else's.
    await rm(partial, { force: true });
    await writeFile(partial, text, { flush: true, flag: 'wx', mode: PRIVATE_FILE });
    await rename(partial, place);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await syncFolder(dirname(place));
}

/** Clears what killed runs have left beside such a file. */
export async function clearLeftBeside(path: string): Promise<void> {
  const place = await realPathOf(path);
  const prefix = prefixOf(place).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  await clearLeftFiles(dirname(place), new RegExp(`^${prefix}(${MARK})\\.partial$`));
}

/** A link stays a link. */
function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function prefixOf(place: string): string {
  return `.${basename(place)}.`;
}
