/**
 * What a process may send by: slots of Redis, its own share, or nothing. Nobody knows of the others while Redis is away, so the
 * changes are kept apart by silence: from the last slot that Redis can have given to the first request at an own share, and
 * from the last of those to the first new slot, more than a window passes.
 */
import { REDIS_BACK_MS } from '../../redis/connect.ts';
import { HORIZON_MS, LATEST_MS, windowMs } from './slot-script.ts';

/** By what requests leave. */
export type Basis = 'slots' | 'own' | 'nothing';

/** How often Redis is asked while nothing else is: with an answer, without one, and at an own share. */
export const HEARTBEAT_MS = { heard: 500, lost: 100, own: 250 };

/** What depends on the rate, in milliseconds. */
export interface StandingTimes {
  /** Without Redis, until the last slot that it can have given is a window ago. */
  readonly graceMs: number;
  /** Who sends at its own share has been without an answer for longer than this. */
  readonly unheardMs: number;
  /** Between own shares and slots. */
  readonly silenceMs: number;
  /** From when the first is back until slots are given: the others have time to come back, too. */
  readonly calmMs: number;
}

export function standingTimes(requestsPerSecond: number): StandingTimes {
  const window = Math.ceil(windowMs(requestsPerSecond));
  const graceMs = window + HORIZON_MS + LATEST_MS;
  const silenceMs = window + 10;
  return { graceMs, unheardMs: graceMs - 200, silenceMs, calmMs: REDIS_BACK_MS + HEARTBEAT_MS.own + silenceMs + 250 };
}

/** Changes with the answers of Redis, and with time. Begins without an answer. */
export class Standing {
  readonly #times: StandingTimes;
  #lostAt: number | undefined;
  #isOwn = false;
  /** When own sending ends. */
  #ownUntil = Number.POSITIVE_INFINITY;
  /** No slots before. */
  #silentUntil = Number.NEGATIVE_INFINITY;

  constructor(now: number, times: StandingTimes) {
    this.#times = times;
    this.#lostAt = now;
  }

  basisAt(now: number): Basis {
    if (this.#isOwn && now < this.#ownUntil) return 'own';
    return this.#lostAt === undefined && now >= this.#silentUntil ? 'slots' : 'nothing';
  }

  /** Redis has answered the last question. */
  get isHeard(): boolean {
    return this.#lostAt === undefined;
  }

  /** A request that leaves at the own share must leave before. */
  get ownUntil(): number {
    return this.#isOwn ? this.#ownUntil : Number.NEGATIVE_INFINITY;
  }

  /** When the basis changes by itself; Infinity if it does not. */
  changesAt(now: number): number {
    if (this.basisAt(now) === 'own') return this.#ownUntil;
    return this.#lostAt === undefined && this.#silentUntil > now ? this.#silentUntil : Number.POSITIVE_INFINITY;
  }

  /** Redis is there, and knows of all that gives no slots for `quietMs`. `asked` is when it was asked. */
  answered(asked: number, now: number, quietMs: number): void {
    this.#lostAt = undefined;
    if (this.basisAt(now) === 'own') {
      this.#ownUntil = quietMs > 0 ? asked + quietMs - this.#times.silenceMs : now;
      this.#silentUntil = Math.max(now, this.#ownUntil) + this.#times.silenceMs;
    } else this.#isOwn = false;
    if (quietMs > 0) this.#silentUntil = Math.max(this.#silentUntil, now + quietMs);
  }

  /** Redis has not answered. */
  failed(now: number): void {
    this.#lostAt ??= now;
    // If an end of own sending is known, the others may get slots then: it stays.
    if (this.basisAt(now) === 'own' || now - this.#lostAt < this.#times.graceMs) return;
    this.#isOwn = true;
    this.#ownUntil = Number.POSITIVE_INFINITY;
  }
}
