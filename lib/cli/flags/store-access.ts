/** How to get to object storage by the flags, as the library wants it. */
import { CioError } from '../../errors.ts';
import { GCS_SHAPE, S3_SHAPE, type StoreOptions } from '../../storage/options.ts';
import { optionsFrom } from './flag.ts';
import type { StoreFlags } from './flags.ts';

/** Throws `CIO_OPTIONS` for a flag that does nothing. */
export function accessOf(flags: StoreFlags): Pick<StoreOptions, 's3' | 'gcs'> {
  if (flags.s3ExternalId !== undefined && flags.s3RoleArn === undefined) {
    throw new CioError('CIO_OPTIONS', '--s3-external-id does nothing without --s3-role-arn');
  }
  return { s3: optionsFrom(S3_SHAPE, flags), gcs: optionsFrom(GCS_SHAPE, flags) };
}
