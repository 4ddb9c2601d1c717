/** Rejects in a local folder, as tests read them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stream } from 'node:stream';

export { folder } from '../folder.ts';

/** Resolves when a stream has closed, with or without an error. */
export function closed(stream: Stream & { readonly closed: boolean }): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) resolve();
    else stream.once('close', () => resolve());
  });
}

/** The `field` of the records in the complete files of a folder, in order. */
export async function stored(path: string, field = 'n'): Promise<unknown[]> {
  const texts: string[] = [];
  for (const name of (await readdir(path)).sort()) {
    if (!name.startsWith('.')) texts.push(await readFile(join(path, name), 'utf8'));
  }
  return texts
    .join('')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).record[field]);
}
