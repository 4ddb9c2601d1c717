/** `check`: are the credentials good, is the API there, can rejected records be stored, and the dedupe directory be used. */
import { finished } from 'node:stream/promises';
import { checkStore } from '../reject/check-store.ts';
import { rejectWriter } from '../reject/reject-writer.ts';
import { lmdbStore } from '../store/lmdb.ts';
import { locate } from '../write/locate.ts';
import { accountOf, type Config } from './config.ts';
import { rejectOptions } from './object-storage.ts';

/** What was found, in words. Throws a CioError where a sync could not work. */
export async function check(config: Config): Promise<string> {
  const { object_storage_config: storage, dedupe_directory: directory } = config;
  const { baseUrl, region } = await locate(accountOf(config));
  const found = [`the credentials are good; the workspace is at ${baseUrl}${region ? ` (region ${region})` : ''}`];
  const rejects = storage && rejectOptions(storage, undefined);
  if (rejects) {
    const { to, s3 = {}, gcs = {} } = rejects;
    await checkStore(to, { s3, gcs });
    // Judges the templates too.
    await finished(rejectWriter(rejects).end());
    found.push(`rejected records can be kept in ${to}`);
  }
  if (directory) await tryDirectory(directory);
  return found.join('; ');
}

async function tryDirectory(path: string): Promise<void> {
  const store = lmdbStore({ path });
  try {
    await store.open();
  } finally {
    await store.close();
  }
}
