/**
 * The slots that a process holds, in its own time. It knows only that Redis' now was between its question and the answer: so a
 * slot opens where it would be if that was the answer, and is over D after where it would be if that was the question. Then a
 * request leaves in [slot, slot + D] of Redis' time, whatever either clock shows and however long the way takes; for a way
 * longer than D there is no such time. Only differences of one monotonic clock count.
 */
import type { SlotAnswer } from './slot-script.ts';

/** When one request may leave. */
export interface Slot {
  readonly opensAt: number;
  readonly endsAt: number;
}

/** Slots in the order of time. */
export class SlotsInHand {
  #slots: Slot[] = [];

  /** What `answer` gives to a question of `asked` that came back at `now`. */
  add(answer: SlotAnswer, asked: number, now: number, lateMs: number): void {
    for (let n = 0; n < answer.slots; n++) {
      const ahead = answer.waitMs + n * answer.spacingMs;
      this.#slots.push({ opensAt: now + ahead, endsAt: asked + ahead + lateMs });
    }
  }

  /** A slot that is open; undefined if none is. */
  take(now: number): Slot | undefined {
    const [first] = this.#slots;
    return first !== undefined && first.opensAt <= now ? this.#slots.shift() : undefined;
  }

  /** Drops those that are over, and says how many. */
  dropLate(now: number): number {
    const before = this.#slots.length;
    this.#slots = this.#slots.filter(({ endsAt }) => endsAt > now);
    return before - this.#slots.length;
  }

  clear(): void {
    this.#slots = [];
  }

  get length(): number {
    return this.#slots.length;
  }

  /** When the first opens. */
  get opensAt(): number {
    return this.#slots[0]?.opensAt ?? Number.POSITIVE_INFINITY;
  }
}
