/**
 * A file that is always whole: the new text is written beside it, synced, and takes its place by a rename that lasts. It is
 * for its owner only.
 */
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PRIVATE_FILE, syncFolder } from '../../storage/durable-folder.ts';
import { clearLeftFiles, MARK, ownMark } from '../../storage/run-mark.ts';

/** Killed at any moment, the old text is there or the new. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const place = await placeOf(path);
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

/** Clears what killed runs have left beside the file. */
export async function clearLeftBeside(path: string): Promise<void> {
  const place = await placeOf(path);
  const prefix = prefixOf(place).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  await clearLeftFiles(dirname(place), new RegExp(`^${prefix}(${MARK})\\.partial$`));
}

/** A link stays a link. */
function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function prefixOf(place: string): string {
  return `.${basename(place)}.`;
}
