/**
 * The pacer of a process that shares its rate: who waits gets slots that Redis leases, a few at a time; while Redis is away, permits
 * of the process's own share. Redis is asked when somebody waits, and otherwise now and then, to be known and to know.
 */
import type { Cancel, Clock } from '../../clock.ts';
import type { Pace, Permit } from '../request/rate-window.ts';
import { OwnShare } from './own-share.ts';
import { RateKnowledge } from './rate-knowledge.ts';
import type { SlotSource } from './redis-slots.ts';
import type { SlotAnswer } from './slot-script.ts';
import { SlotsInHand } from './slots-in-hand.ts';
import { type Basis, HEARTBEAT_MS, Standing, standingTimes } from './standing.ts';
import { Tardiness } from './tardiness.ts';
import { ownPermit, slotPermit } from './timed-permit.ts';
import { WaitingLine } from './waiting-line.ts';

/** How a shared pacer begins. */
export interface SharedPacerOptions {
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  /** How many processes there are, at least. */
  readonly processes?: number | undefined;
  /** Since when Redis was not heard. Default: now. */
  readonly lostAt?: number | undefined;
}

/** Gives permits to send. */
export class SharedPacer implements Pace {
  readonly #source: SlotSource;
  readonly #clock: Clock;
  readonly #id: string;
  readonly #standing: Standing;
  readonly #known: RateKnowledge;
  readonly #slots = new SlotsInHand();
  readonly #tardiness = new Tardiness();
  readonly #own: OwnShare;
  readonly #given: number;
  readonly #line = new WaitingLine();
  #basis: Basis = 'nothing';
  #why: string | undefined;
  #isAsking = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** No slots can be had before. */
  #againAt = Number.NEGATIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** Redis does not know yet that the API has asked for quiet. */
  #isPauseUntold = false;
  #cancel: Cancel | undefined;
  #isStopped = false;

  /** Resolves with the first answer, or without: Redis may come later. Throws `CIO_OPTIONS` for what waiting does not mend. */
  static async open(source: SlotSource, options: SharedPacerOptions): Promise<SharedPacer> {
    const pacer = new SharedPacer(source, options);
    const fatal = await pacer.#ask();
    if (fatal !== undefined) {
      await pacer.stop();
      throw fatal;
    }
    source.onChange(() => pacer.#pump(true));
    return pacer;
  }

  private constructor(source: SlotSource, { requestsPerSecond, clock, processes, lostAt = clock.now() }: SharedPacerOptions) {
    this.#source = source;
    this.#clock = clock;
    this.#id = clock.bytes(8).toString('hex');
    this.#given = requestsPerSecond;
    this.#standing = new Standing(lostAt, standingTimes(requestsPerSecond));
    this.#known = new RateKnowledge(requestsPerSecond, processes);
    const sentOwn = (at: number): void => this.#own.sent(at);
    this.#own = new OwnShare(clock, {
      isWaiting: () => this.#line.length > 0,
      give: (permit) => this.#line.give(ownPermit(clock, permit, () => this.#standing.ownUntil, sentOwn)),
    });
  }

  acquire(signal: AbortSignal): Promise<Permit> {
    const permit = this.#line.wait(signal);
    const { length } = this.#line;
    this.#pump();
    if (length > 0 && this.#line.length === length) this.#publishWait();
    return permit;
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms);
    this.#isPauseUntold = true;
    this.#slots.clear();
    this.#own.pause(ms);
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    this.#own.stop();
    await this.#source.close(this.#id);
  }

  /** Gives what can be given, asks for what is needed, and arranges for the next time. `isChanged`: Redis may be back. */
  #pump(isChanged = false): void {
    if (this.#isStopped) return;
    if (isChanged && !this.#standing.isHeard) this.#askedAt = Number.NEGATIVE_INFINITY;
    const now = this.#clock.now();
    const basis = this.#standing.basisAt(now);
    if (basis !== this.#basis) this.#turnTo(basis, now);
    if (basis === 'own') this.#own.wake();
    else this.#giveSlots(now);
    if (this.#askAt(now) <= now) void this.#ask();
    this.#cancel?.();
    const slotAt = this.#line.length > 0 ? Math.max(this.#slots.opensAt, this.#pausedUntil) : Number.POSITIVE_INFINITY;
    const next = Math.min(slotAt, this.#askAt(now), this.#standing.changesAt(now));
    // A timer may be early: then the next one is for what is left.
    this.#cancel =
      next === Number.POSITIVE_INFINITY ? undefined : this.#clock.timer(Math.max(0, Math.ceil(next - now)), () => this.#pump());
  }

  #turnTo(basis: Basis, now: number): void {
    this.#basis = basis;
    if (basis === 'own') this.#own.start(this.#known.ownShare, this.#pausedUntil - now);
    else this.#own.stop();
    if (basis !== 'nothing') this.#publish();
  }

  #giveSlots(now: number): void {
    if (this.#slots.dropLate(now) > 0 && this.#line.length > 0) this.#tardiness.late();
    if (now < this.#pausedUntil) return;
    while (this.#line.length > 0) {
      const slot = this.#slots.take(now);
      if (slot === undefined) return;
      this.#line.give(slotPermit(this.#clock, slot, this.#tardiness));
    }
  }

  /** When Redis is to be asked; Infinity while it is being asked. */
  #askAt(now: number): number {
    if (this.#isAsking) return Number.POSITIVE_INFINITY;
    const every = this.#standing.isHeard ? HEARTBEAT_MS.heard : this.#basis === 'own' ? HEARTBEAT_MS.own : HEARTBEAT_MS.lost;
    const heartbeatAt = this.#askedAt + every;
    if (!this.#standing.isHeard) return heartbeatAt;
    if (this.#isPauseUntold) return now;
    const needs = this.#basis === 'slots' && this.#line.length > this.#slots.length && this.#slots.length * 3 <= this.#known.lease;
    return needs ? Math.min(heartbeatAt, Math.max(this.#againAt, this.#pausedUntil)) : heartbeatAt;
  }

  /** Asks once. Resolves with an error that waiting does not mend. */
  async #ask(): Promise<Error | undefined> {
    const asked = this.#clock.now();
    this.#isAsking = true;
    this.#askedAt = asked;
    const basis = this.#standing.basisAt(asked);
    const wanted = basis === 'slots' ? Math.max(0, Math.min(this.#known.lease, this.#line.length - this.#slots.length)) : 0;
    const lateMs = this.#tardiness.allowedMs;
    const pauseMs = this.#isPauseUntold ? Math.max(0, this.#pausedUntil - asked) : undefined;
    this.#isPauseUntold = false;
    const question = { id: this.#id, wanted, requestsPerSecond: this.#given, lateMs, isOwn: basis === 'own', pauseMs };
    let fatal: Error | undefined;
    try {
      this.#heard(await this.#source.ask(question), { asked, wanted, lateMs });
    } catch (error) {
      if (pauseMs !== undefined) this.#isPauseUntold = true;
      const { why, isFatal } = this.#source.faultOf(error);
      this.#why = why;
      if (isFatal) fatal = this.#source.errorOf(error);
      this.#standing.failed(this.#clock.now());
    }
    this.#isAsking = false;
    this.#pump();
    return fatal;
  }

  #heard(answer: SlotAnswer, { asked, wanted, lateMs }: { asked: number; wanted: number; lateMs: number }): void {
    const now = this.#clock.now();
    const { quietMs, pausedMs, slots, againMs } = answer;
    this.#standing.answered(asked, now, quietMs);
    this.#tardiness.way(now - asked);
    this.#known.heard(answer, now);
    if (pausedMs > 0) {
      this.#pausedUntil = Math.max(this.#pausedUntil, now + pausedMs);
      this.#slots.clear();
    }
    this.#slots.add(answer, asked, now, lateMs);
    // Not all who were sent away should come back at once.
    this.#againAt = slots < wanted ? now + againMs + this.#clock.random() * this.#known.spreadMs : now;
    if (this.#basis === 'slots') this.#publish();
  }

  #publish(): void {
    this.#known.publish(this.#basis === 'slots', this.#source.place, this.#why);
  }

  #publishWait(): void {
    const now = this.#clock.now();
    const change = this.#standing.changesAt(now);
    const until = Math.max(this.#pausedUntil, change === Number.POSITIVE_INFINITY ? now : change);
    if (this.#basis !== 'own')
      this.#known.publishWait(now, { others: this.#line.length - this.#slots.length - 1, until, isPaused: now < this.#pausedUntil });
  }
}
