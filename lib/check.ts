/**
 * Whether a run could work, asked before it: are the credentials good, where does the workspace live, can rejected
 * records be kept. Nothing is left behind.
 */
import { z } from 'zod';
import { readOptions } from './options.ts';
import { checkStore } from './storage/check-store.ts';
import { STORE_SHAPE, type StoreOptions } from './storage/options.ts';
import { type Account, type LocatedAccount, locate } from './write/locate.ts';
import { TRACK_WRITER_OPTIONS, type TrackWriterOptions } from './write/options.ts';

/** Options of {@link check}. */
export interface CheckOptions
  extends Pick<TrackWriterOptions, 'siteId' | 'apiKey' | 'region' | 'baseUrl'>,
    Pick<StoreOptions, 's3' | 'gcs'> {
  /** A folder, `s3://bucket/prefix` or `gs://bucket/prefix`: a test object is written, read, listed and deleted there. */
  rejects?: string | URL | undefined;
  /** Stops asking. */
  signal?: AbortSignal | undefined;
}

const { siteId, apiKey, region, baseUrl, signal } = TRACK_WRITER_OPTIONS.shape;
const { s3, gcs } = STORE_SHAPE;
const rejects = z.custom<string | URL>(
  (value) => (typeof value === 'string' && value !== '') || value instanceof URL,
  'must be a folder, s3:// or gs://',
);
const OPTIONS = z.strictObject({ siteId, apiKey, region, baseUrl, signal, s3, gcs, rejects: rejects.optional() });

/**
 * Asks the Track API, then the place for rejected records. Throws `CIO_OPTIONS`, `CIO_AUTH`, `CIO_REGION`, `CIO_NETWORK`,
 * `CIO_API`, or `CIO_REJECT_STORE`; each says which setting or permission is wrong.
 */
export async function check(options: CheckOptions): Promise<LocatedAccount> {
  const { rejects, s3, gcs, signal, ...account } = readOptions('check', OPTIONS, options) as CheckOptions & Account;
  const location = await locate(account, { signal });
  if (rejects !== undefined) await checkStore(rejects, { s3, gcs, signal });
  return location;
}
