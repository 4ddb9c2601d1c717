/**
 * Whether a run could work, asked before it: are the credentials good, where does the workspace live, can rejected
 * records be kept. Nothing is left behind.
 */
import { checkStore } from './reject/check-store.ts';
import type { StoreOptions } from './reject/store-options.ts';
import { type Account, type Location, locate } from './write/locate.ts';

/** Options of {@link check}. */
export interface CheckOptions extends Account, Pick<StoreOptions, 's3' | 'gcs'> {
  /** A folder, `s3://bucket/prefix` or `gs://bucket/prefix`: a test object is written, read, listed and deleted there. */
  rejects?: string | URL;
  /** Stops asking. */
  signal?: AbortSignal;
}

/**
 * Asks the Track API, then the place for rejected records. Throws `CIO_AUTH`, `CIO_REGION`, `CIO_NETWORK`, `CIO_API`, or
 * `CIO_REJECT_STORE`; each says which setting or permission is wrong.
 */
export async function check({ rejects, s3, gcs, signal, ...account }: CheckOptions): Promise<Location> {
  const stop = signal === undefined ? {} : { signal };
  const location = await locate(account, stop);
  if (rejects !== undefined) await checkStore(rejects, { ...(s3 && { s3 }), ...(gcs && { gcs }), ...stop });
  return location;
}
