/** A file that is always whole: the new text is written beside it, synced, and takes its place by a rename that lasts. */
import { realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../reject/folder.ts';

/** Killed at any moment, the old text is there or the new. Processes that write at the same time need an `ending` of their own. */
export async function replaceFile(path: string, text: string, ending = '.partial'): Promise<void> {
  // A link stays a link.
  const place = await realpath(path).catch(() => path);
  const partial = `${place}${ending}`;
  try {
    await writeFile(partial, text, { flush: true });
    await rename(partial, place);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await syncFolder(dirname(place));
}
