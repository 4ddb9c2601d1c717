/**
 * A store in Redis: one memory for all processes of a workspace. What a key holds, and why several processes at once can't make it
 * wrong, is said in `script`. A commit is not one transaction: each key is right by itself, whatever of it was done. While Redis is
 * away, everything waits for it.
 */
import type { z } from 'zod';
import { CioError } from '../../errors.ts';
import { readOptions } from '../../options.ts';
import { openRedis, type RedisConnection } from '../../redis/connect.ts';
import { redisKeyPrefix } from '../../redis/keys.ts';
import { REDIS_STORE_OPTIONS, type RedisStoreOptions } from '../options.ts';
import type { Changes, ClaimAnswers, ClaimedChanges, Claims, Halves, SharedStore, Store } from '../store.ts';
import { storeError } from '../store.ts';
import { claimedBefore, halvesFrom, putNumbers, Rows, type SlotRows, valueRead } from './rows.ts';
import { FIRST_NUMBER } from './script.ts';
import { Slots } from './slots.ts';

/**
 * A store in Redis (the package `ioredis`), which all processes of a workspace share, and which remembers between runs. While Redis
 * is away, everything waits for it.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @category Dedupe
 * @example
 * ```ts
 * import { dedupe, redisStore } from 'customerio-streams';
 *
 * export const stage = dedupe({ store: redisStore({ url: 'redis://localhost:6379', workspace: 'my-site-id' }) });
 * ```
 */
export function redisStore(options: RedisStoreOptions): Store {
  return new RedisStore(readOptions('redisStore', REDIS_STORE_OPTIONS, options));
}

type Settings = z.output<typeof REDIS_STORE_OPTIONS>;

/** Keys a command: Redis does nothing else for some milliseconds. */
const PER_COMMAND = 1_000;
const OPEN_MS = 5_000;
const OWNER_BYTES = 8;
const NUMBERS = 2 ** 32 - FIRST_NUMBER;
const WIDTH = 4;

class RedisStore implements SharedStore {
  readonly #settings: Settings;
  #opening: Promise<void> | undefined;
  #connection: RedisConnection | undefined;
  #slots: Slots | undefined;
  #abort = new AbortController();
  /** Commits are made one after the other. */
  #lastCommit: Promise<unknown> = Promise.resolve();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async get(key: bigint): Promise<bigint | undefined> {
    return (await this.getMany([key]))[0];
  }

  async getMany(keys: readonly bigint[]): Promise<(bigint | undefined)[]> {
    const values = new Array<bigint | undefined>(keys.length);
    const rows = new Rows(keys.length);
    for (const key of keys) rows.add(halvesFrom(key));
    await this.#each(rows, async ({ slot, list, indexes }) => {
      const answer = await this.#required.run('read', slot, () => list);
      for (let row = 0; row < indexes.length; row++) values[indexes[row] as number] = valueRead(answer, row);
    });
    return values;
  }

  commit(changes: Changes): Promise<void> {
    const list = [...changes];
    return this.#inOrder(list.length, async (from, to) => {
      const rows = new Rows(to - from);
      for (const [key, value] of list.slice(from, to)) rows.add(halvesFrom(key, value));
      await this.#each(rows, ({ slot, list }) => this.#required.run('put', slot, () => list));
    });
  }

  /** Each pipeline has an owner of its own: what one that was destroyed has left on the wire is another's to the next. */
  claims(): Claims {
    const owner = this.#settings.clock.bytes(OWNER_BYTES);
    let used = 0;
    return {
      claim: (wanted) =>
        this.#claim(wanted, owner, (count) => {
          // Numbers begin again after four thousand million; only the same one twice about one key would matter.
          if (used + count > NUMBERS) used = 0;
          used += count;
          return FIRST_NUMBER + used - count;
        }),
      settle: (changes) => this.#inOrder(changes.size, (from, to) => this.#settle(changes, from, to, owner)),
    };
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {});
    await this.#lastCommit.catch(() => {});
    this.#release();
  }

  get #required(): Slots {
    if (this.#slots === undefined) throw storeError('is not open');
    return this.#slots;
  }

  async #open(): Promise<void> {
    const { url, workspace, expireAfterDays, giveUpMs, clock, onWarning } = this.#settings;
    const connection = await openRedis(url, clock);
    this.#connection = connection;
    try {
      await connection.whenReady(Math.min(OPEN_MS, giveUpMs));
      this.#abort = new AbortController();
      const prefix = redisKeyPrefix(workspace);
      const onRestart = (): void =>
        onWarning(`Redis at ${connection.place} was restarted and may have lost its last writes: dedupe starts with an empty memory`);
      this.#slots = new Slots(connection, {
        ...{ prefix, expireAfterDays: expireAfterDays ?? 0, giveUpMs, clock, signal: this.#abort.signal, onRestart },
      });
      // What it does not let us do fails now.
      await this.getMany([0n]);
      await this.#lookAtPolicy(connection);
    } catch (error) {
      this.#release();
      if (!(error instanceof CioError) || error.code !== 'CIO_NETWORK') throw error;
      throw new CioError('CIO_STATE', `the dedupe store can't be opened: ${error.message}`, error, error.todo);
    }
  }

  async #lookAtPolicy(connection: RedisConnection): Promise<void> {
    // Only advice hangs on it: that Redis does not answer just now is no reason to end a run.
    const said = String(await connection.client.info('memory').catch(() => ''));
    const [, policy] = /maxmemory_policy:(\S+)/.exec(said) ?? [];
    const [, most] = /maxmemory:(\d+)/.exec(said) ?? [];
    if (policy === undefined || policy === 'noeviction' || most === '0') return;
    this.#settings.onWarning(
      `Redis at ${connection.place} may evict what dedupe remembers (maxmemory-policy ${policy}): then rows are sent again; set it to noeviction`,
    );
  }

  async #claim(wanted: readonly Halves[], owner: Buffer, take: (count: number) => number): Promise<ClaimAnswers> {
    const numbers = new Uint32Array(wanted.length);
    const before = new Uint32Array(wanted.length);
    const rows = new Rows(wanted.length);
    for (const each of wanted) rows.add(each);
    await this.#each(rows, async ({ slot, list, indexes }) => {
      let first = 0;
      // Another attempt has other numbers: the last one may have been done, or be done later.
      const fresh = (): Buffer => {
        first = take(indexes.length);
        putNumbers(list, first);
        return list;
      };
      const answer = await this.#required.run('claim', slot, fresh, owner);
      for (let row = 0; row < indexes.length; row++) {
        numbers[indexes[row] as number] = first + row;
        before[indexes[row] as number] = claimedBefore(answer, row);
      }
    });
    return { numbers, before };
  }

  async #settle({ halves, claims }: ClaimedChanges, from: number, to: number, owner: Buffer): Promise<void> {
    const rows = new Rows(to - from);
    for (let n = from; n < to; n++) {
      const [keyFirst = 0, keySecond = 0, valueFirst = 0, valueSecond = 0] = halves.subarray(WIDTH * n, WIDTH * (n + 1));
      rows.add({ keyFirst, keySecond, hasValue: true, valueFirst, valueSecond }, claims[n]);
    }
    await this.#each(rows, ({ slot, list }) => this.#required.run('settle', slot, () => list, owner));
  }

  async #each(rows: Rows, run: (slot: SlotRows) => Promise<unknown>): Promise<void> {
    await Promise.all(rows.bySlot(this.#required.count).map(run));
  }

  /** Does some rows a command, one after the other, when all commits before are done. */
  #inOrder(size: number, some: (from: number, to: number) => Promise<void>): Promise<void> {
    const done = this.#lastCommit
      .catch(() => {})
      .then(async () => {
        for (let from = 0; from < size; from += PER_COMMAND) await some(from, Math.min(from + PER_COMMAND, size));
      });
    this.#lastCommit = done;
    done.catch(() => {});
    return done;
  }

  #release(): void {
    this.#abort.abort(storeError('is closed'));
    this.#connection?.close();
    this.#connection = undefined;
    this.#slots = undefined;
    this.#opening = undefined;
  }
}
