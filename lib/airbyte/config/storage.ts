/**
 * The configuration's part about object storage, where rejected records go: none, S3 or GCS. The names, and what they
 * default to, are those of Airbyte's own connector; GCS is ours.
 */
import { z } from 'zod';
import {
  ALWAYS,
  bucketName,
  judgeEndpoint,
  judgeFileNameFormat,
  judgeKeys,
  judgeLength,
  judgePathFormat,
  judgePrefix,
  keyFile,
} from './storage-rules.ts';

const VARIABLES =
  'Variables: {namespace} {stream_name} {sync_id} {year} {month} {day} {hour} {minute} {second} {millisecond} {epoch} {date} {date:yyyy_MM} {timestamp} {uuid} {part_number} {format_extension}.';
const secret = { airbyte_secret: true };

function text(title: string, order: number, description: string, more: object = {}): z.ZodString {
  return z.string('must be text').meta({ title, order, description, ...more });
}

function bucket(order: number): z.ZodString {
  return bucketName.meta({ title: 'Bucket', order, description: 'The name of the bucket.' });
}

function option<S extends z.ZodRawShape>(title: string, shape: S) {
  return z.object(shape).meta({ title });
}

/** The words for a choice by one of its fields: the path of the problem may already lead to it. */
function oneOf(field: string, values: string): z.core.$ZodErrorMap {
  return ({ code }) => (code === 'invalid_union' ? `must be ${values}` : `must be an object whose ${field} is ${values}`);
}

const flattening = z
  .enum(['No flattening', 'Root level flattening'], "must be 'No flattening' or 'Root level flattening'")
  .default('No flattening')
  .meta({ title: 'Flattening', order: 1, description: 'Whether the record is one column, or each of its fields is.' });

const format = z
  .discriminatedUnion(
    'format_type',
    [option('CSV', { format_type: z.literal('CSV'), flattening }), option('JSON lines', { format_type: z.literal('JSONL'), flattening })],
    { error: oneOf('format_type', "'CSV' or 'JSONL'") },
  )
  .default({ format_type: 'CSV', flattening: 'No flattening' })
  .meta({ title: 'Format', description: 'How rejected records are written.', order: 10, type: 'object' });

const compression = z
  .discriminatedUnion(
    'compression_type',
    [option('None', { compression_type: z.literal('No Compression') }), option('GZIP', { compression_type: z.literal('GZIP') })],
    { error: oneOf('compression_type', "'No Compression' or 'GZIP'") },
  )
  .default({ compression_type: 'No Compression' })
  .meta({ title: 'Compression', description: 'Whether the files are compressed; then their names end in .gz.', order: 11, type: 'object' });

// The `default` of the two templates is what the form proposes; where they are absent, Airbyte's code has others.
const layout = {
  bucket_path: text('Path in the bucket', 7, 'All files lie below this path.').superRefine(judgePrefix).default(''),
  format,
  compression,
  path_format: text('Folder template', 12, `The folder below that path. ${VARIABLES}`, {
    default: '{sync_id}/{namespace}/{stream_name}/',
  })
    .superRefine(judgePathFormat)
    .optional(),
  file_name_format: text('File name template', 13, `The name of each file. ${VARIABLES}`, {
    default: '{date}_{timestamp}_{part_number}{format_extension}',
  })
    .superRefine(judgeFileNameFormat)
    .optional(),
};

const s3 = option('S3', {
  storage_type: z.literal('S3'),
  access_key_id: text('Access key id', 1, 'Of a user that may read, write and list. Empty: what the environment has.', secret).optional(),
  secret_access_key: text('Secret access key', 2, 'The secret of that key.', secret).optional(),
  role_arn: text('Role ARN', 3, 'A role to take on with these credentials.').optional(),
  s3_bucket_name: bucket(4),
  s3_bucket_region: text('Bucket region', 5, 'For example eu-central-1.').default(''),
  s3_endpoint: text('Endpoint', 6, 'The address of another server that speaks S3.').superRefine(judgeEndpoint).optional(),
  ...layout,
})
  .superRefine(judgeLength, ALWAYS)
  .superRefine(judgeKeys, ALWAYS);

const gcs = option('Google Cloud Storage', {
  storage_type: z.literal('GCS'),
  service_account_json: keyFile
    .meta({ title: 'Service account key', order: 1, description: 'The JSON key of an account that may read, write and list.', ...secret })
    .optional(),
  gcs_bucket_name: bucket(4),
  gcs_endpoint: text('Endpoint', 6, 'The address of another server that speaks the API of GCS.').superRefine(judgeEndpoint).optional(),
  ...layout,
}).superRefine(judgeLength, ALWAYS);

/** The schema of `object_storage_config`. */
export const STORAGE = z
  .discriminatedUnion('storage_type', [option('None', { storage_type: z.literal('None') }), s3, gcs], {
    error: oneOf('storage_type', "'None', 'S3' or 'GCS'"),
  })
  .optional()
  .meta({
    title: 'Object storage for rejected records',
    description: 'Where records go that Customer.io does not take. Without it they are counted, with the reason, in the log.',
    order: 9,
    type: 'object',
  });

/** `object_storage_config`. */
export type Storage = NonNullable<z.output<typeof STORAGE>>;

/** `object_storage_config` with S3. */
export type S3Storage = z.output<typeof s3>;

/** `object_storage_config` with Google Cloud Storage. */
export type GcsStorage = z.output<typeof gcs>;
