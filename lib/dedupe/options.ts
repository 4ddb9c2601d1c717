/** The options of dedupe() and of its stores, and how a command line gives them. */
import { z } from 'zod';
import { clockOption, count, FLAG, type Given } from '../options.ts';
import { redisUrls } from '../redis/address.ts';
import type { Store } from './store.ts';

/** What dedupe() takes. */
export const DEDUPE_SHAPE = {
  /**
   * What remembers: memoryStore() (default) for one run, lmdbStore({ path }) between runs, redisStore({ url, workspace }) between
   * runs and processes. One pipeline at a time uses a store of the first two.
   * It stays open: whoever made it closes it.
   */
  store: z.custom<Store>(isStore, 'must be memoryStore(), lmdbStore(), redisStore() or another store').optional(),
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
    doc: 'with --dedupe: folder that remembers what was delivered, for the next runs',
    standard: 'only this run remembers, or --redis does',
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

/** What redisStore() takes. */
export const REDIS_STORE_SHAPE = {
  /**
   * Where Redis is: redis://[user:password@]host[:port][/db], rediss:// for TLS, or the path of a Unix socket; or a list of several
   * nodes of a cluster. It needs the optional package ioredis.
   */
  url: redisUrls,
  /** Whose people and events these are: the site id of the workspace. Stores with the same one share their memory; only its hash is in Redis. */
  workspace: z.string('must be the site id of the workspace').min(1, 'must be the site id of the workspace'),
  /** A person or event is forgotten when it was not sent for this many days, and then sent again. By default nothing is forgotten. */
  expireAfterDays: count(1).max(10_000).optional(),
  /** How long a Redis that does not answer is waited for. Default 60,000. Then the run ends with `CIO_STATE`. */
  giveUpMs: count(0).default(60_000),
  /** Called with what you should know: Redis has begun with an empty memory, or may throw keys away. Default: process.emitWarning(). */
  onWarning: z
    .custom<(text: string) => void>((given) => typeof given === 'function', 'must be a function')
    .default(() => (text: string) => process.emitWarning(text, 'CustomerioStreamsWarning')),
};

/** Options of redisStore(). */
export interface RedisStoreOptions extends Given<typeof REDIS_STORE_SHAPE> {}

/** The closed schema. */
export const REDIS_STORE_OPTIONS = z.strictObject({ ...REDIS_STORE_SHAPE, clock: clockOption });

function isStore(value: unknown): boolean {
  return ['open', 'get', 'commit', 'close'].every((name) => typeof Reflect.get(Object(value), name) === 'function');
}
