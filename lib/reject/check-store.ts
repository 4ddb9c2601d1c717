/**
 * Whether a place can keep rejected records: a test object is written, read, listed and deleted there. A failure says
 * which setting or permission is wrong, before a run has read anything.
 */
import { z } from 'zod';
import type { CioError } from '../errors.ts';
import { count, readOptions } from '../options.ts';
import { bytesFrom } from '../stream/bytes-from.ts';
import { persist } from './persist.ts';
import { readPlace, storeAt } from './place.ts';
import { CHECK_NAME, type Deed, failure, type ObjectStore, type Parcel } from './store.ts';
import { STORE_SHAPE, type StoreOptions, type StoreSettings } from './store-options.ts';

/** Nobody waits five minutes for a check. */
const CHECK_MS = 10_000;
const OPTIONS = z.strictObject({ ...STORE_SHAPE, giveUpMs: count(0).default(CHECK_MS) });
const TEXT = 'customerio-streams has checked that rejected records can be kept here; this object can be deleted\n';

/**
 * Writes, reads, lists and deletes `_check_test_...` in a folder, `s3://` or `gs://`. Throws `CIO_OPTIONS`, or
 * `CIO_REJECT_STORE` that names what is missing. `giveUpMs` is 10,000 by default here.
 */
export async function checkStore(where: string | URL, options?: StoreOptions): Promise<void> {
  const settings = readOptions('checkStore', OPTIONS, options) as unknown as StoreSettings;
  const store = storeAt(readPlace('checkStore', where), settings);
  try {
    await check(store, settings);
  } finally {
    await store.close();
  }
}

async function check(store: ObjectStore, settings: StoreSettings): Promise<void> {
  const { clock } = settings;
  const token = clock.bytes(8).toString('hex');
  const name = `${CHECK_NAME}_${token}`;
  const doing = <T>(deed: Deed, run: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    persist(store, deed, settings, ({ signal }) => run(signal));
  await doing('write', async (signal) => {
    await store.open();
    await store.put(name, parcelOf(token), signal);
  });
  const read = await doing('read', async (signal) => String(Buffer.concat(await (await store.read(name, 0, signal)).toArray())));
  if (read !== TEXT) throw wrong(store, 'read', 'what was written came back otherwise');
  const { objects } = await doing('list', (signal) => store.list(name, undefined, signal));
  if (!objects.some((object) => object.name === name)) throw wrong(store, 'list', 'what was written is not in the listing');
  await doing('delete', (signal) => store.remove(name, signal));
}

function parcelOf(token: string): Parcel {
  return { token, contentType: 'text/plain', bytes: TEXT.length, body: () => bytesFrom(textPieces()) };
}

async function* textPieces(): AsyncGenerator<string> {
  yield TEXT;
}

function wrong(store: ObjectStore, deed: Deed, why: string): CioError {
  return failure(store.location, deed, { why, cause: undefined });
}
