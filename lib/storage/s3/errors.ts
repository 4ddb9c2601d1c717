/** What an error of S3 means: which setting or permission is wrong, or that it may work later. */
import { cleanError, type ErrorFacts, factsOf, networkTrouble, tlsTrouble } from '../errors.ts';
import type { Action, StorageError } from '../object-store.ts';
import { isAboutChecksums } from './compatibility.ts';

/** What the words need. */
export interface S3Where {
  readonly bucket: string;
  readonly region: string | undefined;
  readonly secrets: readonly (string | undefined)[];
  /** True once a request was granted: what is refused afterwards may be granted again with fresh credentials. */
  readonly worked: boolean;
  /** The host and port of the last request, once there was one. */
  readonly asked: string | undefined;
}

const NEEDS: Record<Action, string> = { write: 's3:PutObject', read: 's3:GetObject', list: 's3:ListBucket', delete: 's3:DeleteObject' };

/** By the code that S3 gives. */
const FINAL: Record<string, string> = {
  InvalidAccessKeyId: 'the access key id is not known there: check accessKeyId or AWS_ACCESS_KEY_ID, and the endpoint',
  SignatureDoesNotMatch: 'the secret access key is wrong: check secretAccessKey or AWS_SECRET_ACCESS_KEY',
  UserSuspended: 'the user of these keys is suspended',
  AccountProblem: 'there is a problem with the account of these keys',
  RequestTimeTooSkewed: "this machine's clock is wrong",
  KMSDisabledException: 'the key that encrypts the bucket is disabled',
  LookupRefused:
    'it does not know If-None-Match, and these credentials may not look up whether a name is taken (s3:GetObject, s3:ListBucket)',
  QuotaExceeded: 'the quota is used up',
};
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'InvalidToken', 'CredentialsProviderError']);
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

/** Understands an error of the AWS SDK. */
export function s3Error(error: unknown, deed: Action, where: S3Where): StorageError {
  const facts = factsOf(error, where.secrets);
  return { ...judged(facts, deed, where), cause: cleanError(facts) };
}

function judged(facts: ErrorFacts, deed: Action, { bucket, region, worked, asked }: S3Where): Omit<StorageError, 'cause'> {
  const { name, status } = facts;
  const told = [name, status].filter((part) => part && part !== 'Error').join(', ');
  const final = (why: string): Omit<StorageError, 'cause'> => ({ why: told === '' ? why : `${why} (${told})`, transient: false });
  const untrusted = tlsTrouble(facts, asked);
  if (untrusted) return { why: untrusted, transient: false };
  const trouble = networkTrouble(facts, asked);
  if (trouble) return { why: trouble, transient: true };
  if (isAboutChecksums(facts)) {
    return final('it refuses the checksums of the AWS SDK: set requestChecksumCalculation to WHEN_REQUIRED (--s3-checksums when_required)');
  }
  if (name === 'SignatureDoesNotMatch' && worked) {
    return final(
      'it refuses the signature, though other requests were granted: were the keys changed, or does a proxy change what is sent?',
    );
  }
  // What stands between may answer in its place for a while.
  if (name === 'NotS3') return { why: `what answers is not S3 (HTTP ${status}): check the endpoint and any proxy`, transient: worked };
  if (FINAL[name]) return final(FINAL[name]);
  if (facts.code === 'ERR_INVALID_CHAR') return final("a key or token holds a character that can't be sent, such as a line end");
  // The SDK's own words, before it asks anybody.
  if (facts.message === 'Region is missing') return final('no region was found: set region or AWS_REGION');
  if (EXPIRED.has(name)) {
    const why =
      name === 'CredentialsProviderError'
        ? 'no credentials were found: give accessKeyId and secretAccessKey, or set up the'
        : 'the token is expired or not valid: renew the session token, or use the';
    return { why: `${why} AWS credential chain (${told})`, transient: worked };
  }
  if (name === 'NoSuchBucket' || (name === 'NotFound' && deed === 'list')) return final(`there is no bucket ${bucket}`);
  if (WRONG_REGION.has(name) || status === 301 || status === 307) {
    return final(`the bucket is not in the region ${region ?? 'that was found'}: set region to the bucket's own`);
  }
  if (AGAIN.has(name) || status === 429 || (status !== undefined && status >= 500 && status !== 501))
    return { why: `it answers ${told}`, transient: true };
  if (status === 403) return final(`these credentials lack the permission ${NEEDS[deed]} on it`);
  if (status === 404) return final('it is not there');
  return final(`it refuses: ${facts.message || 'no reason given'}`);
}
