/** How to reach a place for rejected records: what the writer, the reader and the check have in common. */
import { z } from 'zod';
import { ADDRESS_RULE, isAddress } from '../address.ts';
import { type Clock, systemClock } from '../clock.ts';
import { count } from '../options.ts';

/** Access to Amazon S3, or to anything that speaks its protocol. What is left out is found by the SDK's own chain. */
export interface S3Access {
  /** Another server than Amazon's, for example `https://minio.example.com:9000`. */
  endpoint?: string | undefined;
  /** Default: what the SDK finds (`AWS_REGION`, the profile); with `endpoint` then `us-east-1`. */
  region?: string | undefined;
  /** The bucket in the path and not in the host name. Default true with `endpoint`. */
  forcePathStyle?: boolean | undefined;
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  /** Goes with temporary keys. */
  sessionToken?: string | undefined;
  /** A role to take on by STS; taken on again before it expires. */
  roleArn?: string | undefined;
  /** What the role's owner asks for. */
  externalId?: string | undefined;
  /** `WHEN_REQUIRED` for older servers that refuse checksums they don't know. Default: the SDK's own, `WHEN_SUPPORTED`. */
  requestChecksumCalculation?: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED' | undefined;
}

/** Access to Google Cloud Storage. What is left out is found by Application Default Credentials. */
export interface GcsAccess {
  /** Another server than Google's. Over plain http requests are signed only with a key given here. */
  apiEndpoint?: string | undefined;
  projectId?: string | undefined;
  /** A file with a key. */
  keyFilename?: string | undefined;
  /** The contents of such a file. */
  credentials?: Record<string, unknown> | undefined;
}

/** What reaching any place takes. */
export interface StoreOptions {
  /** For `s3://`. */
  s3?: S3Access | undefined;
  /** For `gs://`. */
  gcs?: GcsAccess | undefined;
  /** How long to try again while object storage fails (5xx, 429, resets, expired tokens), in milliseconds. Default 300,000. */
  giveUpMs?: number | undefined;
  /** Time and chance, for tests. */
  clock?: Clock | undefined;
}

const text = z.string().min(1).optional();
/** The address of a server. */
export const ENDPOINT: z.ZodType<string> = z.string('must be text').refine(isAddress, ADDRESS_RULE);

/** The half of a pair of keys that is missing; undefined where both are there, or none. */
export function missingKey({ accessKeyId, secretAccessKey }: S3Access): 'accessKeyId' | 'secretAccessKey' | undefined {
  if ((accessKeyId === undefined) === (secretAccessKey === undefined)) return undefined;
  return accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey';
}

const S3_ACCESS = z
  .strictObject({
    endpoint: ENDPOINT.optional(),
    region: text,
    forcePathStyle: z.boolean().optional(),
    accessKeyId: text,
    secretAccessKey: text,
    sessionToken: text,
    roleArn: text,
    externalId: text,
    requestChecksumCalculation: z.enum(['WHEN_SUPPORTED', 'WHEN_REQUIRED']).optional(),
  })
  .refine((s3) => missingKey(s3) === undefined, 'accessKeyId and secretAccessKey go together')
  .refine((s3) => s3.sessionToken === undefined || s3.accessKeyId !== undefined, 'sessionToken goes with accessKeyId and secretAccessKey')
  .refine((s3) => s3.externalId === undefined || s3.roleArn !== undefined, 'externalId goes with roleArn');

const GCS_ACCESS = z
  .strictObject({
    apiEndpoint: ENDPOINT.optional(),
    projectId: text,
    keyFilename: text,
    credentials: z.record(z.string(), z.unknown()).optional(),
  })
  .refine((gcs) => gcs.keyFilename === undefined || gcs.credentials === undefined, 'give keyFilename or credentials, not both');

/** The zod shape of {@link StoreOptions}, to be spread into another. */
export const STORE_SHAPE: {
  s3: z.ZodDefault<z.ZodType<S3Access>>;
  gcs: z.ZodDefault<z.ZodType<GcsAccess>>;
  giveUpMs: z.ZodDefault<z.ZodNumber>;
  clock: z.ZodDefault<z.ZodType<Clock>>;
} = {
  s3: (S3_ACCESS as z.ZodType<S3Access>).default({}),
  gcs: (GCS_ACCESS as z.ZodType<GcsAccess>).default({}),
  giveUpMs: count(0).default(300_000),
  clock: z.custom<Clock>().default(systemClock),
};

/** {@link StoreOptions} with the defaults filled in. */
export interface StoreSettings {
  readonly s3: S3Access;
  readonly gcs: GcsAccess;
  readonly giveUpMs: number;
  readonly clock: Clock;
}
