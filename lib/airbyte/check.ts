/** `check`: are the credentials good, is the API there, can rejected records be stored, and the dedupe directory be used. */

import { lmdbStore } from '../store/lmdb.ts';
import { locate } from '../write/locate.ts';
import { accountOf, type Config } from './config.ts';
import { rejectStore } from './object-storage.ts';

/** What was found, in words. Throws a CioError where a sync could not work. */
export async function check(config: Config): Promise<string> {
  const { baseUrl, region } = await locate(accountOf(config));
  rejectStore(config.object_storage_config, undefined);
  if (config.dedupe_directory) await tryDirectory(config.dedupe_directory);
  return `the credentials are good; the workspace is at ${baseUrl}${region ? ` (region ${region})` : ''}`;
}

async function tryDirectory(path: string): Promise<void> {
  const store = lmdbStore({ path });
  try {
    await store.open();
  } finally {
    await store.close();
  }
}
