/**
 * The configuration's part about object storage, where rejected records go: none, S3 or GCS. The names, and what they default to,
 * are those of Airbyte's own connector; GCS is an addition. The rules are those of the reject store; checked here, their problems
 * are reported with all others, and in the names of the configuration.
 */
import { z } from 'zod';
import { ADDRESS_RULE } from '../../address.ts';
import { isObject } from '../../json/exact.ts';
import { longestName } from '../../reject/naming.ts';
import { fileNameTemplate, pathTemplate, type Template } from '../../reject/template.ts';
import { BUCKET, isPrefix, keyProblem } from '../../storage/location.ts';
import { ENDPOINT, missingKey } from '../../storage/options.ts';

/** The templates that Airbyte's connector uses if they are absent: not those that its form proposes. */
export const DEFAULT_PATH = '{namespace}/{stream_name}/';
export const DEFAULT_FILE_NAME = '{year}_{month}_{day}_{epoch}_{part_number}{format_extension}';

type Refine<T> = (value: T, context: z.RefinementCtx) => void;

/** The name of a bucket. */
const bucketName = z
  .string('must be text')
  .regex(BUCKET, 'is not the name of a bucket (3 or more letters, digits, - _ . and nothing else)');

/** A path that objects can lie below. */
const checkPrefix: Refine<string> = (text, context) => {
  if (!isPrefix(text)) context.addIssue('can\'t hold control characters, "." or ".."');
};

/** The address of a server; empty is none. */
const checkEndpoint: Refine<string> = (text, context) => {
  if (text !== '' && !ENDPOINT.safeParse(text).success) context.addIssue(ADDRESS_RULE);
};

/** `path_format`; if empty, there is no folder. */
const checkPathFormat: Refine<string> = checkTemplate(pathTemplate);
/** `file_name_format`; empty is none. */
const checkFileNameFormat: Refine<string> = checkTemplate(fileNameTemplate);

function checkTemplate(read: (text: string) => Template): Refine<string> {
  return (text, context) => {
    if (text === '') return;
    for (const problem of read(text).problems) context.addIssue(`can't be used: ${problem}`);
  };
}

const NO_KEY = 'is not a JSON object: paste the whole key file';

/** A key file as text; blank is none. */
const keyFile = z
  .string('must be text')
  .regex(/^\s*(\{[\s\S]*)?$/, NO_KEY)
  .refine((text) => text.trim() === '' || readKey(text) !== undefined, NO_KEY);

/** The key in a key file; undefined if there is none. */
export function readKey(text: string): Record<string, unknown> | undefined {
  try {
    const key: unknown = JSON.parse(text);
    return isObject(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** For rules about several fields: a problem of one must not hide them. */
const ALWAYS = { when: () => true };

/** Prefix and names together fit in a key. If one of them is wrong by itself, its length says nothing. */
const checkLength: Refine<Record<string, unknown>> = (storage, context) => {
  const { bucket_path: prefix = '', path_format = DEFAULT_PATH, file_name_format } = storage;
  const name = file_name_format || DEFAULT_FILE_NAME;
  if (typeof prefix !== 'string' || typeof path_format !== 'string' || typeof name !== 'string') return;
  const [path, file] = [pathTemplate(path_format), fileNameTemplate(name)];
  const problem = keyProblem(prefix, longestName(path, file));
  if (problem === undefined || path.problems.length + file.problems.length > 0) return;
  const message = `is too long together with path_format and file_name_format: ${problem}`;
  context.addIssue({ code: 'custom', path: ['bucket_path'], message });
};

/** The two halves of a pair of keys; empty is none. */
const checkKeys: Refine<Record<string, unknown>> = ({ access_key_id: id, secret_access_key: secret }, context) => {
  const missing = missingKey({ accessKeyId: id ? 'there' : undefined, secretAccessKey: secret ? 'there' : undefined });
  if (missing === undefined) return;
  const [name, other] = missing === 'accessKeyId' ? ['access_key_id', 'secret_access_key'] : ['secret_access_key', 'access_key_id'];
  context.addIssue({ code: 'custom', path: [name as string], message: `is missing: it goes with ${other}` });
};

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

// The `default` of the two templates is what the form proposes; if they are absent, Airbyte's code has others.
const layout = {
  bucket_path: text('Path in the bucket', 7, 'All files lie below this path.').superRefine(checkPrefix).default(''),
  format,
  compression,
  path_format: text('Folder template', 12, `The folder below that path. ${VARIABLES}`, {
    default: '{sync_id}/{namespace}/{stream_name}/',
  })
    .superRefine(checkPathFormat)
    .optional(),
  file_name_format: text('File name template', 13, `The name of each file. ${VARIABLES}`, {
    default: '{date}_{timestamp}_{part_number}{format_extension}',
  })
    .superRefine(checkFileNameFormat)
    .optional(),
};

const s3 = option('S3', {
  storage_type: z.literal('S3'),
  access_key_id: text('Access key id', 1, 'Of a user that may read, write and list. Empty: what the environment has.', secret).optional(),
  secret_access_key: text('Secret access key', 2, 'The secret of that key.', secret).optional(),
  role_arn: text('Role ARN', 3, 'An IAM role to assume with these credentials.').optional(),
  s3_bucket_name: bucket(4),
  s3_bucket_region: text('Bucket region', 5, 'For example eu-central-1.').default(''),
  s3_endpoint: text('Endpoint', 6, 'The address of another server that speaks S3.').superRefine(checkEndpoint).optional(),
  ...layout,
})
  .superRefine(checkLength, ALWAYS)
  .superRefine(checkKeys, ALWAYS);

const gcs = option('Google Cloud Storage', {
  storage_type: z.literal('GCS'),
  service_account_json: keyFile
    .meta({ title: 'Service account key', order: 1, description: 'The JSON key of an account that may read, write and list.', ...secret })
    .optional(),
  gcs_bucket_name: bucket(4),
  gcs_endpoint: text('Endpoint', 6, 'The address of another server that speaks the API of GCS.').superRefine(checkEndpoint).optional(),
  ...layout,
}).superRefine(checkLength, ALWAYS);

/** The schema of {@link Storage}. */
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
