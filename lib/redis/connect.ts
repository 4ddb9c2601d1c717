/**
 * A connection to Redis, or to a cluster, by ioredis, which loads on first use. It comes back by itself after whatever has cut it
 * off; commands are never kept for later, but fail within half a second. No password is in anything that it shows.
 */
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { type Clock, systemClock } from '../clock.ts';
import { CioError, codeOf } from '../errors.ts';
import { type RedisAddress, type RedisAddresses, redisAddresses } from './address.ts';
import { type RedisFault, RedisWords } from './fault.ts';

/** A command that has no answer by then has failed. */
const REDIS_COMMAND_MS = 500;
/** The longest time between two attempts to connect, and the time that each of them has. */
const RECONNECT_MS = 500;
const CONNECT_MS = 1_000;
/** From when Redis is back until whoever can reach it is connected again. */
export const REDIS_BACK_MS: number = CONNECT_MS + RECONNECT_MS;

/** What Redis says of itself. */
export interface RedisFacts {
  readonly version: string;
  /** Its clock, in Unix milliseconds. */
  readonly time: number;
  /** How long a command took there and back, in milliseconds. */
  readonly roundTripMs: number;
  readonly isCluster: boolean;
}

type IORedis = Pick<typeof import('ioredis'), 'Redis' | 'Cluster'>;

/** Starts to connect. Throws `CIO_OPTIONS` if ioredis is not installed. */
export async function openRedis(urls: string | readonly string[], clock: Clock = systemClock): Promise<RedisConnection> {
  const addresses = redisAddresses(urls);
  return new RedisConnection(await loadRedis(), addresses, clock);
}

async function loadRedis(): Promise<IORedis> {
  try {
    return await import('ioredis');
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CioError('CIO_OPTIONS', 'Redis needs a package that is not installed: npm install ioredis', error);
  }
}

/** Connected, or trying to be, until it is closed. */
export class RedisConnection {
  readonly #client: Redis | Cluster;
  readonly #words: RedisWords;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #fault: RedisFault | undefined;
  #isReady = false;

  constructor(ioredis: IORedis, addresses: RedisAddresses, clock: Clock) {
    this.#clock = clock;
    this.#words = new RedisWords(addresses);
    this.#client = clientOf(ioredis, addresses);
    this.#client.on('error', (error: unknown) => this.#changed(false, this.#words.faultOf(error)));
    this.#client.on('close', () => this.#changed(false, this.#fault));
    this.#client.on('connect', () => this.#changed(false, undefined));
    // ioredis is ready, too, when the server does not have the database that was asked for, and then uses another.
    this.#client.on('ready', () => this.#changed(this.#fault?.isFatal !== true, this.#fault));
  }

  /** ioredis' own. Its errors hold arguments of commands: show them only by `faultOf`. */
  get client(): Redis | Cluster {
    return this.#client;
  }

  get isCluster(): boolean {
    return this.#client.isCluster;
  }

  /** Commands can be sent. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** `host:port`. */
  get place(): string {
    return this.#words.place;
  }

  /** Calls back whenever it has become ready or is cut off, and after each failed attempt; gives what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves when commands can be sent. Throws `CIO_OPTIONS` at once for what waiting does not mend, such as a wrong password, and
   * `CIO_NETWORK` after `ms`.
   */
  whenReady(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        if (signal?.aborted) end(() => reject(signal.reason));
        else if (this.#isReady) end(resolve);
        else if (this.#fault?.isFatal) end(() => reject(this.error));
      };
      const cancel = this.#clock.timer(ms, () => end(() => reject(this.error)));
      const off = this.onChange(settle);
      const end = (then: () => void): void => {
        cancel();
        off();
        signal?.removeEventListener('abort', settle);
        then();
      };
      signal?.addEventListener('abort', settle, { once: true });
      settle();
    });
  }

  /** Why it is not ready. */
  get error(): CioError {
    return this.#words.errorOf(this.#fault ?? { why: 'does not answer', isFatal: false, cause: new Error('no answer') });
  }

  /** What an error of a command means. */
  faultOf(error: unknown): RedisFault {
    const fault = this.#words.faultOf(error);
    // Why there is no connection says more than that there is none.
    return !this.#isReady && !fault.isFatal && this.#fault !== undefined ? this.#fault : fault;
  }

  /** The error to throw for one of a command. */
  errorOf(error: unknown): CioError {
    return this.#words.errorOf(this.faultOf(error));
  }

  /** Asks Redis what it is. Throws what `errorOf` says. */
  async facts(): Promise<RedisFacts> {
    try {
      const asked = this.#clock.now();
      const [seconds, micros] = await this.#client.time();
      const roundTripMs = this.#clock.now() - asked;
      const info = String(await this.#client.info('server'));
      const [, version = 'unknown'] = /redis_version:(\S+)/.exec(info) ?? [];
      return { version, time: Number(seconds) * 1_000 + Number(micros) / 1_000, roundTripMs, isCluster: this.isCluster };
    } catch (error) {
      throw this.errorOf(error);
    }
  }

  /** Leaves no socket and no timer behind. */
  close(): void {
    this.#listeners.clear();
    this.#client.disconnect();
  }

  #changed(isReady: boolean, fault: RedisFault | undefined): void {
    this.#isReady = isReady;
    this.#fault = fault;
    for (const listener of [...this.#listeners]) listener();
  }
}

function clientOf({ Cluster, Redis }: IORedis, addresses: RedisAddresses): Redis | Cluster {
  const [first, ...others] = addresses;
  const retry = (attempt: number): number => Math.min(50 * attempt, RECONNECT_MS);
  const each: RedisOptions = {
    ...{ username: first.username, password: first.password, ...(first.tls && { tls: {} }) },
    commandTimeout: REDIS_COMMAND_MS,
    connectTimeout: CONNECT_MS,
    // What was in flight when the connection broke may have been done: it is not sent again behind the caller's back.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    // After a failover this server may have become a replica: the name may lead to the new primary.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    connectionName: 'customerio-streams',
  } as RedisOptions;
  if (others.length === 0) return new Redis({ ...each, ...placeOf(first), db: first.db, retryStrategy: retry });
  return new Cluster(
    addresses.map(({ host = '', port = 0 }) => ({ host, port })),
    {
      redisOptions: each,
      enableOfflineQueue: false,
      clusterRetryStrategy: retry,
      // A command fails within its time-out, also when the cluster has no node for it.
      maxRedirections: 3,
      retryDelayOnFailover: 50,
      retryDelayOnClusterDown: 50,
    },
  );
}

function placeOf({ path, host, port }: RedisAddress): RedisOptions {
  return path === undefined ? { host, port } : { path };
}
