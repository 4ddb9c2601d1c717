/** The addresses of the Track API, and the hosts to which a redirect may take the credentials. */

/**
 * A data centre of Customer.io.
 *
 * @category Writer
 */
export type Region = 'us' | 'eu';

/**
 * The base URL of the Track API in each region, by Customer.io's OpenAPI document.
 *
 * @category Writer
 */
export const REGION_URLS: Readonly<Record<Region, string>> = {
  us: 'https://track.customer.io',
  eu: 'https://track-eu.customer.io',
};

/** Path of the batch call. */
export const BATCH_PATH = '/api/v2/batch';

/** Path of the call that returns the region of an account; it needs credentials, so it tests them too. */
export const REGION_PATH = '/api/v1/accounts/region';

/** The target of a redirect if it may get the credentials: another Customer.io host over TLS, or the same origin. */
export function redirectTarget(from: URL, location: string | undefined): URL | undefined {
  if (!location?.trim() || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  const isCustomerIo = to.protocol === 'https:' && to.hostname.endsWith('.customer.io') && from.hostname.endsWith('.customer.io');
  return isCustomerIo || to.origin === from.origin ? to : undefined;
}
