/**
 * The configuration's part about object storage, where rejected records go: none, S3 or GCS. The names, and what they default to,
 * are those of Airbyte's own connector; GCS is an addition. The rules are those of the reject store; checked here, their problems
 * are reported with all others, and in the names of the configuration.
 */
import { z } from 'zod';
import {
  ALWAYS,
  bucketName,
  checkEndpoint,
  checkFileNameFormat,
  checkKeys,
  checkLength,
  checkPathFormat,
  checkPrefix,
  keyFile,
} from './storage-rules.ts';

const VARIABLES =
  'Variables: {namespace} {stream_name} {sync_id} {year} {month} {day} {hour} {minute} {second} {millisecond} {epoch} {date} {date:yyyy_MM} {timestamp} {uuid} {part_number} {format_extension}.';
const secret = { airbyte_secret: true };

function text(title: string, order: number, description: string, more: object = {}): z.ZodString {
  return z.string('must be text').meta({ title, order, description, ...more });
}

function bucket(order: number): z.ZodString {
  return bucketName.meta({ title: 'Bucket Name', order, description: 'Name of the bucket.' });
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
  .meta({
    title: 'Flattening',
    order: 1,
    description: 'Whether the record is written as one field with all its data, or with each of its fields at the root level.',
  });

const format = z
  .discriminatedUnion(
    'format_type',
    [option('CSV', { format_type: z.literal('CSV'), flattening }), option('JSON Lines', { format_type: z.literal('JSONL'), flattening })],
    { error: oneOf('format_type', "'CSV' or 'JSONL'") },
  )
  .default({ format_type: 'CSV', flattening: 'No flattening' })
  .meta({ title: 'Format', description: 'File format for rejected records.', order: 10, type: 'object' });

const compression = z
  .discriminatedUnion(
    'compression_type',
    [option('None', { compression_type: z.literal('No Compression') }), option('GZIP', { compression_type: z.literal('GZIP') })],
    { error: oneOf('compression_type', "'No Compression' or 'GZIP'") },
  )
  .default({ compression_type: 'No Compression' })
  .meta({
    title: 'Compression',
    description: 'Whether to compress the files. Names of compressed files end in .gz.',
    order: 11,
    type: 'object',
  });

// The `default` of the two templates is what the form proposes; if they are absent, Airbyte's code has others.
const layout = {
  bucket_path: text('Bucket Path', 7, 'Folder in the bucket for all files.').superRefine(checkPrefix).default(''),
  format,
  compression,
  path_format: text('Path Format', 12, `Template for the folder of each file, below the bucket path. ${VARIABLES}`, {
    default: '{sync_id}/{namespace}/{stream_name}/',
  })
    .superRefine(checkPathFormat)
    .optional(),
  file_name_format: text('File Name Format', 13, `Template for the name of each file. ${VARIABLES}`, {
    default: '{date}_{timestamp}_{part_number}{format_extension}',
  })
    .superRefine(checkFileNameFormat)
    .optional(),
};

const s3 = option('S3', {
  storage_type: z.literal('S3'),
  access_key_id: text(
    'Access Key ID',
    1,
    'Access key of a user who may read, write, list and delete in the bucket. Leave empty to use the credentials of the environment.',
    secret,
  ).optional(),
  secret_access_key: text('Secret Access Key', 2, 'Secret that belongs to the access key ID.', secret).optional(),
  role_arn: text('Role ARN', 3, 'IAM role to assume with these credentials.').optional(),
  s3_bucket_name: bucket(4),
  s3_bucket_region: text('Bucket Region', 5, 'AWS region of the bucket, such as eu-central-1.').default(''),
  s3_endpoint: text('Endpoint', 6, 'URL of an S3-compatible server. Leave empty for AWS.').superRefine(checkEndpoint).optional(),
  ...layout,
})
  .superRefine(checkLength, ALWAYS)
  .superRefine(checkKeys, ALWAYS);

const gcs = option('Google Cloud Storage', {
  storage_type: z.literal('GCS'),
  service_account_json: keyFile
    .meta({
      title: 'Service Account Key',
      order: 1,
      description:
        'JSON key of a service account that may read, write, list and delete in the bucket. Leave empty to use the credentials of the environment.',
      ...secret,
    })
    .optional(),
  gcs_bucket_name: bucket(4),
  gcs_endpoint: text('Endpoint', 6, 'URL of a server with the API of Google Cloud Storage. Leave empty for Google.')
    .superRefine(checkEndpoint)
    .optional(),
  ...layout,
}).superRefine(checkLength, ALWAYS);

/** The schema of {@link Storage}. */
export const STORAGE = z
  .discriminatedUnion('storage_type', [option('None', { storage_type: z.literal('None') }), s3, gcs], {
    error: oneOf('storage_type', "'None', 'S3' or 'GCS'"),
  })
  .optional()
  .meta({
    title: 'Object Storage for Rejected Records',
    description: 'Where to store rejected records. Without it, they are only counted in the log, by reason.',
    order: 9,
    type: 'object',
  });

/** `object_storage_config`. */
export type Storage = NonNullable<z.output<typeof STORAGE>>;

/** `object_storage_config` with S3. */
export type S3Storage = z.output<typeof s3>;

/** `object_storage_config` with Google Cloud Storage. */
export type GcsStorage = z.output<typeof gcs>;
