/**
 * What the user names as a place -> what kind it is. Object storage URLs are taken as they are written, not decoded: a key
 * may hold any character. Values are not repeated in messages: a URL may hold a secret.
 */
import { basename, dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CioError } from '../errors.ts';
import { say, type Text } from '../wording.ts';
import { FolderStore } from './folder-store.ts';
import { GcsStore } from './gcs/store.ts';
import type { BucketPlace, BucketStore, ObjectStore } from './object-store.ts';
import type { StoreSettings } from './options.ts';
import { S3Store } from './s3/store.ts';

/** A place for objects. */
export type Location =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 's3' | 'gs'; readonly bucket: string; readonly prefix: string };

/** What a bucket may be called. */
export const BUCKET: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{1,220}[A-Za-z0-9]$/;
/** S3 and GCS take keys of up to 1,024 bytes; names in them get the rest. */
const MAX_KEY_BYTES = 1_024;

/** Reads a folder, a file URL, `s3://` or `gs://`. Throws `CIO_OPTIONS` in the name of `option`. */
export function readLocation(option: Text, given: string | URL): Location {
  const to = given instanceof URL ? decodeURI(given.href) : given;
  const wrong = (why: string, cause?: unknown): CioError => new CioError('CIO_OPTIONS', say`${option}: ${why}`, cause);
  const [, scheme, bucket = '', prefix = ''] = /^(s3|gs):\/\/([^/]*)\/?(.*)$/is.exec(to) ?? [];
  if (scheme !== undefined) {
    if (!BUCKET.test(bucket)) throw wrong('that is not a bucket name: write s3://bucket/prefix or gs://bucket/prefix, without credentials');
    if (!isPrefix(prefix)) throw wrong('a prefix can\'t hold control characters, "." or ".."');
    return { kind: scheme.toLowerCase() as 's3' | 'gs', bucket, prefix: tidy(prefix) };
  }
  const [, mistyped] = /^(s3|gs)(?::|\/\/)/i.exec(to) ?? [];
  if (mistyped !== undefined) throw wrong(`write ${mistyped.toLowerCase()}://bucket/prefix, or ./ before the name of a folder like this`);
  if (/^file:\/\//i.test(to)) return { kind: 'folder', path: filePath(given, wrong) };
  if (/^file:/i.test(to)) return { kind: 'folder', path: to.slice('file:'.length) || '.' };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(to))
    throw wrong('that is an unknown kind of address: name a folder, s3://bucket/prefix or gs://bucket/prefix');
  return { kind: 'folder', path: to };
}

/** Whether objects can lie below it. */
export function isPrefix(text: string): boolean {
  return !/\p{Cc}|\p{Cs}/u.test(text) && text.split('/').every((part) => part !== '.' && part !== '..');
}

/** Why names of up to `nameBytes` bytes don't fit below a prefix; undefined if they do. */
export function keyProblem(prefix: string, nameBytes: number): string | undefined {
  const above = Buffer.byteLength(tidy(prefix));
  const bytes = nameBytes + (above === 0 ? 0 : above + 1);
  return bytes <= MAX_KEY_BYTES ? undefined : `a key can be up to ${bytes} bytes long, more than ${MAX_KEY_BYTES}`;
}

function tidy(prefix: string): string {
  return prefix.split('/').filter(Boolean).join('/');
}

function filePath(url: string | URL, wrong: (why: string, cause?: unknown) => CioError): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw wrong('that is not a usable file URL: write a relative folder as "file:rejected/", without "//"', error);
  }
}

/** The store of a place; nothing is loaded or asked yet. `location` is what errors call it. */
export function storeAt(place: Location, settings: StoreSettings, location: string = locationOf(place)): ObjectStore {
  if (place.kind === 'folder') return new FolderStore(place.path, location);
  return bucketAt(place.kind, { bucket: place.bucket, prefix: place.prefix === '' ? '' : `${place.prefix}/`, location }, settings);
}

/** The same for a place in a bucket. */
export function bucketAt(kind: 's3' | 'gs', place: BucketPlace, settings: StoreSettings): BucketStore {
  return kind === 's3' ? new S3Store(place, settings.s3, settings.onNote) : new GcsStore(place, settings.gcs);
}

/** A place as what holds it and its name in there: it may be one object, or all below it. */
export function splitLocation(place: Location): { parent: Location; base: string; location: string } {
  const location = locationOf(place);
  if (place.kind === 'folder') {
    const path = resolve(place.path);
    return { parent: { kind: 'folder', path: dirname(path) }, base: basename(path), location };
  }
  const at = place.prefix.lastIndexOf('/');
  return { parent: { ...place, prefix: place.prefix.slice(0, Math.max(0, at)) }, base: place.prefix.slice(at + 1), location };
}

/** Whether the object `name` below `parent` lies in `place`. */
export function isWithin(parent: Location, name: string, place: Location): boolean {
  if (parent.kind === 'folder') {
    return place.kind === 'folder' && `${resolve(parent.path, ...name.split('/'))}${sep}`.startsWith(`${resolve(place.path)}${sep}`);
  }
  if (place.kind !== parent.kind || place.bucket !== parent.bucket) return false;
  const key = parent.prefix === '' ? name : `${parent.prefix}/${name}`;
  return place.prefix === '' || `${key}/`.startsWith(`${place.prefix}/`);
}

/** What a file is called that lies in the place `location`, whose last part is `base`; `name` begins with it, too. */
export function fileIn(location: string, base: string, name: string): string {
  const inside = name.slice(base.length).replace(/^\/+/, '');
  return inside === '' ? location : `${location.replace(/[\\/]+$/, '')}/${inside}`;
}

/** What errors call a place. */
export function locationOf(place: Location): string {
  return place.kind === 'folder' ? place.path : `${place.kind}://${place.bucket}/${place.prefix}`;
}
