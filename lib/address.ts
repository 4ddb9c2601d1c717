/** Addresses: of servers that are given as options, and what is in any. Loaded with the command line, so it needs nothing. */

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
