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
  /**
   * Checksums that the SDK adds: `WHEN_REQUIRED` for servers that refuse them, `WHEN_SUPPORTED` insists on them. Default: as
   * supported, and left out for a server that turns out to refuse them; `onNote` hears of it.
   */
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
  /** Hears once, in words, of what a server turned out not to know, and what is done instead. Default: nobody. */
  onNote?: ((text: string) => void) | undefined;
  /** Time and chance, for tests. */
  clock?: Clock | undefined;
}

/** What was read from a file may end in a line end: it is never meant. Other white space at an end is a mistake to be named. */
const text = z
  .string()
  .transform((given) => given.replace(/^[\r\n]+|[\r\n]+$/g, ''))
  .pipe(
    z
      .string()
      .min(1)
      .refine((given) => !/^\s|\s$|\p{Cc}/u.test(given), 'has white space at an end, or a control character such as a line end in it'),
  )
  .optional();
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

/** A key that went through a variable often has its line ends as two characters each, which no key has otherwise. */
function withLines(credentials: Record<string, unknown>): Record<string, unknown> {
  const { private_key: key } = credentials;
  return typeof key === 'string' ? { ...credentials, private_key: key.replaceAll('\\n', '\n') } : credentials;
}

const GCS_ACCESS = z
  .strictObject({
    apiEndpoint: ENDPOINT.optional(),
    projectId: text,
    keyFilename: text,
    credentials: z.record(z.string(), z.unknown()).transform(withLines).optional(),
  })
  .refine((gcs) => gcs.keyFilename === undefined || gcs.credentials === undefined, 'give keyFilename or credentials, not both');

/** The zod shape of {@link StoreOptions}, to be spread into another. */
export const STORE_SHAPE: {
  s3: z.ZodDefault<z.ZodType<S3Access>>;
  gcs: z.ZodDefault<z.ZodType<GcsAccess>>;
  giveUpMs: z.ZodDefault<z.ZodNumber>;
  onNote: z.ZodOptional<z.ZodType<(text: string) => void>>;
  clock: z.ZodDefault<z.ZodType<Clock>>;
} = {
  s3: (S3_ACCESS as z.ZodType<S3Access>).default({}),
  gcs: (GCS_ACCESS as z.ZodType<GcsAccess>).default({}),
  giveUpMs: count(0).default(300_000),
  onNote: z.custom<(text: string) => void>((value) => typeof value === 'function', 'must be a function').optional(),
  clock: z.custom<Clock>().default(systemClock),
};

/** {@link StoreOptions} with the defaults filled in. */
export interface StoreSettings {
  readonly s3: S3Access;
  readonly gcs: GcsAccess;
  readonly giveUpMs: number;
  readonly onNote?: (text: string) => void;
  readonly clock: Clock;
}
