/**
 * An answer may repeat the request: some APIs, and the pages of some proxies, show its headers. Neither the account's
 * credentials nor those of a proxy may get into messages, rejects or logs that way.
 */
import { proxyKeys } from '../../address.ts';
import { redactor } from '../../secrets.ts';

/** Makes a function that redacts the credentials in a text, or of JSON. */
export function echoRedactor({ siteId, apiKey }: { readonly siteId: string; readonly apiKey: string }): (text: string) => string {
  const redacted = redactor([], [[siteId, apiKey], ...proxyKeys()]);
  return (text) => redacted(unescaped(text));
}

/** JSON without needless escapes: an echo may write the letters of a secret as numbers. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
