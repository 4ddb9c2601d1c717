/** Whose data goes where, and how: the flags as the library wants them, and where the workspace is. */
import { systemClock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { CREDENTIAL_RULE, isCredential } from '../../secrets.ts';
import { duration } from '../../wording.ts';
import { TRACK_WRITER_SHAPE, type TrackWriterOptions } from '../../write/options.ts';
import { type Account, type LocatedAccount, locate, wordsFor } from '../../write/request/locate.ts';
import { openPace } from '../../write/request/open-pace.ts';
import { optionsFrom } from '../flags/flag.ts';
import type { AccountFlags, PipelineFlags } from '../flags/flags.ts';

/** The account that the flags name. Throws `CIO_OPTIONS` if a credential is missing, or can't be one. */
export function accountOf({ region, baseUrl, ...keys }: AccountFlags): Account {
  const siteId = credential(keys.siteId, 'site id', '--site-id', 'CUSTOMERIO_SITE_ID');
  const apiKey = credential(keys.apiKey, 'API key', '--api-key', 'CUSTOMERIO_API_KEY');
  return { siteId, apiKey, region, baseUrl };
}

/**
 * What the flags say to the writer, with the region found, so that it need not ask again. `sentAt`: when the requests for that
 * were sent, as they count for the rate. Throws a CioError if the credentials are not accepted.
 */
export async function deliveryOf(
  flags: PipelineFlags,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<TrackWriterOptions & { readonly sentAt?: readonly number[] }> {
  const delivery = optionsFrom(TRACK_WRITER_SHAPE, flags);
  // A dry run sends nothing.
  if (flags.dryRun) return { ...delivery, siteId: 'dry-run', apiKey: 'dry-run' };
  const account = accountOf(flags);
  if (!flags.check) return { ...delivery, ...account };
  const sentAt: number[] = [];
  const { baseUrl } = await located(account, flags, { note, signal, sentAt });
  return { ...delivery, ...account, baseUrl, sentAt };
}

/** Asks the API; if the rate is shared, when it allows that. */
async function located(
  account: Account,
  { redis, processes, rate, timeoutMs, giveUpMs }: PipelineFlags,
  { note, signal, sentAt }: { note: (text: string) => void; signal: AbortSignal; sentAt: number[] },
): Promise<LocatedAccount> {
  const shared = { siteId: account.siteId, requestsPerSecond: rate, clock: systemClock, redis, processes };
  const pacer = redis === undefined ? undefined : await openPace(shared, signal);
  const onRetry = retryReporter(note, giveUpMs, ' (--give-up-ms)');
  try {
    return await locate(account, { signal, timeoutMs, giveUpMs, pacer, onSent: (at) => sentAt.push(at), onRetry });
  } finally {
    await pacer?.stop();
  }
}

/** Notes once why the account is not found at once, and how long that is tried. */
export function retryReporter(note: (text: string) => void, giveUpMs: number, flag = ''): (why: string) => void {
  let isNoted = false;
  return (why) => {
    if (!isNoted) note(`the Track API ${wordsFor(why)}; trying again for up to ${duration(giveUpMs / 1000)}${flag}`);
    isNoted = true;
  };
}

/** Without the white space that a file or a paste leaves around it. */
function credential(given: string | undefined, what: string, flag: string, variable: string): string {
  const text = given?.trim();
  if (!text) throw new CioError('CIO_OPTIONS', `no ${what}: set ${variable}, or give ${flag}`);
  if (!isCredential(text)) throw new CioError('CIO_OPTIONS', `the ${what} (${variable}, ${flag}) ${CREDENTIAL_RULE}`);
  return text;
}
