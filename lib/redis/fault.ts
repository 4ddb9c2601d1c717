/**
 * What goes wrong with Redis, in words: with the place, without the password. ioredis puts the arguments of a command on its
 * errors, those of AUTH too, so no error of its own gets out of here.
 */
import { CioError, codeOf } from '../errors.ts';
import { plainError, redactor } from '../secrets.ts';
import type { RedisAddresses } from './address.ts';

/** Why Redis can't be used. */
export interface RedisFault {
  /** In words that follow "Redis at host:port". */
  readonly why: string;
  /** Waiting does not mend it: what was set up is wrong. */
  readonly isFatal: boolean;
  readonly cause: Error;
}

/** What Redis or TLS says -> what that means. The first that fits counts. */
const FATAL: readonly (readonly [RegExp, string])[] = [
  [
    /^NOAUTH|HELLO must be called with the client already authenticated/,
    'requires a password: put it in the address, redis://:password@host',
  ],
  [/^WRONGPASS|invalid password|invalid username-password/, 'refuses the user and password in the address'],
  [/^NOPERM/, 'does not let this user run the commands that are needed (see its ACL)'],
  [/^READONLY/, 'is a read-only replica: give the address of the primary'],
  [/^MOVED/, 'is a node of a cluster: give the addresses of several nodes; one address twice is enough'],
  [/^DENIED/, 'is in protected mode and accepts only connections from its own machine'],
  [/^ERR (DB index|invalid DB|SELECT is not allowed)|index is out of range/, 'does not have the numbered database in the address'],
  [/^ERR unknown command/, 'does not know a command that is needed'],
  [/cluster support disabled/, 'is not part of a cluster: give its address once'],
  [
    /Protocol error|as reply type byte|Unknown RESP type/,
    'does not speak the Redis protocol: check the port, and whether it uses TLS (rediss://)',
  ],
];
const TLS_CODES = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** Puts what fails at these addresses in words. */
export class RedisWords {
  /** `host:port`, or the path of a socket; of a cluster the first, and how many more. */
  readonly place: string;
  readonly #redacted: (text: string) => string;
  readonly #isTls: boolean;

  constructor([first, ...others]: RedisAddresses) {
    this.#isTls = first.tls;
    const { path, host = '', port } = first;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    this.place = (path ?? `${host.includes(':') ? `[${host}]` : host}:${port}`) + more;
    this.#redacted = redactor([first.username, first.password]);
  }

  /** Of an error of ioredis. */
  faultOf(error: unknown): RedisFault {
    const cause = plainError(rootOf(error), this.#redacted);
    const { message } = cause;
    const code = codeOf(cause);
    if (typeof code === 'string' && TLS_CODES.test(code)) return { why: `can't be reached by TLS: ${code}`, isFatal: true, cause };
    const known = FATAL.find(([said]) => said.test(message));
    if (known !== undefined) return { why: known[1], isFatal: true, cause };
    const hint = this.#isTls && code === 'ETIMEDOUT' ? ' (a server without TLS never answers rediss://)' : '';
    return { why: wordsFor(message, code) + hint, isFatal: false, cause };
  }

  /** `todo`: what helps. */
  errorOf({ why, isFatal, cause }: RedisFault): CioError {
    const todo = isFatal
      ? 'Correct the address of Redis, or its settings.'
      : 'Check that Redis is running, its address, DNS and firewalls.';
    return new CioError(isFatal ? 'CIO_OPTIONS' : 'CIO_NETWORK', `Redis at ${this.place} ${why}`, cause, todo);
  }
}

/** A cluster says that nobody answered, and hides what its last node said; an address with several IPs fails with an error for each. */
function rootOf(error: unknown): unknown {
  const { lastNodeError, errors } = Object(error) as { lastNodeError?: unknown; errors?: readonly unknown[] };
  return lastNodeError ?? errors?.[0] ?? error;
}

function wordsFor(message: string, code: unknown): string {
  if (message === 'Command timed out') return 'does not answer in time';
  if (/enableOfflineQueue|Connection is closed|max retries per request/.test(message)) return 'is not connected';
  if (/^LOADING/.test(message)) return 'is loading its data';
  // Redis' own words begin with a code in capitals.
  if (/^[A-Z]{3,}\b/.test(message)) return `answers: ${message}`;
  return `can't be reached: ${typeof code === 'string' ? code : message}`;
}
