/**
 * A foreign error -> what may be shown of it: its name, code, status and first line. The SDKs hang requests, replies and
 * signatures on their errors, and GCS rejects with things that are no Error at all.
 */
import { blotter } from '../secrets.ts';

/** Plain facts of a foreign error. */
export interface Facts {
  readonly name: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly message: string;
}

/** Where the SDK finds keys that nobody gave us. */
const KEYS = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ACCESS_KEY_ID'];

/** Reads what an error of an SDK or of the system says; `secrets`, and keys of the environment, are blotted out of its message. */
export function factsOf(error: unknown, secrets: readonly (string | undefined)[] = []): Facts {
  const get = (from: unknown, key: string): unknown => Reflect.get(Object(from), key);
  const code = get(error, 'code') ?? get(get(error, 'cause'), 'code');
  const status =
    get(get(error, '$metadata'), 'httpStatusCode') ?? get(error, 'status') ?? get(get(error, 'response'), 'statusCode') ?? code;
  const message = blotter([...secrets, ...KEYS.map((name) => process.env[name])])(String(get(error, 'message') ?? error));
  return {
    name: String(get(error, 'name') ?? ''),
    code: code === undefined ? '' : String(code),
    status: /^[1-5]\d\d$/.test(String(status)) ? Number(status) : undefined,
    message: message.split('\n')[0]?.slice(0, MAX_MESSAGE) ?? '',
  };
}

/** An error that holds these facts and nothing else. */
export function cleanError({ name, code, status, message }: Facts): Error {
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
]);

/** In words, where the way to the server is broken; it may come back. */
export function networkTrouble({ code, name, message }: Facts): string | undefined {
  if (code === 'ENOTFOUND') return 'the host name of its endpoint is not known (ENOTFOUND)';
  if (NETWORK.has(code)) return `the connection failed (${code})`;
  if (name === 'TimeoutError' || name === 'AbortError') return 'it did not answer in time';
  return /socket hang up|network|premature close|terminated/i.test(message) ? 'the connection broke' : undefined;
}
