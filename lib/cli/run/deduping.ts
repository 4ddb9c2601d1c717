/** `--dedupe`: the stage and what it remembers, in memory for one run or in `--state-dir` between runs. */
import type { Transform } from 'node:stream';
import { dedupe } from '../../dedupe/dedupe.ts';
import { lmdbStore } from '../../dedupe/lmdb-store.ts';
import { memoryStore } from '../../dedupe/memory-store.ts';
import type { SendFlags } from '../flags/flags.ts';

/** The stage, if the flags ask for it, and what closes its store. */
export interface Deduping {
  readonly stages: readonly Transform[];
  close(): Promise<void>;
}

/** Opens the store before anything is sent, so that one that can't be used fails early. Throws `CIO_STATE`. */
export async function openDeduping(flags: SendFlags): Promise<Deduping> {
  const { dedupe: wanted, stateDir, dryRun, checkpointEvery, checkpointEveryMs } = flags;
  if (!wanted) return { stages: [], close: async () => {} };
  const store = stateDir === undefined ? memoryStore() : lmdbStore({ path: stateDir });
  await store.open();
  const often = { commitEveryEntries: checkpointEvery, commitEveryMs: checkpointEveryMs };
  return { stages: [dedupe({ store, dryRun, ...often })], close: () => store.close() };
}
