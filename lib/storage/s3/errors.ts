/** What an error of S3 means: which setting or permission is wrong, or that it may work later. */
import { CONNECTION_RULES, explainedBy, type FailureRule, factsOf, isBusy, REPLACED, type StoreFailure } from '../errors.ts';
import type { Action, StorageError } from '../object-store.ts';
import { isAboutChecksums } from './compatibility.ts';

/** What the words need. */
export interface S3Where extends Pick<StoreFailure, 'worked' | 'asked'> {
  readonly bucket: string;
  readonly region: string | undefined;
  readonly secrets: readonly (string | undefined)[];
}

const NEEDS: Record<Action, string> = { write: 's3:PutObject', read: 's3:GetObject', list: 's3:ListBucket', delete: 's3:DeleteObject' };

const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'InvalidToken']);
const CHAIN = 'the AWS credential chain';
const WRONG_REGION = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']);
/** Refusals that the next attempt may not meet: a broken transfer, or an upload that a restarted server has forgotten. */
const AGAIN = new Set([
  'NoSuchUpload',
  'RequestTimeout',
  'IncompleteBody',
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'ConditionalRequestConflict',
  'OperationAborted',
  'SlowDown',
  'InternalError',
]);

type S3Failure = StoreFailure & S3Where;

const RULES: readonly FailureRule<S3Failure>[] = [
  ...CONNECTION_RULES,
  [
    isAboutChecksums,
    'it does not accept the checksums of the AWS SDK: set requestChecksumCalculation to WHEN_REQUIRED (--s3-checksums when_required)',
  ],
  [
    ({ name, worked }) => name === 'SignatureDoesNotMatch' && worked,
    'it refused the signature, though it accepted earlier requests: have the keys changed, or does a proxy alter requests?',
  ],
  ['SignatureDoesNotMatch', 'the secret access key is wrong: check secretAccessKey or AWS_SECRET_ACCESS_KEY'],
  ['InvalidAccessKeyId', 'the access key ID is unknown there: check accessKeyId or AWS_ACCESS_KEY_ID, and the endpoint'],
  // A proxy may answer in its place for a while.
  ['NotS3', ({ status }) => `the answer is not from S3 (HTTP ${status}): check the endpoint and any proxy`, 'if it worked'],
  ['UserSuspended', 'the user of these keys is suspended'],
  ['AccountProblem', 'there is a problem with the account of these keys'],
  ['RequestTimeTooSkewed', "this machine's clock is wrong"],
  ['KMSDisabledException', 'the key that encrypts the bucket is disabled'],
  [
    'LookupRefused',
    'it does not support If-None-Match, and these credentials may not check whether a name is taken (s3:GetObject, s3:ListBucket)',
  ],
  ['QuotaExceeded', 'the quota is used up'],
  ['ERR_INVALID_CHAR', "a key or token holds a character that can't be sent, such as a line end"],
  // The SDK's own words, before it asks anybody.
  [/^Region is missing$/, 'no region was found: set region or AWS_REGION'],
  ['CredentialsProviderError', `no credentials were found: give accessKeyId and secretAccessKey, or set up ${CHAIN}`, 'if it worked'],
  [EXPIRED, `the token is expired or not valid: renew the session token, or use ${CHAIN}`, 'if it worked'],
  ['NoSuchBucket', noBucket],
  [({ name, action }) => name === 'NotFound' && action === 'list', noBucket],
  [
    ({ name, status = 0 }) => WRONG_REGION.has(name) || status === 301 || status === 307,
    ({ region }, codes) => `the bucket is not in the region ${region ?? 'that was found'}: set region to the bucket's own${codes}`,
  ],
  [(failure) => AGAIN.has(failure.name) || isBusy(failure), (failure) => `it answered ${codesOf(failure)}`, 'always'],
  [403, ({ action }, codes) => `these credentials lack the permission ${NEEDS[action]} on it${codes}`],
  [404, 'it does not exist'],
  [({ status, action }) => status === 412 && action === 'read', REPLACED],
];

/** Understands an error of the AWS SDK. */
export function s3Error(error: unknown, action: Action, where: S3Where): StorageError {
  const failure = { ...factsOf(error, where.secrets), ...where, action };
  return explainedBy(RULES, failure, codesOf(failure));
}

function noBucket({ bucket }: S3Failure, codes: string): string {
  return `there is no bucket ${bucket}${codes}`;
}

function codesOf({ name, status }: StoreFailure): string {
  return [name, status].filter((part) => part && part !== 'Error').join(', ');
}
