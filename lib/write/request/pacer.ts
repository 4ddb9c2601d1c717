/**
 * When a request may leave: first come, first served. bottleneck gives out turns, evenly spaced; who has one leaves when
 * the exact window is open too. bottleneck alone lets more than the allowed number into a second when the event loop
 * stalls, the window alone does not make good what a stall costs. A 429 or Retry-After pauses everyone and halves the
 * pace, which then recovers.
 */
import type Bottleneck from 'bottleneck';
import type { Cancel, Clock } from '../../clock.ts';
import { type WaitMessage, waits } from '../diagnostics.ts';
import { type Pace, type Permit, RateWindow } from './rate-window.ts';

// bottleneck spends a few timers on each job, so it can't run more than some hundred a second. Where more than one request
// may leave in this time, a turn is for several.
const TURN_MS = 10;
// Turns are asked for ahead, and as many are kept for requests to come: what a busy event loop has delayed, or the replies
// that lanes wait for, is made good. No further, since a turn that was asked for keeps its time when the pace changes.
const AHEAD_MS = 100;
const SLOWEST = 0.1;
const RECOVERY_PER_MS = 0.1 / 1_000;

/** Gives permits to send. */
export class Pacer implements Pace {
  readonly #bottleneck: Bottleneck;
  readonly #clock: Clock;
  readonly #window: RateWindow;
  readonly #requestsPerTurn: number;
  /** Between two turns at full pace, in milliseconds of the machine: bottleneck knows no other clock. */
  readonly #turnMs: number;
  /** Who waits for a permit. */
  readonly #queue: ((permit: Permit) => void)[] = [];
  /** Turns that bottleneck was asked for and has not given yet. */
  #asked = 0;
  /** Requests that have their turn and no permit yet. */
  #turns = 0;
  #cancel: Cancel | undefined;
  #isStopped = false;
  #pausedUntil = 0;
  /** The share of the full pace at the end of the last pause. */
  #slowedTo = 1;
  #pace = 1;

  /** `sentAt`: when requests left that were made just before. */
  static async open(requestsPerSecond: number, clock: Clock, sentAt: readonly number[] = []): Promise<Pacer> {
    // Without what shares a limit over Redis, it loads in a quarter of the time.
    // @ts-expect-error It has no types of its own; they are those of the whole.
    const { default: Limiter }: { default: typeof Bottleneck } = await import('bottleneck/light.js');
    return new Pacer(Limiter, requestsPerSecond, clock, sentAt);
  }

  private constructor(Limiter: typeof Bottleneck, requestsPerSecond: number, clock: Clock, sentAt: readonly number[]) {
    const perMs = (requestsPerSecond * clock.speed) / 1_000;
    this.#clock = clock;
    this.#window = new RateWindow(requestsPerSecond, clock, sentAt);
    this.#requestsPerTurn = Math.max(1, Math.ceil(perMs * TURN_MS));
    this.#turnMs = this.#requestsPerTurn / perMs;
    this.#bottleneck = new Limiter({ minTime: this.#turnMs });
    this.#pump();
  }

  /** Resolves when the caller may send one request, at once. Rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      let isWaiting = true;
      const onAbort = (): void => {
        this.#queue.splice(this.#queue.indexOf(onPermit), 1);
        // With nobody waiting, no timer may keep the process alive.
        this.#pump();
        reject(signal.reason);
      };
      const onPermit = (permit: Permit): void => {
        isWaiting = false;
        signal.removeEventListener('abort', onAbort);
        resolve(permit);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(onPermit);
      this.#pump();
      if (isWaiting) waits.publish(() => this.#lastWait());
    });
  }

  /** The API asked for quiet: nobody leaves for `ms`, and then at half the pace, recovering by a tenth a second. */
  pause(ms: number): void {
    const now = this.#clock.now();
    // Replies to requests that left before the first complaint are the same complaint.
    if (now >= this.#pausedUntil) this.#slowedTo = Math.max(SLOWEST, this.#paceAt(now) / 2);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + ms);
    this.#turns = 0;
    this.#pump();
  }

  /** Gives no more permits, and leaves no timer behind. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
    this.#bottleneck.stop({ dropWaitingJobs: true }).catch(() => {});
  }

  /** When the next permit can be given, if there is a turn for it. */
  get #opensAt(): number {
    return Math.max(this.#window.opensAt(), this.#pausedUntil);
  }

  /** Why the last request of the queue waits, and how long at least. */
  #lastWait(): WaitMessage {
    const now = this.#clock.now();
    const opensAt = this.#window.opensAt(this.#queue.length - 1);
    // Not known before one of those leaves that have a permit, or wait for one.
    const forWindow = opensAt === Number.POSITIVE_INFINITY ? this.#window.lengthMs : opensAt - now;
    const ms = Math.max(forWindow, this.#pausedUntil - now, this.#turns > 0 ? 0 : this.#turnMs * this.#clock.speed);
    if (this.#paceAt(now) < 1) return { why: 'asked', ms };
    return { why: forWindow > 0 ? 'rate' : 'spacing', ms };
  }

  #paceAt(now: number): number {
    return Math.min(1, this.#slowedTo + Math.max(0, now - this.#pausedUntil) * RECOVERY_PER_MS);
  }

  /** Gives the permits that can be given, and arranges for the next. */
  #pump(): void {
    if (this.#isStopped) return;
    const now = this.#clock.now();
    while (this.#queue.length > 0 && this.#turns > 0 && this.#opensAt <= now) {
      this.#turns--;
      this.#queue.shift()?.(this.#window.permit(() => this.#pump()));
    }
    this.#cancel?.();
    this.#cancel = undefined;
    const opensAt = this.#opensAt;
    if (this.#queue.length > 0 && opensAt > now && opensAt < Number.POSITIVE_INFINITY)
      this.#cancel = this.#clock.timer(Math.ceil(opensAt - now), () => this.#pump());
    if (now >= this.#pausedUntil) this.#askForTurns(this.#paceAt(now));
  }

  /** For those who wait, and for those who come next: at an idle pacer nobody waits. */
  #askForTurns(pace: number): void {
    const turnMs = this.#turnMs / pace;
    if (pace !== this.#pace) void this.#bottleneck.updateSettings({ minTime: turnMs });
    this.#pace = pace;
    const ahead = Math.ceil(AHEAD_MS / turnMs) * this.#requestsPerTurn;
    const wanted = Math.min(this.#queue.length, ahead) + ahead - this.#turns;
    for (; this.#asked * this.#requestsPerTurn < wanted; this.#asked++) this.#bottleneck.schedule(this.#onTurn).catch(() => {});
  }

  readonly #onTurn = async (): Promise<void> => {
    this.#asked--;
    // A turn that comes during a pause is void: else requests would leave in a burst when it is over.
    if (this.#clock.now() >= this.#pausedUntil) this.#turns += this.#requestsPerTurn;
    this.#pump();
  };
}
