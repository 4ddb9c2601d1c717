/** How to reach a place for rejected records: what the writer, the reader and the check have in common. */
import { z } from 'zod';
import { ADDRESS_RULE, isAddress } from '../address.ts';
import { clockOption, FLAG, fn, type Given, giveUpOption } from '../options.ts';

/** What was read from a file may end in a line end: it is never meant. Other white space at an end is a mistake to be named. */
const text = z
  .string()
  .transform((given) => given.replace(/^[\r\n]+|[\r\n]+$/g, ''))
  .pipe(
    z
      .string()
      .min(1, 'must not be empty')
      .refine((given) => !/^\s|\s$|\p{Cc}/u.test(given), 'has white space at an end, or a control character such as a line end in it'),
  );

/** The address of a server. */
export const ENDPOINT = z.string('must be text').refine(isAddress, ADDRESS_RULE);

/** Options inside `s3`. */
export const S3_SHAPE = {
  /** Another server than Amazon's, for example `https://minio.example.com:9000`. */
  endpoint: ENDPOINT.optional().register(FLAG, {
    flag: '--s3-endpoint <url>',
    doc: "s3://: address of a server other than Amazon's",
    secret: true,
  }),
  /** Region of the bucket. Default: what the SDK finds (`AWS_REGION`, the profile); with `endpoint` then `us-east-1`. */
  region: text
    .optional()
    .register(FLAG, { flag: '--s3-region <region>', doc: 's3://: region of the bucket', standard: 'AWS_REGION, or that of the profile' }),
  /** Puts the bucket into the path instead of the host name. Default `true` with `endpoint`. */
  forcePathStyle: z.boolean().optional().register(FLAG, {
    flag: '--s3-path-style',
    doc: 's3://: put the bucket in the path instead of the host name',
    standard: 'with --s3-endpoint',
    off: 's3://: put the bucket in the host name, even with --s3-endpoint',
  }),
  /** Access key. Default: what the SDK finds. */
  accessKeyId: text.optional(),
  /** The secret that goes with the access key. */
  secretAccessKey: text.optional(),
  /** The token that goes with temporary keys. */
  sessionToken: text.optional(),
  /** IAM role to assume by STS. It is assumed again before it expires. */
  roleArn: text.optional().register(FLAG, { flag: '--s3-role-arn <arn>', doc: 's3://: IAM role to assume' }),
  /** The external ID for that role. */
  externalId: text.optional().register(FLAG, { flag: '--s3-external-id <id>', doc: 's3://: external ID for that role' }),
  /**
   * Checksums that the SDK adds: `WHEN_REQUIRED` for servers that refuse them, `WHEN_SUPPORTED` to always use them. Default: they
   * are used, and left out for a server that turns out to refuse them; `onNote` is called then.
   */
  requestChecksumCalculation: z.enum(['WHEN_SUPPORTED', 'WHEN_REQUIRED']).optional().register(FLAG, {
    flag: '--s3-checksums <when>',
    doc: 's3://: when_required for servers that refuse checksums, when_supported to insist on them',
    standard: 'use them unless the server refuses',
  }),
};

/**
 * Access to Amazon S3, or to anything that speaks its protocol. What you leave out is found as the AWS SDK finds it.
 *
 * @category Rejects
 */
export interface S3Access extends Given<typeof S3_SHAPE> {}

/** Options inside `gcs`. */
export const GCS_SHAPE = {
  /** Another server than Google's. Over plain http, requests are signed only with a key given here. */
  apiEndpoint: ENDPOINT.optional().register(FLAG, {
    flag: '--gcs-endpoint <url>',
    doc: "gs://: address of a server other than Google's",
    secret: true,
  }),
  /** The project. Default: that of the credentials. */
  projectId: text.optional().register(FLAG, { flag: '--gcs-project <id>', doc: 'gs://: project', standard: 'that of the credentials' }),
  /** A file with a key. Default: Application Default Credentials. */
  keyFilename: text.optional().register(FLAG, {
    flag: '--gcs-key-file <file>',
    doc: 'gs://: file with a service account key',
    standard: 'GOOGLE_APPLICATION_CREDENTIALS, or what gcloud set up',
  }),
  /** The contents of such a file. */
  credentials: z.record(z.string(), z.unknown()).transform(withLines).optional(),
};

/**
 * Access to Google Cloud Storage. What you leave out is found by Application Default Credentials.
 *
 * @category Rejects
 */
export interface GcsAccess extends Given<typeof GCS_SHAPE> {}

/** The half of a pair of keys that is missing; undefined where both are there, or none. */
export function missingKey({ accessKeyId, secretAccessKey }: S3Access): 'accessKeyId' | 'secretAccessKey' | undefined {
  if ((accessKeyId === undefined) === (secretAccessKey === undefined)) return undefined;
  return accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey';
}

const S3_ACCESS: z.ZodType<S3Access, S3Access> = z
  .strictObject(S3_SHAPE)
  .refine((s3) => missingKey(s3) === undefined, 'accessKeyId and secretAccessKey go together')
  .refine((s3) => s3.sessionToken === undefined || s3.accessKeyId !== undefined, 'sessionToken goes with accessKeyId and secretAccessKey')
  .refine((s3) => s3.externalId === undefined || s3.roleArn !== undefined, 'externalId goes with roleArn');

const GCS_ACCESS: z.ZodType<GcsAccess, GcsAccess> = z
  .strictObject(GCS_SHAPE)
  .refine((gcs) => gcs.keyFilename === undefined || gcs.credentials === undefined, 'give keyFilename or credentials, not both');

/** A key that went through a variable often has its line ends as two characters each, which no key has otherwise. */
function withLines(credentials: Record<string, unknown>): Record<string, unknown> {
  const { private_key: key } = credentials;
  return typeof key === 'string' ? { ...credentials, private_key: key.replaceAll('\\n', '\n') } : credentials;
}

/** What reaching any place takes, to be spread into the shapes of others. */
export const STORE_SHAPE = {
  /** Access to `s3://`. */
  s3: S3_ACCESS.default({}),
  /** Access to `gs://`. */
  gcs: GCS_ACCESS.default({}),
  /** How many milliseconds to retry while object storage fails (5xx, 429, resets, expired tokens). Default 300,000. */
  giveUpMs: giveUpOption,
  /** Called once with a sentence if a server does not support something: what that is, and what is done instead. Default: no call. */
  onNote: fn<(text: string) => void>().optional(),
  /** Time and chance, for tests. */
  clock: clockOption,
};

/**
 * Options of everything that reaches a folder, `s3://` or `gs://`.
 *
 * @category Rejects
 */
export interface StoreOptions extends Given<typeof STORE_SHAPE> {}

/** {@link StoreOptions} with the defaults filled in. */
export type StoreSettings = z.output<z.ZodObject<typeof STORE_SHAPE>>;
