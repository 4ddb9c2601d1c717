/** A Redis that can hang, die, and come back with or without what it knew, and processes that share a rate by it, in time that a test runs. */
import { type Clock, systemClock } from '../../../lib/clock.ts';
import { CioError } from '../../../lib/errors.ts';
import { TooLate } from '../../../lib/write/request/rate-window.ts';
import type { SlotSource } from '../../../lib/write/shared/redis-slots.ts';
import { SharedPacer } from '../../../lib/write/shared/shared-pacer.ts';
import { readSlotAnswer } from '../../../lib/write/shared/slot-script.ts';
import { standingTimes } from '../../../lib/write/shared/standing.ts';
import { SlotModel } from './slot-model.ts';

const COMMAND_MS = 500;
const RECONNECT_MS = 500;

/** Chance that a seed decides. */
export type Chance = () => number;

export class FakeRedis {
  readonly #chance: Chance;
  /** Its clock is not that of the processes. */
  #aheadMs = 7_654_321;
  #model = new SlotModel();
  #stored = new SlotModel();
  #state: 'up' | 'hung' | 'down' = 'up';
  #thaw: (() => void)[] = [];
  /** Changes with each start. */
  #connection = 0;
  readonly onBack = new Set<() => void>();
  /** Of the ways there and back, in milliseconds; and how many answers of a hundred get lost. */
  wayMs = 2;
  lostPercent = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** What it would read after a restart, if it stores at all. */
  store(): void {
    this.#stored = this.#model.copy();
  }

  hang(): void {
    this.#state = 'hung';
  }

  thaw(): void {
    this.#state = 'up';
    for (const go of this.#thaw.splice(0)) go();
  }

  die(): void {
    this.#state = 'down';
    this.#thaw = [];
    this.#connection++;
  }

  /** Begins with nothing, or with what it stored. */
  start(how: 'empty' | 'stored'): void {
    this.#model.restart(how === 'stored' ? this.#stored : undefined);
    this.#state = 'up';
    for (const go of this.onBack) setTimeout(go, Math.floor(this.#chance() * RECONNECT_MS));
  }

  /** Somebody sets its clock. */
  step(ms: number): void {
    this.#aheadMs += ms;
  }

  /** What a process sees of it. */
  source(): SlotSource {
    let connection = -1;
    const way = (): number => Math.floor(this.#chance() * this.wayMs);
    const refused = new Error('refused');
    return {
      place: 'redis.test:6379',
      faultOf: () => ({ why: 'does not answer', isFatal: false, cause: refused }),
      errorOf: () => new CioError('CIO_NETWORK', 'refused'),
      onChange: (listener) => void this.onBack.add(listener),
      close: async (id) => this.#model.leave(id),
      ask: (question) =>
        new Promise((resolve, reject) => {
          if (this.#state === 'down') return reject(refused);
          const isFresh = connection !== this.#connection;
          connection = this.#connection;
          setTimeout(() => reject(refused), COMMAND_MS);
          const run = (): void => {
            if (this.#state === 'down' || connection !== this.#connection) return reject(refused);
            const now = (Date.now() + this.#aheadMs) * 1_000;
            const reply = this.#model.ask(now, { ...question, isFresh }, standingTimes(question.requestsPerSecond));
            if (this.#chance() * 100 >= this.lostPercent) setTimeout(() => resolve(readSlotAnswer(reply)), way());
          };
          setTimeout(() => (this.#state === 'hung' ? this.#thaw.push(run) : run()), way());
        }),
    };
  }
}

/** A process that always has something to send, on several lanes. */
export class FakeProcess {
  readonly pacer: SharedPacer;
  readonly #end = new AbortController();

  static async start(redis: FakeRedis, rate: number, sent: (at: number) => void, chance: Chance, lanes = 5): Promise<FakeProcess> {
    const aheadMs = Math.floor(chance() * 10_000) - 5_000;
    const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs, random: chance };
    const process = new FakeProcess(await SharedPacer.open(redis.source(), { requestsPerSecond: rate, clock }));
    for (let lane = 0; lane < lanes; lane++) void process.#send(sent, chance).catch(() => {});
    return process;
  }

  private constructor(pacer: SharedPacer) {
    this.pacer = pacer;
  }

  /** Leaves, after saying so or by being killed. */
  async stop(how: 'leave' | 'kill'): Promise<void> {
    this.#end.abort(new Error('over'));
    if (how === 'leave') await this.pacer.stop();
  }

  async #send(sent: (at: number) => void, chance: Chance): Promise<void> {
    for (;;) {
      const permit = await this.pacer.acquire(this.#end.signal);
      // Sometimes the connection has to be opened.
      if (chance() < 0.1) await new Promise((resolve) => setTimeout(resolve, Math.floor(chance() * 60)));
      try {
        permit.sent();
        sent(Date.now());
      } catch (error) {
        if (!(error instanceof TooLate)) throw error;
      }
    }
  }
}
