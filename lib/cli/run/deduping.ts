/**
 * `--dedupe`: the stage and what it remembers: in memory for one run, in `--state-dir` between runs, or in the Redis of `--redis` for
 * all runs and processes of the workspace.
 */
import type { Transform } from 'node:stream';
import { dedupe } from '../../dedupe/dedupe.ts';
import { lmdbStore } from '../../dedupe/lmdb-store.ts';
import { memoryStore } from '../../dedupe/memory-store.ts';
import type { Store } from '../../dedupe/store.ts';
import type { SendFlags } from '../flags/flags.ts';
import { accountOf } from './account.ts';

/** The stage, if the flags ask for it, and what closes its store. */
export interface Deduping {
  readonly stages: readonly Transform[];
  close(): Promise<void>;
}

/** Opens the store before anything is sent, so that one that can't be used fails early. Throws `CIO_STATE`. */
export async function openDeduping(flags: SendFlags, note: (text: string) => void): Promise<Deduping> {
  const { dedupe: wanted, dryRun, checkpointEvery, checkpointEveryMs } = flags;
  if (!wanted) return { stages: [], close: async () => {} };
  const store = await storeOf(flags, note);
  await store.open();
  const often = { commitEveryEntries: checkpointEvery, commitEveryMs: checkpointEveryMs };
  return { stages: [dedupe({ store, dryRun, ...often })], close: () => store.close() };
}

async function storeOf(flags: SendFlags, note: (text: string) => void): Promise<Store> {
  const { stateDir, redis, dryRun, siteId } = flags;
  if (stateDir !== undefined) return lmdbStore({ path: stateDir });
  // A dry run needs no credentials; without them it is not known whose memory that would be.
  if (redis === undefined || (dryRun && siteId === undefined)) return memoryStore();
  const { redisStore } = await import('../../dedupe/redis/redis-store.ts');
  return redisStore({ url: redis, workspace: workspaceOf(flags), onWarning: (text) => note(`warning: ${text}`) });
}

/** What a sandbox took, Customer.io does not have. */
function workspaceOf(flags: SendFlags): string {
  const { siteId, baseUrl } = accountOf(flags);
  return baseUrl === undefined ? siteId : `${siteId} at ${baseUrl}`;
}
