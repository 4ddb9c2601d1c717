/** `--dedupe`: the stage and what it remembers, in memory for one run or in `--state-dir` between runs. */
import type { Transform } from 'node:stream';
import { dedupe } from '../dedupe/dedupe.ts';
import { lmdbStore } from '../dedupe/lmdb-store.ts';
import { memoryStore } from '../dedupe/memory-store.ts';
import type { SendFlags } from './flags/flags.ts';

/** The stages that the flags ask for, and how to let go of what they hold. */
export interface Deduping {
  readonly stages: readonly Transform[];
  close(): Promise<void>;
}

/** Opens the store, so that one that can't be used is seen before anything is sent. Throws `CIO_STATE`. */
export async function openDeduping(flags: SendFlags): Promise<Deduping> {
  const { dedupe: wanted, stateDir, collapse, dryRun, checkpointEvery, checkpointEveryMs } = flags;
  if (!wanted) return { stages: [], close: async () => {} };
  const store = stateDir === undefined ? memoryStore() : lmdbStore({ path: stateDir });
  await store.open();
  const often = { commitEveryEntries: checkpointEvery, commitEveryMs: checkpointEveryMs };
  return { stages: [dedupe({ store, collapse, dryRun, ...often })], close: () => store.close() };
}
