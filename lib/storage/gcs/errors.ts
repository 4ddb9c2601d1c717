/** What an error of Google Cloud Storage means: which setting or permission is wrong, or that it may work later. */
import { hostAndPort } from '../../address.ts';
import { CONNECTION_RULES, explainedBy, type FailureRule, factsOf, isBusy, REPLACED, type StoreFailure } from '../errors.ts';
import type { Action, StorageError } from '../object-store.ts';

/** What the words need. */
export interface GcsWhere extends Pick<StoreFailure, 'worked'> {
  readonly bucket: string;
  readonly secrets: readonly (string | undefined)[];
  /** The server, once it is known. */
  readonly endpoint: URL | undefined;
}

const NEEDS: Record<Action, string> = {
  write: 'storage.objects.create',
  read: 'storage.objects.get',
  list: 'storage.objects.list',
  delete: 'storage.objects.delete',
};

type GcsFailure = StoreFailure & GcsWhere;

const RULES: readonly FailureRule<GcsFailure>[] = [
  [401, 'the credentials are not valid there, or have expired: check keyFilename or credentials', 'if it worked'],
  [
    /could not load the default credentials/i,
    'no credentials were found: give keyFilename or credentials, or set GOOGLE_APPLICATION_CREDENTIALS',
    'if it worked',
  ],
  [/invalid_(grant|client|rapt)|unauthorized_client/, 'the key is not accepted: check keyFilename or credentials', 'if it worked'],
  ['ENOENT', 'the key file does not exist: check keyFilename or GOOGLE_APPLICATION_CREDENTIALS', 'if it worked'],
  [/private key|PEM|DECODER|client_email|asn1/i, "the key can't be read: check keyFilename or credentials", 'if it worked'],
  ...CONNECTION_RULES,
  [(failure) => failure.status === 408 || isBusy(failure), ({ status }) => `it answered ${status}`, 'always'],
  // A proxy may answer in its place for a while.
  [
    ({ status }) => status !== undefined && status < 300,
    ({ status }) => `the answer is not from Google Cloud Storage (HTTP ${status}): check the endpoint and any proxy`,
    'if it worked',
  ],
  [403, ({ action }, codes) => `these credentials lack the permission ${NEEDS[action]} on it${codes}`],
  [
    ({ status, action, message }) => status === 404 && (action === 'list' || /bucket/i.test(message)),
    ({ bucket }, codes) => `there is no bucket ${bucket}${codes}`,
  ],
  // The session of an upload is forgotten after a while: a new one starts from the first byte.
  [({ status, action }) => (status === 404 || status === 410) && action === 'write', 'it no longer knows the upload', 'always'],
  // GCS compares checksums.
  [/doesn't match calculated|checksum|crc32c/i, () => 'an upload arrived damaged', 'always'],
  [404, 'it does not exist'],
  [({ status, action }) => status === 412 && action === 'read', REPLACED],
];

/** Understands an error of GCS, or of the SDK when it looks for credentials. */
export function gcsError(error: unknown, action: Action, where: GcsWhere): StorageError {
  const failure = { ...factsOf(error, where.secrets), ...where, asked: where.endpoint && hostAndPort(where.endpoint), action };
  return explainedBy(RULES, failure, String(failure.status ?? ''));
}
