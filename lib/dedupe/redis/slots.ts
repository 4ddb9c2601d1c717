/**
 * The scripts on their way to Redis: which keys of it they are about, and again while it does not answer. A restart, a failover or a
 * hung server of some seconds is waited out; what waiting does not mend ends it at once.
 */
import type { Clock } from '../../clock.ts';
import { sleep } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import type { RedisConnection } from '../../redis/connect.ts';
import { runIdOf } from './rows.ts';
import { BUCKETS, SCRIPTS, type ScriptName } from './script.ts';

/** A cluster spreads what has different tags over its nodes. */
const CLUSTER_SLOTS = 16;
const PAUSE_MS = 100;
/** Redis says that, and takes it back by itself: it is starting, saving, or becoming another one's replica or primary. */
const PASSES = /^(LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY|MISCONF|NOREPLICAS|ASK|MOVED)\b/;

/** What the slots need. */
export interface SlotsOptions {
  /** What all names begin with, with the part in braces that chooses the slot of a cluster. */
  readonly prefix: string;
  readonly expireAfterDays: number;
  readonly giveUpMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Redis has forgotten everything. */
  readonly onRestart: () => void;
}

type Command = (base: string, ...args: (Buffer | string | number)[]) => Promise<Buffer>;

/** All keys of a store, in parts that lie on one node of a cluster each. */
export class Slots {
  readonly #connection: RedisConnection;
  readonly #options: SlotsOptions;
  /** The `run_id` that was seen last. */
  readonly #runIds: string[];

  constructor(connection: RedisConnection, options: SlotsOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#runIds = new Array(connection.isCluster ? CLUSTER_SLOTS : 1).fill('');
    for (const [name, lua] of Object.entries(SCRIPTS)) connection.client.defineCommand(commandOf(name), { numberOfKeys: 1, lua });
  }

  get count(): number {
    return this.#runIds.length;
  }

  /** Runs a script until Redis has answered. `listOf` gives the rows of an attempt. Throws `CIO_STATE`. */
  async run(name: ScriptName, slot: number, listOf: () => Buffer, owner: Buffer | string = ''): Promise<Buffer> {
    const { clock, giveUpMs, signal } = this.#options;
    const last = clock.now() + giveUpMs;
    for (;;) {
      const problem = await this.#attempt(name, slot, listOf(), owner);
      if (Buffer.isBuffer(problem)) return problem;
      if (problem.isFinal || clock.now() >= last) throw problem.error;
      await sleep(clock, PAUSE_MS, signal);
      await this.#connection.whenReady(Math.max(0, last - clock.now()), signal).catch(() => {});
      signal.throwIfAborted();
    }
  }

  async #attempt(name: ScriptName, slot: number, list: Buffer, owner: Buffer | string) {
    const { prefix, expireAfterDays } = this.#options;
    const size = BUCKETS / this.count;
    const base = this.count === 1 ? `${prefix}:dedupe` : `${prefix.replace('}', `.${slot}}`)}:dedupe`;
    const before = this.#runIds[slot] as string;
    // The command is made when the script is defined, so the types of the client do not have it.
    const { client } = this.#connection;
    const command = Reflect.get(client, `${commandOf(name)}Buffer`) as Command;
    try {
      const answer = await command.call(client, base, list, before, expireAfterDays, size * slot, size * (slot + 1) - 1, owner);
      this.#look(slot, runIdOf(answer));
      return answer;
    } catch (error) {
      return this.#problem(error);
    }
  }

  /** Says once of each server that it is not the one that was there before. */
  #look(slot: number, runId: string): void {
    const before = this.#runIds[slot];
    if (before === runId) return;
    const isNews = before !== '' && !this.#runIds.includes(runId);
    this.#runIds[slot] = runId;
    if (isNews) this.#options.onRestart();
  }

  #problem(error: unknown): { readonly error: CioError; readonly isFinal: boolean } {
    const { why, isFatal, cause } = this.#connection.faultOf(error);
    const said = cause.message;
    const isFinal = !PASSES.test(said) && (isFatal || /^[A-Z]{3,}\b/.test(said));
    if (said.startsWith('OOM'))
      return { error: this.#error("has no memory left (maxmemory): what was delivered can't be kept", cause), isFinal };
    return { error: this.#error(why, cause), isFinal };
  }

  #error(why: string, cause: Error): CioError {
    const todo = 'Make Redis usable again, with more memory if it is full, and run again: what was not kept is sent once more.';
    return new CioError('CIO_STATE', `the dedupe store: Redis at ${this.#connection.place} ${why}`, cause, todo);
  }
}

function commandOf(name: string): string {
  return `cioDedupe_${name}`;
}
