/**
 * `object_storage_config` -> the options of rejectWriter(). An empty field counts as absent: Airbyte's form leaves such
 * fields.
 */

import type { RejectSink } from '../../record/rejection.ts';
import type { RejectWriterOptions } from '../../reject/options.ts';
import { rejectWriter } from '../../reject/reject-writer.ts';
import type { GcsStorage, S3Storage, Storage } from './storage.ts';
import { DEFAULT_FILE_NAME, DEFAULT_PATH, readKey } from './storage-rules.ts';

const ROLL_BYTES = 200 * 1024 * 1024;

/** Options of rejectWriter() with a place in a bucket. */
export type StoredRejects = RejectWriterOptions & { readonly to: string };

/** The store, or undefined if none is configured: then rejections are only counted. It gives up when `signal` aborts. */
export function rejectStore(
  storage: Storage | undefined,
  syncId: string | undefined,
  how: Pick<RejectWriterOptions, 'signal' | 'onNote'>,
): RejectSink | undefined {
  const options = storage && rejectOptions(storage, syncId);
  return options && rejectWriter({ ...options, ...how });
}

/** The options of rejectWriter(); undefined for `None`. */
export function rejectOptions(storage: Storage, syncId: string | undefined): StoredRejects | undefined {
  if (storage.storage_type === 'None') return undefined;
  const { format, compression, path_format, file_name_format } = storage;
  return {
    ...(storage.storage_type === 'S3' ? s3(storage) : gcs(storage)),
    format: format.format_type === 'CSV' ? 'csv' : 'ndjson',
    flattening: format.flattening === 'No flattening' ? 'none' : 'root',
    compression: compression.compression_type === 'GZIP' ? 'gzip' : 'none',
    pathFormat: path_format ?? DEFAULT_PATH,
    fileNameFormat: file_name_format || DEFAULT_FILE_NAME,
    rollBytes: ROLL_BYTES,
    ...filled({ syncId }),
  };
}

function s3(storage: S3Storage): Pick<StoredRejects, 'to' | 's3'> {
  const access = {
    endpoint: storage.s3_endpoint,
    region: storage.s3_bucket_region,
    accessKeyId: storage.access_key_id,
    secretAccessKey: storage.secret_access_key,
    roleArn: storage.role_arn,
  };
  return { to: `s3://${storage.s3_bucket_name}/${storage.bucket_path}`, s3: filled(access) };
}

function gcs(storage: GcsStorage): Pick<StoredRejects, 'to' | 'gcs'> {
  const credentials = readKey(storage.service_account_json ?? '');
  const access = { ...filled({ apiEndpoint: storage.gcs_endpoint }), ...(credentials ? { credentials } : {}) };
  return { to: `gs://${storage.gcs_bucket_name}/${storage.bucket_path}`, gcs: access };
}

/** The members that have a value. */
function filled<K extends string>(members: Record<K, string | undefined>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value)) as Partial<Record<K, string>>;
}
