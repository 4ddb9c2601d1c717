/**
 * `cio-stream check`: are the credentials good, where does the workspace live, can rejected records be kept; and if they are named,
 * can topics of Kafka be read, and the rate be shared by Redis.
 */
import { printable } from '../printable.ts';
import { LOCATE_MS, locate } from '../write/request/locate.ts';
import { checkedTopics, checkSharing, checkTopics } from './check-servers.ts';
import type { CheckFlags } from './flags/flags.ts';
import { accountOf, retryReporter } from './run/account.ts';
import { checkRejects, rejectsTo } from './run/reject-target.ts';
import { rejectsPlace } from './run/rejects-place.ts';
import { openDisplay } from './show/display.ts';
import { answer } from './show/print.ts';

/** Runs the command; resolves with its exit status. Throws what is wrong. */
export async function checkCommand(address: string | undefined, flags: CheckFlags): Promise<number> {
  const topics = checkedTopics(address, flags);
  const display = openDisplay({ logFormat: 'text' });
  const { baseUrl, region, environmentId } = await locate(accountOf(flags), { onRetry: retryReporter(display.note, LOCATE_MS) });
  const workspace = environmentId === undefined ? '' : `, workspace ${environmentId}`;
  answer(printable(`credentials: good, region ${region ?? 'unknown'}${workspace}, at ${baseUrl}`));
  await checkRejects(flags, { onNote: display.note });
  // This checks the templates too.
  rejectsTo(flags, display).destroy();
  const place = rejectsPlace(flags);
  if (place !== undefined) answer(printable(`rejects: good, ${place} can be written, read, listed and deleted from`));
  if (topics !== undefined) await checkTopics(topics, flags);
  if (flags.redis !== undefined) await checkSharing(flags.redis, flags);
  return 0;
}
