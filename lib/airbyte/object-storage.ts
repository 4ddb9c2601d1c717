/** `object_storage_config` -> the store for rejected records. */
import { CioError } from '../errors.ts';
import type { RejectSink } from '../write/options.ts';
import type { Storage } from './storage-config.ts';

/** The store, or undefined where none is configured: then rejections are only counted. Throws `CIO_OPTIONS`. */
export function rejectStore(storage: Storage | undefined, _syncId: string | undefined): RejectSink | undefined {
  if (storage === undefined || storage.storage_type === 'None') return undefined;
  throw new CioError('CIO_OPTIONS', `object_storage_config: ${storage.storage_type} is not available in this build`);
}
