/** The account of a run, and where its workspace is. */
import { type Account, locate } from '../write/locate.ts';
import { accountOf, retryReporter } from './flags/account.ts';
import type { PipelineFlags } from './flags/flags.ts';

/**
 * The account, with its region found, so that the writer need not ask again. `sentAt`: when the requests for that were sent, as they
 * count for the rate. `note` gets what is said of retries. Throws a CioError if the credentials are not accepted.
 */
export async function locatedAccount(
  flags: PipelineFlags,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<Account & { sentAt?: number[] }> {
  // A dry run sends nothing.
  if (flags.dryRun) return { siteId: 'dry-run', apiKey: 'dry-run' };
  const account = accountOf(flags);
  if (!flags.check) return account;
  const sentAt: number[] = [];
  const { baseUrl } = await locate(account, {
    signal,
    ...{ timeoutMs: flags.timeoutMs, giveUpMs: flags.giveUpMs },
    onSent: (at) => sentAt.push(at),
    onRetry: retryReporter(note, flags.giveUpMs, ' (--give-up-ms)'),
  });
  return { ...account, baseUrl, sentAt };
}
