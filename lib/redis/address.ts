/**
 * Where Redis is: the option, its flag, and what an address holds. One address is one server, several are those of a cluster.
 * An address may hold a password, so no message repeats it.
 */
import { z } from 'zod';
import { decodedPart } from '../address.ts';
import { FLAG } from '../options.ts';

const ADDRESS_OF_REDIS = 'redis://[user:password@]host[:port][/db], rediss:// for TLS, or the path of a Unix socket';
const RULE = `must be ${ADDRESS_OF_REDIS}; # / ? @ and : in a password are written as %23 %2F %3F %40 %3A`;
const DEFAULT_PORT = 6379;

/** One server. */
export interface RedisAddress {
  /** Absent for a Unix socket. */
  readonly host?: string;
  readonly port?: number;
  /** Of a Unix socket. */
  readonly path?: string;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
}

/** What an address says; undefined if it is none. */
export function redisAddress(text: string): RedisAddress | undefined {
  if (/^\/[^?#\p{Cc}]+$/u.test(text)) return { path: text, tls: false, username: undefined, password: undefined, db: 0 };
  if (!/^rediss?:\/\/[^/?#]/i.test(text) || /[?#\p{Cc}\s]/u.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname } = new URL(text);
  if (hostname === '' || !/^(\/\d{0,5})?$/.test(pathname)) return undefined;
  return {
    // An address of IPv6 is in brackets.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? DEFAULT_PORT : Number(port),
    tls: protocol.toLowerCase() === 'rediss:',
    username: username === '' ? undefined : decodedPart(username),
    password: password === '' ? undefined : decodedPart(password),
    db: Number(pathname.slice(1)),
  };
}

/** The servers that the option names. */
export type RedisAddresses = readonly [RedisAddress, ...RedisAddress[]];

/** What is wrong with a list of addresses; undefined if nothing is. */
function flawOf(texts: readonly string[]): string | undefined {
  const addresses = texts.map(redisAddress);
  const [first] = addresses;
  if (first === undefined || addresses.includes(undefined)) return RULE;
  if (addresses.length === 1) return undefined;
  const isSame = (other: RedisAddress | undefined): boolean =>
    other?.tls === first.tls && other.username === first.username && other.password === first.password;
  if (!addresses.every(isSame))
    return 'several addresses are those of one cluster: give all of them the same user and password, and TLS or not';
  if (addresses.some((address) => address?.db !== 0)) return 'several addresses are those of a cluster, which has no numbered databases';
  if (addresses.some((address) => address?.path !== undefined))
    return 'several addresses are those of a cluster, which has no Unix sockets';
  return undefined;
}

const listed = (given: string | readonly string[]): readonly string[] => (typeof given === 'string' ? [given] : given);

/** The addresses as an option: a text, or a list of them. */
export const redisUrls = z
  .union([z.string(), z.array(z.string()).min(1).readonly()], `${RULE}; or a list of such addresses, those of a cluster`)
  .superRefine((given, context) => {
    const flaw = flawOf(listed(given));
    if (flaw !== undefined) context.addIssue({ code: 'custom', message: flaw });
  });

/** The option that takes part in what several processes share. */
export const redisOption = redisUrls.optional().register(FLAG, {
  flag: '--redis <url>',
  doc: `share the rate, and with --dedupe the memory of what was delivered, with all runs for the workspace that use this Redis: ${ADDRESS_OF_REDIS}; for a cluster several, separated by commas`,
  env: 'CUSTOMERIO_REDIS_URL',
  secret: true,
  read: (text) => text.split(',').map((part) => part.trim()),
});

/** The servers that a checked option names. */
export function redisAddresses(urls: string | readonly string[]): RedisAddresses {
  return listed(urls).map((text) => redisAddress(text) as RedisAddress) as unknown as RedisAddresses;
}
