/** The account of a run, and where its workspace is. */
import { systemClock } from '../clock.ts';
import { type Account, locate } from '../write/locate.ts';
import { accountOf, retryReporter } from './flags/account.ts';
import type { PipelineFlags } from './flags/send-options.ts';

/**
 * The account, with its region found, so that the writer need not ask again. `leftAt`: when the requests for that left, as they
 * count for the rate. `note` gets what is said of retries. Throws a CioError if the credentials are not accepted.
 */
export async function locatedAccount(
  flags: PipelineFlags,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<Account & { leftAt?: number[] }> {
  // A dry run sends nothing.
  if (flags.dryRun) return { siteId: 'dry-run', apiKey: 'dry-run' };
  const account = accountOf(flags);
  if (!flags.check) return account;
  const leftAt: number[] = [];
  const { baseUrl } = await locate(account, {
    signal,
    ...{ timeoutMs: flags.timeoutMs, giveUpMs: flags.giveUpMs },
    leave: async () => () => leftAt.push(systemClock.now()),
    onRetry: retryReporter(note, flags.giveUpMs, ' (--give-up-ms)'),
  });
  return { ...account, baseUrl, leftAt };
}
