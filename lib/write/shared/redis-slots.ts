/** Asks Redis for slots, by the script. A question has its answer, or has failed, within the time of a command. */
import type { CioError } from '../../errors.ts';
import type { RedisConnection } from '../../redis/connect.ts';
import type { RedisFault } from '../../redis/fault.ts';
import { readSlotAnswer, SLOT_SCRIPT, type SlotAnswer, type SlotQuestion, slotArguments } from './slot-script.ts';
import { standingTimes } from './standing.ts';

/** Where slots come from. */
export interface SlotSource {
  /** What it is called in messages. */
  readonly place: string;
  ask(question: Omit<SlotQuestion, 'isFresh'>): Promise<SlotAnswer>;
  /** Why asking has failed. */
  faultOf(error: unknown): RedisFault;
  errorOf(error: unknown): CioError;
  /** Calls back when it can be asked, or no more. */
  onChange(listener: () => void): void;
  /** The process leaves: it does not count any more. */
  close(id: string): Promise<void>;
}

interface WithScript {
  cioSlots(...args: (string | number)[]): Promise<unknown>;
}

/** Who was not heard for so long does not share any more, as in the script. */
const HEARD_MS = 10_000;

/** Where the rate of a workspace is kept, and who shares it. */
export function slotKeys(prefix: string): readonly [state: string, processes: string] {
  return [`${prefix}:rate`, `${prefix}:processes`];
}

/** How many processes share the rate now: those that were heard of lately, on Redis' own clock. */
export async function processesThatShare(client: RedisConnection['client'], prefix: string): Promise<number> {
  const [, processes] = slotKeys(prefix);
  const [seconds] = await client.time();
  return await client.zcount(processes, Number(seconds) * 1_000_000 - HEARD_MS * 1_000, '+inf');
}

/** The slots of a workspace. Owns the connection. */
export class RedisSlots implements SlotSource {
  readonly #redis: RedisConnection;
  readonly #keys: ReturnType<typeof slotKeys>;
  #isFresh = true;

  constructor(redis: RedisConnection, prefix: string) {
    this.#redis = redis;
    this.#keys = slotKeys(prefix);
    redis.client.defineCommand('cioSlots', { numberOfKeys: 2, lua: SLOT_SCRIPT });
    redis.onChange(() => {
      if (!redis.isReady) this.#isFresh = true;
    });
  }

  get place(): string {
    return this.#redis.place;
  }

  async ask(question: Omit<SlotQuestion, 'isFresh'>): Promise<SlotAnswer> {
    // The nodes of a cluster change behind one connection.
    const isFresh = this.#isFresh || this.#redis.isCluster;
    this.#isFresh = false;
    try {
      const times = standingTimes(question.requestsPerSecond);
      const client = this.#redis.client as unknown as WithScript;
      return readSlotAnswer(await client.cioSlots(...this.#keys, ...slotArguments({ ...question, isFresh }, times)));
    } catch (error) {
      // Whether the script has run is not known.
      if (isFresh) this.#isFresh = true;
      throw error;
    }
  }

  faultOf(error: unknown): RedisFault {
    return this.#redis.faultOf(error);
  }

  errorOf(error: unknown): CioError {
    return this.#redis.errorOf(error);
  }

  onChange(listener: () => void): void {
    this.#redis.onChange(listener);
  }

  async close(id: string): Promise<void> {
    if (this.#redis.isReady) await this.#redis.client.zrem(this.#keys[1], id).catch(() => {});
    this.#redis.close();
  }
}
