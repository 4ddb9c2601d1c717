/** Whose data goes where: the flags as the library wants them. */
import { CioError } from '../errors.ts';
import { type Account, wordsFor } from '../write/locate.ts';
import type { AccountFlags } from './account-options.ts';
import { given } from './given.ts';
import { duration } from './words.ts';

/** The account that the flags name. Throws `CIO_OPTIONS` where a credential is missing. */
export function accountOf({ region, baseUrl, ...keys }: AccountFlags): Account {
  // `$(cat key)` and pasted lines leave white space around.
  const [siteId, apiKey] = [keys.siteId?.trim(), keys.apiKey?.trim()];
  if (!siteId) throw missing('site id', '--site-id', 'CUSTOMERIO_SITE_ID');
  if (!apiKey) throw missing('API key', '--api-key', 'CUSTOMERIO_API_KEY');
  return { siteId, apiKey, region, ...given({ baseUrl }) };
}

/** Tells once why the account is not found at once, and how long that is tried. */
export function retryTeller(note: (text: string) => void, giveUpMs: number, flag = ''): (why: string) => void {
  let isTold = false;
  return (why) => {
    if (!isTold) note(`the Track API ${wordsFor(why)}; trying again for up to ${duration(giveUpMs / 1000)}${flag}`);
    isTold = true;
  };
}

function missing(what: string, flag: string, variable: string): CioError {
  return new CioError('CIO_OPTIONS', `no ${what}: set ${variable}, or give ${flag}`);
}
