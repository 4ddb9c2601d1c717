/** The options of dedupe() and of its stores, and how a command line gives them. */
import { z } from 'zod';
import { clockOption, count, FLAG, type Given } from '../options.ts';
import { redisUrls } from '../redis/address.ts';
import type { Store } from './store.ts';

/** What dedupe() takes. */
export const DEDUPE_SHAPE = {
  /**
   * What remembers: `memoryStore()` (default) for one run, `lmdbStore({ path })` between runs, `redisStore({ url, workspace })`
   * between runs and processes. The first two serve one pipeline at a time. The store stays open: whoever made it closes it.
   */
  store: z.custom<Store>(isStore, 'must be memoryStore(), lmdbStore(), redisStore() or another store').optional(),
  /**
   * What was delivered is committed after this many entries, and at the end. After a kill, what was not committed is sent again; a
   * few large commits cost far less than many small ones. Default 100,000.
   */
  commitEveryEntries: count(1).default(100_000),
  /** What was delivered is also committed after this many milliseconds. Default 1,000. */
  commitEveryMs: count(1).default(1_000),
  /** Skips the same rows, but leaves the store as it is. Default `false`. */
  dryRun: z.boolean().default(false),
};

/**
 * Options of {@link dedupe}.
 *
 * @category Dedupe
 */
export interface DedupeOptions extends Given<typeof DEDUPE_SHAPE> {}

/** The closed schema. */
export const DEDUPE_OPTIONS = z.strictObject({ ...DEDUPE_SHAPE, clock: clockOption });

/** What lmdbStore() takes. */
export const LMDB_STORE_SHAPE = {
  /** A folder, not on a network drive. It is created if it does not exist. */
  path: z.string('must be a folder').min(1, 'must be a folder').register(FLAG, {
    flag: '--state-dir <dir>',
    doc: 'with --dedupe: folder that remembers what was delivered, for the next runs',
    standard: 'only this run remembers, or --redis does',
  }),
};

/**
 * Options of {@link lmdbStore}.
 *
 * @category Dedupe
 */
export interface LmdbStoreOptions extends Given<typeof LMDB_STORE_SHAPE> {}

/** The closed schema. */
export const LMDB_STORE_OPTIONS = z.strictObject(LMDB_STORE_SHAPE);

/** What memoryStore() takes. */
export const MEMORY_STORE_SHAPE = {
  /**
   * How many people and events to remember, at about 50 bytes each; the one that was not used for longest is forgotten first.
   * Default 1,000,000.
   */
  maxKeys: count(1).max(16_000_000).default(1_000_000),
};

/**
 * Options of {@link memoryStore}.
 *
 * @category Dedupe
 */
export interface MemoryStoreOptions extends Given<typeof MEMORY_STORE_SHAPE> {}

/** The closed schema. */
export const MEMORY_STORE_OPTIONS = z.strictObject(MEMORY_STORE_SHAPE);

/** What redisStore() takes. */
export const REDIS_STORE_SHAPE = {
  /**
   * Where Redis is: `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS, the path of a Unix socket, or a list of
   * several nodes of one cluster.
   */
  url: redisUrls,
  /**
   * Site id of the workspace whose people and events these are. Stores with the same one share their memory; Redis holds only its
   * hash.
   */
  workspace: z.string('must be the site id of the workspace').min(1, 'must be the site id of the workspace'),
  /** A person or event that was not sent for this many days is forgotten, and then sent again. Default: nothing is forgotten. */
  expireAfterDays: count(1).max(10_000).optional(),
  /** How many milliseconds to wait for a Redis that does not answer; then the run fails with `CIO_STATE`. Default 60,000. */
  giveUpMs: count(0).default(60_000),
  /** Called with what you should know: Redis started with an empty memory, or may evict keys. Default: `process.emitWarning()`. */
  onWarning: z
    .custom<(text: string) => void>((given) => typeof given === 'function', 'must be a function')
    .default(() => (text: string) => process.emitWarning(text, 'CustomerioStreamsWarning')),
};

/**
 * Options of {@link redisStore}.
 *
 * @category Dedupe
 */
export interface RedisStoreOptions extends Given<typeof REDIS_STORE_SHAPE> {}

/** The closed schema. */
export const REDIS_STORE_OPTIONS = z.strictObject({ ...REDIS_STORE_SHAPE, clock: clockOption });

function isStore(value: unknown): boolean {
  return ['open', 'get', 'commit', 'close'].every((name) => typeof Reflect.get(Object(value), name) === 'function');
}
