/** What an error of Google Cloud Storage means: which setting or permission is wrong, or that it may work later. */
import { hostAndPort } from '../../address.ts';
import { cleanError, type ErrorFacts, factsOf, networkTrouble, tlsTrouble } from '../errors.ts';
import type { Action, StorageError } from '../object-store.ts';

/** What the words need. */
export interface GcsWhere {
  readonly bucket: string;
  readonly secrets: readonly (string | undefined)[];
  /** True once a request was granted. */
  readonly worked: boolean;
  /** The server, once it is known. */
  readonly endpoint: URL | undefined;
}

const NEEDS: Record<Action, string> = {
  write: 'storage.objects.create',
  read: 'storage.objects.get',
  list: 'storage.objects.list',
  delete: 'storage.objects.delete',
};

/** Understands an error of GCS, or of the SDK where it looks for credentials. */
export function gcsError(error: unknown, deed: Action, where: GcsWhere): StorageError {
  const facts = factsOf(error, where.secrets);
  return { ...judged(facts, deed, where), cause: cleanError(facts) };
}

function judged(facts: ErrorFacts, deed: Action, { bucket, worked, endpoint }: GcsWhere): Omit<StorageError, 'cause'> {
  const { status, message } = facts;
  const final = (why: string): Omit<StorageError, 'cause'> => ({
    why: status === undefined ? why : `${why} (${status})`,
    transient: false,
  });
  const server = endpoint && hostAndPort(endpoint);
  const credentials = credentialTrouble(facts);
  if (credentials) return { ...final(credentials), transient: worked };
  const untrusted = tlsTrouble(facts, server);
  if (untrusted) return { why: untrusted, transient: false };
  const trouble = networkTrouble(facts, server);
  if (trouble) return { why: trouble, transient: true };
  if (status === 408 || status === 429 || (status !== undefined && status >= 500 && status !== 501))
    return { why: `it answers ${status}`, transient: true };
  // What stands between may answer in its place for a while.
  if (status !== undefined && status < 300)
    return { why: `what answers is not Google Cloud Storage (HTTP ${status}): check the endpoint and any proxy`, transient: worked };
  if (status === 403) return final(`these credentials lack the permission ${NEEDS[deed]} on it`);
  if (status === 404 && (deed === 'list' || /bucket/i.test(message))) return final(`there is no bucket ${bucket}`);
  // The session of an upload is forgotten after a while: a new one starts from the first byte.
  if ((status === 404 || status === 410) && deed === 'write') return { why: `it has forgotten the upload (${status})`, transient: true };
  // GCS compares checksums.
  if (/doesn't match calculated|checksum|crc32c/i.test(message)) return { why: 'an upload arrived broken', transient: true };
  if (status === 404) return final('it is not there');
  return final(`it refuses: ${message || 'no reason given'}`);
}

function credentialTrouble({ code, status, message }: ErrorFacts): string | undefined {
  if (status === 401) return 'the credentials are not valid there, or expired: check keyFilename or credentials';
  if (/could not load the default credentials/i.test(message)) {
    return 'no credentials were found: give keyFilename or credentials, or set GOOGLE_APPLICATION_CREDENTIALS';
  }
  if (/invalid_grant|invalid_client|invalid_rapt|unauthorized_client/.test(message))
    return 'the key is not accepted: check keyFilename or credentials';
  if (code === 'ENOENT') return 'the key file is not there: check keyFilename or GOOGLE_APPLICATION_CREDENTIALS';
  return /private key|PEM|DECODER|client_email|asn1/i.test(message)
    ? 'the key is not readable: check keyFilename or credentials'
    : undefined;
}
