/** Which store a place needs. Values are not repeated in messages: a URL may hold a secret. */
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';
import { CioError } from '../errors.ts';
import { FileStore } from './file-store.ts';
import type { Store } from './store.ts';
import { StreamStore } from './stream-store.ts';

/** A Writable, a local folder, or a file URL. */
export type Place = Writable | string | URL;

/** The store for `to`. Throws `CIO_OPTIONS` where there is none. */
export function openStore(to: Place, rollBytes: number, clock: Clock): Store {
  if (typeof to !== 'string' && !(to instanceof URL)) return new StreamStore(to);
  return new FileStore(folderOf(String(to)), rollBytes, clock);
}

function folderOf(to: string): string {
  if (/^(gs|s3):\/\//i.test(to)) {
    throw unusable('object storage (gs://, s3://) is not in this version yet: use a local folder and copy its files, or give a Writable');
  }
  if (/^file:\/\//i.test(to)) return pathOf(to);
  if (/^file:/i.test(to)) return to.slice('file:'.length) || '.';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(to)) throw unusable('unknown kind of URL: use a local folder, or give a Writable');
  return to;
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw unusable('not a usable file URL (a relative folder is "file:rejected/", without slashes before it)', error);
  }
}

function unusable(why: string, cause?: unknown): CioError {
  return new CioError('CIO_OPTIONS', `rejectWriter: option "to": ${why}`, cause);
}
