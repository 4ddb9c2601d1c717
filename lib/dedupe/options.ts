/** The options of dedupe() and of its stores, and how a command line gives them. */
import { z } from 'zod';
import { clockOption, count, FLAG, type Given } from '../options.ts';
import type { Store } from './store.ts';

/** What dedupe() takes. */
export const DEDUPE_SHAPE = {
  /**
   * What remembers: memoryStore() (default) for one run, lmdbStore({ path }) between runs. One pipeline at a time uses it.
   * It stays open: whoever made it closes it.
   */
  store: z.custom<Store>(isStore, 'must be memoryStore(), lmdbStore() or another store').optional(),
  /**
   * What was delivered is committed after this many entries, and at the end. Default 100,000. After a kill, what was not
   * committed is sent again; a few large commits cost far less than many small ones.
   */
  commitEveryEntries: count(1).default(100_000),
  /** The same after this many milliseconds. Default 1,000. */
  commitEveryMs: count(1).default(1_000),
  /** Skips the same, but leaves the store as it is. Default false. */
  dryRun: z.boolean().default(false),
};

/** Options of dedupe(). */
export interface DedupeOptions extends Given<typeof DEDUPE_SHAPE> {}

/** The closed schema. */
export const DEDUPE_OPTIONS = z.strictObject({ ...DEDUPE_SHAPE, clock: clockOption });

/** What lmdbStore() takes. */
export const LMDB_STORE_SHAPE = {
  /** A folder, not on a network drive. It is created if it is not there. */
  path: z.string('must be a folder').min(1, 'must be a folder').register(FLAG, {
    flag: '--state-dir <dir>',
    doc: '--dedupe: folder that remembers between runs what was delivered',
    standard: 'for this run only',
  }),
};

/** Options of lmdbStore(). */
export interface LmdbStoreOptions extends Given<typeof LMDB_STORE_SHAPE> {}

/** The closed schema. */
export const LMDB_STORE_OPTIONS = z.strictObject(LMDB_STORE_SHAPE);

/** What memoryStore() takes. */
export const MEMORY_STORE_SHAPE = {
  /** How many people and events are remembered, at about 50 bytes each. Default 1,000,000. */
  maxKeys: count(1).max(16_000_000).default(1_000_000),
};

/** Options of memoryStore(). */
export interface MemoryStoreOptions extends Given<typeof MEMORY_STORE_SHAPE> {}

/** The closed schema. */
export const MEMORY_STORE_OPTIONS = z.strictObject(MEMORY_STORE_SHAPE);

function isStore(value: unknown): boolean {
  return ['open', 'get', 'commit', 'close'].every((name) => typeof Reflect.get(Object(value), name) === 'function');
}
