/** What a process knows of the rate that it shares, from the last answer; and how much of it is its own, for when nobody can be asked. */
import { type SharedRateMessage, sharedRates, waits } from '../diagnostics.ts';
import type { SlotAnswer } from './slot-script.ts';

/** What a process leases at once: what it sends in this time. */
const LEASE_MS = 200;
/** The largest number of processes counts for so long, as those who were cut off can still send. */
const REMEMBERED_MS = 300_000;
/** Who has heard of nobody takes one part of so many. */
const UNKNOWN = 10;
/** What is left for those who start meanwhile. */
const LEFT = 0.9;

export class RateKnowledge {
  /** The smallest rate that was heard of. */
  requestsPerSecond: number;
  /** The share of it after a pause. */
  #pace = 1;
  /** Between two slots. */
  #spacingMs = 0;
  #published = '';
  readonly #least: number | undefined;
  #processes = 1;
  /** The next slot of all. */
  #nextAt = Number.NEGATIVE_INFINITY;
  #most = 0;
  #mostAt = Number.NEGATIVE_INFINITY;

  /** `least`: how many processes there are, as the user says. */
  constructor(requestsPerSecond: number, least: number | undefined) {
    this.requestsPerSecond = requestsPerSecond;
    this.#least = least;
  }

  heard({ processes, requestsPerSecond, pace, slots, waitMs, spacingMs }: SlotAnswer, now: number): void {
    this.requestsPerSecond = requestsPerSecond;
    this.#pace = pace;
    this.#spacingMs = spacingMs;
    this.#processes = Math.max(1, processes);
    this.#nextAt = now + waitMs + slots * spacingMs;
    if (processes < this.#most && now - this.#mostAt < REMEMBERED_MS) return;
    this.#most = processes;
    this.#mostAt = now;
  }

  /** Slots to lease at once. */
  get lease(): number {
    return Math.max(1, Math.round((this.requestsPerSecond / this.#processes / 1_000) * LEASE_MS));
  }

  /** In which time all who were sent away should come back. Slots are given ahead, so it costs none. */
  get spreadMs(): number {
    return Math.min(250, (this.#processes * this.#spacingMs) / 2);
  }

  /** What one process may send in a second without asking. */
  get ownShare(): number {
    const isKnown = this.#most > 0 || this.#least !== undefined;
    return (this.requestsPerSecond * (isKnown ? LEFT : 1)) / this.#mostProcesses;
  }

  get #mostProcesses(): number {
    return Math.max(this.#most, this.#least ?? 0) || UNKNOWN;
  }

  /** Publishes what is new. */
  publish(up: boolean, place: string, why: string | undefined): void {
    const message = this.#message(up, place, why);
    const text = JSON.stringify(message);
    if (text !== this.#published) sharedRates.publish(() => message);
    this.#published = text;
  }

  /** Publishes that somebody waits, behind `others` and at least `until`. */
  publishWait(now: number, { others, until, isPaused }: { others: number; until: number; isPaused: boolean }): void {
    const ms = Math.max(until, this.#nextAt + others * this.#spacingMs) - now;
    if (ms > 0) waits.publish(() => ({ why: isPaused || this.#pace < 1 ? 'asked' : 'shared', ms }));
  }

  #message(up: boolean, place: string, why: string | undefined): SharedRateMessage {
    const { requestsPerSecond } = this;
    if (!up) return { up, place, why, processes: this.#mostProcesses, requestsPerSecond, share: this.ownShare };
    return { up, place, why: undefined, processes: this.#processes, requestsPerSecond, share: requestsPerSecond / this.#processes };
  }
}
