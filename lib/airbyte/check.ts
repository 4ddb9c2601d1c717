/**
 * `checkConnection`: are the credentials good, is the API there, can rejected records be stored, and the dedupe directory be used.
 * Each is tried, whatever became of the others.
 */
import { finished } from 'node:stream/promises';
import { lmdbStore } from '../dedupe/lmdb-store.ts';
import { CioError } from '../errors.ts';
import { rejectWriter } from '../reject/reject-writer.ts';
import { checkStore } from '../storage/check-store.ts';
import { locate } from '../write/request/locate.ts';
import { accountOfConfig, type Config } from './config/config.ts';
import { rejectOptions } from './config/reject-storage.ts';
import type { Storage } from './config/storage.ts';

/** What was found. */
export interface Checked {
  /** What is good, in words. */
  readonly found: readonly string[];
  /** Why a sync could not work. */
  readonly failed: readonly CioError[];
}

/** Tries everything that the configuration names. */
export async function checkConnection(config: Config): Promise<Checked> {
  const { object_storage_config: storage, dedupe_directory: directory } = config;
  const ends = await Promise.allSettled([tryAccount(config), tryStorage(storage), tryDirectory(directory)]);
  const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  const bug = failed.find((error) => !(error instanceof CioError) || error.code === 'CIO_INTERNAL');
  if (bug) throw bug;
  return { found: ends.flatMap((end) => (end.status === 'fulfilled' ? (end.value ?? []) : [])), failed };
}

async function tryAccount(config: Config): Promise<string> {
  const { baseUrl, region } = await locate(accountOfConfig(config));
  return `the credentials are good; the workspace is at ${baseUrl}${region ? ` (region ${region})` : ''}`;
}

async function tryStorage(storage: Storage | undefined): Promise<string | undefined> {
  const rejects = storage && rejectOptions(storage, undefined);
  if (rejects === undefined) return undefined;
  const { to, s3 = {}, gcs = {} } = rejects;
  await checkStore(to, { s3, gcs });
  // This checks the templates too.
  await finished(rejectWriter(rejects).end());
  return `rejected rows can be stored in ${to}`;
}

async function tryDirectory(path: string | undefined): Promise<undefined> {
  if (!path) return;
  const store = lmdbStore({ path });
  try {
    await store.open();
  } finally {
    await store.close();
  }
}
