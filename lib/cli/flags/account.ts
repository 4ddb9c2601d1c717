/** Whose data goes where: the flags as the library wants them. */
import { CioError } from '../../errors.ts';
import { CREDENTIAL_RULE, isCredential } from '../../secrets.ts';
import { type Account, wordsFor } from '../../write/locate.ts';
import { duration } from '../show/summary-text.ts';
import type { AccountFlags } from './flags.ts';

/** The account that the flags name. Throws `CIO_OPTIONS` where a credential is missing, or is not one. */
export function accountOf({ region, baseUrl, ...keys }: AccountFlags): Account {
  const siteId = credential(keys.siteId, 'site id', '--site-id', 'CUSTOMERIO_SITE_ID');
  const apiKey = credential(keys.apiKey, 'API key', '--api-key', 'CUSTOMERIO_API_KEY');
  return { siteId, apiKey, region, baseUrl };
}

/** Tells once why the account is not found at once, and how long that is tried. */
export function retryReporter(note: (text: string) => void, giveUpMs: number, flag = ''): (why: string) => void {
  let isTold = false;
  return (why) => {
    if (!isTold) note(`the Track API ${wordsFor(why)}; trying again for up to ${duration(giveUpMs / 1000)}${flag}`);
    isTold = true;
  };
}

/** Without the white space that a file or a paste leaves around it. */
function credential(given: string | undefined, what: string, flag: string, variable: string): string {
  const text = given?.trim();
  if (!text) throw new CioError('CIO_OPTIONS', `no ${what}: set ${variable}, or give ${flag}`);
  if (!isCredential(text)) throw new CioError('CIO_OPTIONS', `the ${what} (${variable}, ${flag}) ${CREDENTIAL_RULE}`);
  return text;
}
