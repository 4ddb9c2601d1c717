/** Where the Track API is, and to which hosts credentials may follow a redirect. */

/** Customer.io's data centres. */
export type Region = 'us' | 'eu';

/** Base URL of each region [the public OpenAPI document]. */
export const REGION_URLS: Readonly<Record<Region, string>> = {
  us: 'https://track.customer.io',
  eu: 'https://track-eu.customer.io',
};

/** Path of the batch call. */
export const BATCH_PATH = '/api/v2/batch';

/** Path of the call that tells an account's region; it needs credentials, so it tests them too. */
export const REGION_PATH = '/api/v1/accounts/region';

/** The target of a redirect, where credentials may follow: another Customer.io host over TLS, or the origin itself. */
export function redirectTarget(from: URL, location: string | undefined): URL | undefined {
  if (!location?.trim() || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  const isCustomerIo = to.protocol === 'https:' && to.hostname.endsWith('.customer.io') && from.hostname.endsWith('.customer.io');
  return isCustomerIo || to.origin === from.origin ? to : undefined;
}
