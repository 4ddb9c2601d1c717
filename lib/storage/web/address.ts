/**
 * A web address as the user gives it -> what is asked for, and what may be shown and kept of it. Signatures, tokens and
 * passwords are in neither: what is signed again tomorrow is the same object.
 */
import { createHash } from 'node:crypto';
import { decodedPart } from '../../address.ts';
import { CioError } from '../../errors.ts';

/** Where something lies in the web. */
export interface WebAddress {
  /** With its query, without credentials. */
  readonly url: URL;
  /** The header, if the address has credentials. */
  readonly authorization: string | undefined;
  /** Without query and credentials, for messages. */
  readonly label: string;
  /** The same, and a hash of what of the query tells one object from another. */
  readonly identity: string;
}

const HASH_LENGTH = 12;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
/** What signs a query, at Amazon, Google, Microsoft and CloudFront, and what others call their secrets. */
const SIGNING = /^(?:x-(?:amz|goog)-.*|awsaccesskeyid|googleaccessid|signature|expires|key-pair-id|policy)$/i;
const SIGNING_OF_AZURE = /^(?:sig|se|st|sp|sr|sv|spr|sip|sk[a-z]{1,3})$/i;
const SECRET = /token|secret|passw|credential|api[-_]?key|auth|session/i;

/** Reads an address. Throws `CIO_OPTIONS`, and repeats nothing of it that may be secret. */
export function webAddress(text: string): WebAddress {
  const wrong = (why: string): CioError => new CioError('CIO_OPTIONS', why);
  if (!URL.canParse(text) || !/^https?:\/\/[^/]/i.test(text)) {
    throw wrong('that is not a web address (https://host/name); write ./ before the name of a file like this');
  }
  const url = new URL(text);
  const { username, password } = url;
  [url.username, url.password, url.hash] = ['', '', ''];
  const label = url.origin + url.pathname;
  if (!isSafe(url)) throw wrong(`${label}: http:// is only read from this machine, as anybody on the way could read it: use https://`);
  const authorization = username + password === '' ? undefined : basic(username, password);
  const rest = queryWithoutSecrets(url.searchParams);
  const identity = rest === '' ? label : `${label}?${createHash('sha256').update(rest).digest('hex').slice(0, HASH_LENGTH)}`;
  return { url, authorization, label, identity };
}

/** Whether nobody on the way can read what comes from there. */
export function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${decodedPart(username)}:${decodedPart(password)}`).toString('base64')}`;
}

function queryWithoutSecrets(query: URLSearchParams): string {
  const isAzure = query.has('sig');
  const rest = [...query].filter(([name]) => !SIGNING.test(name) && !SECRET.test(name) && !(isAzure && SIGNING_OF_AZURE.test(name)));
  return new URLSearchParams(rest).toString();
}
