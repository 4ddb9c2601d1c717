/**
 * Whether a run could work, asked before it: are the credentials good, where does the workspace live, can rejected
 * records be kept. Nothing is left behind.
 */
import { z } from 'zod';
import { type Given, readOptions, signalOption } from '../options.ts';
import { checkStore } from '../storage/check-store.ts';
import { STORE_SHAPE, type StoreOptions } from '../storage/options.ts';
import { CREDENTIAL_SHAPE, TRACK_WRITER_SHAPE, type TrackWriterOptions, withAccount } from '../write/options.ts';
import { type LocatedAccount, locate } from '../write/request/locate.ts';

/** What is not asked elsewhere too. */
export const CHECK_SHAPE = {
  /** A folder, `s3://bucket/prefix` or `gs://bucket/prefix`: a test file is written, read, listed and deleted there. */
  rejects: z
    .custom<string | URL>(
      (value) => (typeof value === 'string' && value !== '') || value instanceof URL,
      'must be a folder, s3:// or gs://',
    )
    .optional(),
  /** Stops the check. */
  signal: signalOption,
};

/**
 * Options of {@link check}.
 *
 * @category Checks
 */
export interface CheckOptions
  extends Pick<TrackWriterOptions, 'siteId' | 'apiKey' | 'region' | 'baseUrl'>,
    Pick<StoreOptions, 's3' | 'gcs'>,
    Given<typeof CHECK_SHAPE> {}

const { region, baseUrl } = TRACK_WRITER_SHAPE;
const { s3, gcs } = STORE_SHAPE;
const OPTIONS = z.strictObject({ ...CREDENTIAL_SHAPE, region, baseUrl, s3, gcs, ...CHECK_SHAPE });

/**
 * Checks before a run that the credentials are good, and, with `rejects`, that rejected rows can be stored. Nothing is left behind.
 * The account is found as {@link trackWriter} finds it.
 *
 * @returns Where the account lives.
 * @throws {@link CioError} `CIO_OPTIONS`, `CIO_AUTH`, `CIO_REGION`, `CIO_NETWORK`, `CIO_API` or `CIO_REJECT_STORE`; each names the
 * setting or permission that is wrong
 * @example
 * ```ts
 * import { check } from 'customerio-streams';
 *
 * const { region } = await check({ rejects: 'rejected/' });
 * console.log(region); // us
 * ```
 *
 * @category Checks
 */
export async function check(options?: CheckOptions): Promise<LocatedAccount> {
  const { rejects, s3, gcs, signal, ...account } = readOptions('check', OPTIONS, withAccount(options));
  const location = await locate(account, { signal });
  if (rejects !== undefined) await checkStore(rejects, { s3, gcs, signal });
  return location;
}
