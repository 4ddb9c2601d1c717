/**
 * A foreign error -> what may be shown of it: its name, code, status and first line. The SDKs hang requests, replies and
 * signatures on their errors, and GCS rejects with things that are no Error at all.
 */
import { hostAndPort } from '../address.ts';
import { blotter } from '../secrets.ts';

/** Plain facts of a foreign error. */
export interface ErrorFacts {
  readonly name: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly message: string;
  /** The host and port that it names itself. */
  readonly peer: string | undefined;
}

/** Where the SDK finds keys that nobody gave us. */
const KEYS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ACCESS_KEY_ID'];

/** Reads what an error of an SDK or of the system says; `secrets`, and keys of the environment, are blotted out of its message. */
export function factsOf(error: unknown, secrets: readonly (string | undefined)[] = []): ErrorFacts {
  const get = (from: unknown, key: string): unknown => Reflect.get(Object(from), key);
  const code = get(error, 'code') ?? get(get(error, 'cause'), 'code');
  const status =
    get(get(error, '$metadata'), 'httpStatusCode') ??
    get(error, 'status') ??
    get(get(error, 'response') ?? get(error, '$response'), 'statusCode') ??
    code;
  const message = blotter([...secrets, ...KEYS.map((name) => process.env[name])])(String(get(error, 'message') ?? error));
  return {
    name: String(get(error, 'name') ?? ''),
    code: code === undefined ? '' : String(code),
    status: /^[1-5]\d\d$/.test(String(status)) ? Number(status) : undefined,
    message: message.split('\n')[0]?.slice(0, MAX_MESSAGE) ?? '',
    peer: peerOf(error),
  };
}

/** Node's own errors have fields for it; an error of several attempts has them on each; Google's have it in their words. */
function peerOf(error: unknown): string | undefined {
  const get = (key: string): unknown => Reflect.get(Object(error), key) ?? Reflect.get(Object(Reflect.get(Object(error), 'cause')), key);
  const [, url] = /^request to (https?:\S+) failed/.exec(String(get('message'))) ?? [];
  if (url !== undefined && URL.canParse(url)) return hostAndPort(new URL(url));
  const [first = error] = [get('errors')].flat() as unknown[];
  const field = (key: string): unknown => get(key) ?? Reflect.get(Object(first), key);
  const host = field('hostname') ?? field('address');
  const port = field('port');
  return host === undefined ? undefined : [host, port].filter((part) => part !== undefined).join(':');
}

/** An error that holds these facts and nothing else. */
export function cleanError({ name, code, status, message }: ErrorFacts): Error {
  const known = { name: name || 'Error', ...(code ? { code } : {}), ...(status === undefined ? {} : { status }) };
  return Object.assign(new Error(message), known);
}

const MAX_MESSAGE = 300;

const NETWORK = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** In words, if the way to the server is broken; it may come back. `asked` is the host and port of the last request. */
export function networkTrouble(facts: ErrorFacts, asked?: string): string | undefined {
  const { code, name, message, peer } = facts;
  if (code === 'ENOTFOUND') return `the host name ${peer ?? asked ?? 'of its endpoint'} is not known (ENOTFOUND)`;
  const server = serverOf(facts, asked);
  const to = server === undefined ? '' : ` to ${server}`;
  if (NETWORK.has(code)) return `the connection${to} failed (${code})`;
  if (name === 'TimeoutError' || name === 'AbortError') return `${server ?? 'it'} did not answer in time`;
  return /socket hang up|network|premature close|terminated/i.test(message) ? `the connection${to} broke` : undefined;
}

/** In words, if the server can't be trusted or does not speak TLS; that does not pass. */
export function tlsTrouble(facts: ErrorFacts, asked?: string): string | undefined {
  const { code } = facts;
  if (!/^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/.test(code)) return undefined;
  return `${serverOf(facts, asked) ?? 'it'} offers no safe connection (${code}): check the endpoint, http or https, and the certificate`;
}

/** The request has the name where the error has only the number, unless it is of another server, such as one that gives tokens. */
function serverOf({ peer }: ErrorFacts, asked: string | undefined): string | undefined {
  const portOf = (text: string): string | undefined => /:\d+$/.exec(text)?.[0];
  return peer === undefined || (asked !== undefined && portOf(asked) === portOf(peer)) ? asked : peer;
}
