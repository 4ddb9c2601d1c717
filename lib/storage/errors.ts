/**
 * A foreign error -> what may be shown of it: its name, code, status and first line. The SDKs hang requests, replies and
 * signatures on their errors, and GCS rejects with things that are not an Error at all. Then what it means, by a table of rules.
 */
import { hostAndPort } from '../address.ts';
import { redactor } from '../secrets.ts';
import type { Action, StorageError } from './object-store.ts';

/** Plain facts of a foreign error. */
export interface ErrorFacts {
  readonly name: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly message: string;
  /** The host and port that it names itself. */
  readonly peer: string | undefined;
}

/** Variables in which the SDK finds keys that were not given as options. */
const KEYS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ACCESS_KEY_ID'];

/** What an error of an SDK or of the system says; `secrets`, and keys of the environment, are redacted in its message. */
export function factsOf(error: unknown, secrets: readonly (string | undefined)[] = []): ErrorFacts {
  const code = get(error, 'code') ?? get(get(error, 'cause'), 'code');
  const status =
    get(get(error, '$metadata'), 'httpStatusCode') ??
    get(error, 'status') ??
    get(get(error, 'response') ?? get(error, '$response'), 'statusCode') ??
    code;
  const message = redactor([...secrets, ...KEYS.map((name) => process.env[name])])(String(get(error, 'message') ?? error));
  return {
    name: String(get(error, 'name') ?? ''),
    code: code === undefined ? '' : String(code),
    status: /^[1-5]\d\d$/.test(String(status)) ? Number(status) : undefined,
    message: message.split('\n')[0]?.slice(0, MAX_MESSAGE) ?? '',
    peer: peerOf(error),
  };
}

/** A member of whatever was thrown. */
function get(from: unknown, key: string): unknown {
  return Reflect.get(Object(from), key);
}

/** Node's own errors have fields for it; an error of several attempts has them on each; Google's have it in their message. */
function peerOf(error: unknown): string | undefined {
  const own = (key: string): unknown => get(error, key) ?? get(get(error, 'cause'), key);
  const [, url] = /^request to (https?:\S+) failed/.exec(String(own('message'))) ?? [];
  if (url !== undefined && URL.canParse(url)) return hostAndPort(new URL(url));
  const [first = error] = [own('errors')].flat() as unknown[];
  const field = (key: string): unknown => own(key) ?? get(first, key);
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

/** A failure, as the rules of a store see it. */
export interface StoreFailure extends ErrorFacts {
  readonly action: Action;
  /** True once a request has been granted. */
  readonly worked: boolean;
  /** The host and port of the last request, once there was one. */
  readonly asked: string | undefined;
}

/** A kind of failure: by its name or code, its status, its message, or all that is known. */
type Kind<F> = string | ReadonlySet<string> | number | RegExp | ((failure: F) => boolean);

/**
 * A kind of failure, why it failed, and whether it may pass by itself: always, or if a request was granted before. A text
 * gets the codes of the failure added, such as ` (AccessDenied, 403)`; a function gives the whole text.
 */
export type FailureRule<F extends StoreFailure> = readonly [
  kind: Kind<F>,
  why: string | ((failure: F, codes: string) => string),
  passes?: 'always' | 'if it worked',
];

const CHECK_TLS = 'check the endpoint (http or https?) and the certificate';
const TLS = /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;

/** The server can't be trusted or does not speak TLS; or the way to it is broken, and may be mended. */
export const CONNECTION_RULES: readonly FailureRule<StoreFailure>[] = [
  [({ code }) => TLS.test(code), (failure) => `no secure connection${toServer(failure)} (${failure.code}): ${CHECK_TLS}`],
  ['ENOTFOUND', ({ peer, asked }) => `the host name ${peer ?? asked ?? 'of its endpoint'} is not known (ENOTFOUND)`, 'always'],
  [NETWORK, (failure) => `the connection${toServer(failure)} failed (${failure.code})`, 'always'],
  [new Set(['TimeoutError', 'AbortError']), (failure) => `${serverOf(failure) ?? 'it'} did not answer in time`, 'always'],
  [/socket hang up|network|premature close|terminated/i, (failure) => `the connection${toServer(failure)} broke`, 'always'],
];

/** Said of an object that another one has replaced. */
export const REPLACED = 'it was replaced while it was being read';

/** The error of a body that is not of the version that was asked for, in the way in which servers refuse that. */
export function anotherVersion(body: { destroy(): unknown }): Error {
  body.destroy();
  return Object.assign(new Error('another version'), { code: 412 });
}

/** The meaning of a failure by the first rule that fits. */
export function explainedBy<F extends StoreFailure>(rules: readonly FailureRule<F>[], failure: F, codes: string): StorageError {
  const [, why, passes] = rules.find(([kind]) => isOf(kind, failure)) ?? [undefined, refusal];
  const added = codes === '' ? '' : ` (${codes})`;
  return {
    why: typeof why === 'string' ? why + added : why(failure, added),
    transient: passes === 'always' || (passes === 'if it worked' && failure.worked),
    cause: cleanError(failure),
  };
}

function refusal({ message }: StoreFailure, codes: string): string {
  return `it refused the request: ${message || 'no reason given'}${codes}`;
}

function isOf<F extends StoreFailure>(kind: Kind<F>, failure: F): boolean {
  const { name, code, status, message } = failure;
  if (typeof kind === 'function') return kind(failure);
  if (typeof kind === 'number') return kind === status;
  if (typeof kind === 'string') return kind === name || kind === code;
  return kind instanceof RegExp ? kind.test(message) : kind.has(name) || kind.has(code);
}

/** Whether a server may answer otherwise in a while. */
export function isBusy({ status = 0 }: ErrorFacts): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

function toServer(failure: StoreFailure): string {
  const server = serverOf(failure);
  return server === undefined ? '' : ` to ${server}`;
}

/** The request has the host's name and the error may have only its number, but the error may also come from another server, such as one that gives tokens. */
function serverOf({ peer, asked }: StoreFailure): string | undefined {
  const portOf = (text: string): string | undefined => /:\d+$/.exec(text)?.[0];
  return peer === undefined || (asked !== undefined && portOf(asked) === portOf(peer)) ? asked : peer;
}
