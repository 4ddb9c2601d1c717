/**
 * Whether a place can keep rejected records: a test object is written, read, listed and deleted there. A failure says
 * which setting or permission is wrong, before a run has read anything.
 */
import { z } from 'zod';
import type { CioError } from '../errors.ts';
import { type Given, giveUpOption, readOptions, signalOption } from '../options.ts';
import { argumentOf } from '../wording.ts';
import { nearestFolder } from './durable-folder.ts';
import { type Location, locationOf, readLocation, storeAt } from './location.ts';
import { type Action, CHECK_NAME, type ObjectStore, type ObjectUpload, storageError } from './object-store.ts';
import { STORE_SHAPE, type StoreOptions } from './options.ts';
import { type RetryPolicy, retrying } from './retrying.ts';

/** Nobody waits five minutes for a check, nor two for a server that says nothing: each of its requests is small. */
const CHECK_MS = 10_000;
const TEXT = 'customerio-streams has checked that rejected rows can be kept here; this object can be deleted\n';

/** What the check takes beside the options of a store. */
export const CHECK_STORE_SHAPE = {
  /** Stops the check at once. */
  signal: signalOption,
};

/**
 * Options of {@link checkStore}. `giveUpMs` is 10,000 by default here.
 *
 * @category Checks
 */
export interface CheckStoreOptions extends StoreOptions, Given<typeof CHECK_STORE_SHAPE> {}

const OPTIONS = z.strictObject({ ...STORE_SHAPE, giveUpMs: giveUpOption.unwrap().default(CHECK_MS), ...CHECK_STORE_SHAPE });
type Settings = z.output<typeof OPTIONS>;

/**
 * Checks that a place can keep rejected rows: it writes, reads, lists and deletes `_check_test_...` there. A folder that does not
 * exist yet is not created: the nearest one above it is tried.
 *
 * @param where A folder, `s3://bucket/prefix` or `gs://bucket/prefix`.
 * @throws {@link CioError} `CIO_OPTIONS`, or `CIO_REJECT_STORE`, which names the setting or permission that is missing
 * @example
 * ```ts
 * import { checkStore } from 'customerio-streams';
 *
 * await checkStore('rejected/');
 * ```
 *
 * @category Checks
 */
export async function checkStore(where: string | URL, options?: CheckStoreOptions): Promise<void> {
  const settings = readOptions('checkStore', OPTIONS, options);
  const place = readLocation(argumentOf('checkStore'), where);
  const tried: Location = place.kind === 'folder' ? { kind: 'folder', path: await nearestFolder(place.path) } : place;
  const store = storeAt(tried, settings, locationOf(place));
  try {
    await check(store, settings);
  } finally {
    await store.close();
  }
}

async function check(store: ObjectStore, settings: Settings): Promise<void> {
  const { clock, signal: cutOff } = settings;
  const policy: RetryPolicy = { ...settings, cutOff, stalledMs: CHECK_MS };
  const token = clock.bytes(8).toString('hex');
  const name = `${CHECK_NAME}_${token}`;
  const doing = <T>(action: Action, run: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    retrying(store, action, policy, ({ signal }) => run(signal));
  await doing('write', async (signal) => {
    await store.open();
    await store.put(name, testObject(token), signal);
  });
  const read = await doing('read', async (signal) => String(Buffer.concat(await (await store.read(name, 0, signal)).toArray({ signal }))));
  if (read !== TEXT) throw wrong(store, 'read', 'what was read back differs from what was written');
  const { objects } = await doing('list', (signal) => store.list(name, undefined, signal));
  if (!objects.some((object) => object.name === name)) throw wrong(store, 'list', 'what was written does not appear in the listing');
  await doing('delete', (signal) => store.remove(name, signal));
}

function testObject(token: string): ObjectUpload {
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from(TEXT);
  }
  return { token, contentType: 'text/plain', bytes: TEXT.length, body };
}

function wrong(store: ObjectStore, action: Action, why: string): CioError {
  return storageError(store.location, action, { why, cause: undefined });
}
