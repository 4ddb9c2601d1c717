/**
 * Objects of S3 and of Google Cloud Storage as inputs: one, or all below a prefix. An object is replaced as a whole, so its ETag
 * or generation says whether it is the same; every read asks for that very version.
 */
import { z } from 'zod';
import { CioError } from '../../../errors.ts';
import { readOptions } from '../../../options.ts';
import { BUCKET, bucketAt } from '../../../storage/location.ts';
import { type BucketStore, openedFor, type Page, type StoredObject } from '../../../storage/object-store.ts';
import { STORE_SHAPE, type StoreOptions } from '../../../storage/options.ts';
import { type RetryPolicy, retrying, storedBytes } from '../../../storage/retrying.ts';
import { dataFiles } from './data-files.ts';
import { FIND_MS, type Place, retryNote, type Search } from './place.ts';
import { remotePlace } from './remote-place.ts';

const SETTINGS = z.strictObject(STORE_SHAPE);
const SHAPE = /^(s3|gs):\/\/([^/]*)(?:\/(.*))?$/is;

/** What is at an address such as `s3://bucket/export/`. Throws `CIO_OPTIONS`, `CIO_SOURCE`. */
export async function bucketPlaces(url: string, access: StoreOptions, search: Search): Promise<Place[]> {
  const settings = readOptions('findInputs', SETTINGS, access);
  const [, scheme = '', bucket = '', key = ''] = SHAPE.exec(url) ?? [];
  const kind = scheme.toLowerCase() as 's3' | 'gs';
  if (!BUCKET.test(bucket))
    throw new CioError(
      'CIO_OPTIONS',
      'that is not a bucket name (s3://bucket/name, gs://bucket/name; credentials are not part of it); write ./ before the name of a file like this',
    );
  const place = { bucket, prefix: '', location: url, holds: 'rows' } as const;
  const store = bucketAt(kind, place, { ...settings, onNote: search.note });
  await openedFor(store, 'read');
  const policy = { clock: settings.clock, giveUpMs: settings.giveUpMs };
  const finding = { ...policy, giveUpMs: Math.min(policy.giveUpMs, FIND_MS), stalledMs: FIND_MS, cutOff: search.signal };
  const found = await objectsAt(store, key, finding, search.note);
  return found.map((object) => placeOf(store, `${kind}://${bucket}/${object.name}`, object, { ...policy, note: search.note }));
}

async function objectsAt(store: BucketStore, key: string, policy: RetryPolicy, note: Search['note']): Promise<StoredObject[]> {
  const isFolder = key === '' || key.endsWith('/');
  const object = isFolder ? undefined : await objectNamed(store, key, policy);
  if (object !== undefined) return [object];
  const folder = isFolder ? key : `${key}/`;
  const listed = await listedAt(store, folder, policy);
  if (listed.length === 0) throw nothingAt(store.location, isFolder);
  const inside = listed.map((one) => ({ ...one, name: one.name.slice(folder.length) }));
  return dataFiles(store.location, inside, note).map((one) => ({ ...one, name: folder + one.name }));
}

/** Who may only read need not be able to list. What is wrong otherwise a listing says in more words. */
function objectNamed(store: BucketStore, key: string, policy: RetryPolicy): Promise<StoredObject | undefined> {
  const find = async (signal: AbortSignal): Promise<StoredObject | undefined> => {
    try {
      return await store.find(key, signal);
    } catch (error) {
      if (store.explain(error, 'read').transient) throw error;
      return undefined;
    }
  };
  return retrying(store, 'read', policy, ({ signal }) => find(signal));
}

async function listedAt(store: BucketStore, folder: string, policy: RetryPolicy): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  let page: string | undefined;
  do {
    const before = page;
    const { objects, next }: Page = await retrying(store, 'list', policy, ({ signal }) => store.list(folder, before, signal));
    if (next !== undefined && next === before)
      throw new CioError('CIO_SOURCE', `${store.location} can't be listed: its listing never ends`);
    found.push(...objects);
    page = next;
  } while (page !== undefined);
  return found;
}

function nothingAt(location: string, isFolder: boolean): CioError {
  const what = isFolder ? 'no object is below it' : 'no object has this name, and none is below it';
  const hint = location.includes('*') ? '; patterns (*) are not supported in a bucket: give what comes before the *, up to a slash' : '';
  return new CioError('CIO_SOURCE', `${location} does not exist: ${what}${hint}`);
}

interface Reading extends Pick<RetryPolicy, 'clock' | 'giveUpMs'>, Pick<Search, 'note'> {}

function placeOf(store: BucketStore, label: string, { name, bytes, version }: StoredObject, { note, ...policy }: Reading): Place {
  return remotePlace(
    { label, source: label, version, size: bytes },
    (signal, from, to) =>
      storedBytes(store, name, { ...policy, cutOff: signal, onRetry: retryNote(label, note) }, { from, to, version, location: label }),
    true,
  );
}
