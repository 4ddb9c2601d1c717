/**
 * What the script in Redis does, once more, in TypeScript: for tests whose time is not real. test/integration/redis/ shows that both
 * give the same answers to the same questions. Times are in microseconds.
 */
import { HORIZON_MS, type SlotQuestion } from '../../../lib/write/shared/slot-script.ts';

interface State {
  readonly run: string;
  readonly next: number;
  readonly last: number;
  readonly quiet: number;
  readonly paused: number;
  readonly halved: number;
  readonly slow: number;
  readonly rate: number;
  readonly rateUntil: number;
  readonly late: number;
  readonly lateUntil: number;
}

type Times = { readonly unheardMs: number; readonly calmMs: number; readonly silenceMs: number };

const HELD = 10_000_000;
const GONE = 600_000_000;

/** A Redis that knows nothing but the script. */
export class SlotModel {
  #state: State | undefined;
  #seen = new Map<string, number>();
  #run = 1;

  /** It was started again, with nothing, or with what it had stored at some time before. */
  restart(stored?: SlotModel): void {
    this.#run++;
    this.#state = stored === undefined ? undefined : stored.#state;
    this.#seen = new Map(stored === undefined ? [] : stored.#seen);
  }

  copy(): SlotModel {
    const other = new SlotModel();
    other.#state = this.#state;
    other.#seen = new Map(this.#seen);
    return other;
  }

  leave(id: string): void {
    this.#seen.delete(id);
  }

  /** The reply of the script at `now`. */
  ask(now: number, question: SlotQuestion, { unheardMs, calmMs, silenceMs }: Times): unknown[] {
    const { id, wanted, requestsPerSecond: rate, lateMs, isFresh, isOwn, pauseMs } = question;
    const none = { next: 0, last: 0, quiet: 0, paused: 0, halved: 0, slow: 0, rate: 0, rateUntil: 0, late: 0, lateUntil: 0, run: '' };
    const s = { ...none, ...this.#state };
    let isLost = this.#state === undefined;
    if (s.last > now) {
      const back = s.last - now;
      for (const name of ['next', 'quiet', 'paused', 'halved', 'rateUntil', 'lateUntil'] as const) s[name] -= back;
      s.last = now;
    }
    if (isFresh) {
      if (s.run !== `${this.#run}`) isLost = true;
      s.run = `${this.#run}`;
    }
    for (const [other, seen] of this.#seen) if (seen <= s.last - GONE) this.#seen.delete(other);
    this.#seen.set(id, now);
    if (isLost) s.next = now;
    if (isLost && s.slow === 0) s.slow = 1;
    if (isLost || (this.#seen.size > 1 && now - s.last > unheardMs * 1_000)) s.quiet = Math.max(s.quiet, now + calmMs * 1_000);
    else if (isOwn && now < s.quiet) s.quiet = Math.max(s.quiet, now + silenceMs * 1_000);
    s.last = now;
    const window = (): number => 1_010_000 * Math.max(1, 1 / s.rate);
    if (s.rate === 0 || rate < s.rate || now > s.rateUntil) {
      s.rate = rate;
      s.next = Math.min(s.next, now + Math.ceil(1_000_000 + window()));
    }
    if (rate === s.rate) s.rateUntil = now + HELD;
    if (lateMs * 1_000 > s.late || now > s.lateUntil) s.late = lateMs * 1_000;
    if (lateMs * 1_000 === s.late) s.lateUntil = now + HELD;
    const pace = (): number => Math.min(1, s.slow + Math.max(0, now - s.paused) / 10_000_000);
    if (pauseMs !== undefined) {
      if (now >= s.paused && now - s.halved >= 1_000_000) {
        s.slow = Math.max(0.1, pace() / 2);
        s.halved = now;
      }
      s.paused = Math.max(s.paused, now + Math.ceil(pauseMs) * 1_000);
    }
    const spacing = Math.ceil((window() + s.late) / Math.max(1, Math.floor(s.rate)) / pace());
    const first = Math.max(s.next, now);
    const ahead = now + HORIZON_MS * 1_000 - first;
    const isOpen = now >= s.quiet && now >= s.paused && ahead >= 0;
    const slots = isOpen ? Math.min(wanted, Math.floor(ahead / spacing) + 1) : 0;
    if (slots > 0) s.next = first + slots * spacing;
    this.#state = s;
    const processes = [...this.#seen.values()].filter((seen) => seen >= now - HELD).length;
    const text = [pace(), s.rate, s.next - now].join(' ');
    return [slots, first - now, spacing, Math.max(0, s.quiet - now), Math.max(0, s.paused - now), processes, text];
  }
}
