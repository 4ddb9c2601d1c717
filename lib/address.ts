/**
 * Servers: what their addresses may be, and connections to them, by way of the proxies that the environment names. Loaded with
 * the command line, so it loads nothing large before it is needed.
 */
import type { Dispatcher, EnvHttpProxyAgent } from 'undici';
import { CioError } from './errors.ts';
import { plainError, redactor } from './secrets.ts';

/** What an address must be that is given as an option. */
export const ADDRESS_RULE = 'must be an http(s) URL without credentials, query or fragment';

/** An http(s) URL that holds neither what may be a secret nor what would be lost behind a path. */
export function isAddress(text: string): boolean {
  if (!URL.canParse(text) || /[?#]/.test(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** Host and port of an http(s) address, also where the port is the usual one. */
export function hostAndPort({ hostname, port, protocol }: Pick<URL, 'hostname' | 'port' | 'protocol'>): string {
  return `${hostname}:${port || (protocol === 'http:' ? 80 : 443)}`;
}

/** A part of an address as it is meant. A % that encodes nothing stands for itself. */
export function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Loads undici, which takes 100 ms. The connections have no timeouts: whoever sends a request ends it, as undici's own would
 * let a dripping answer live for ever. Throws `CIO_NETWORK` for a proxy that is not an address.
 */
export async function openConnections(settings: EnvHttpProxyAgent.Options = {}): Promise<Dispatcher> {
  const undici = await import('undici');
  try {
    return new undici.EnvHttpProxyAgent({ ...settings, headersTimeout: 0, bodyTimeout: 0 });
  } catch (error) {
    const message = 'a proxy in the environment (http_proxy, https_proxy) is not an http(s) URL';
    throw new CioError('CIO_NETWORK', message, plainError(error, redactor([], proxyKeys())));
  }
}

/** The user and password of each of those proxies. */
export function proxyKeys(): [user: string, password: string][] {
  return ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'].flatMap((name) => {
    const text = process.env[name] ?? '';
    if (!URL.canParse(text)) return [];
    const { username, password } = new URL(text);
    return [[decodedPart(username), decodedPart(password)] as [string, string]];
  });
}
