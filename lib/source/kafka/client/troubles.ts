/** What fails and is tried again for ever: said once a minute, so that a broker that is gone for a night does not fill a log; and once when it works again. */
import type { Clock } from '../../../clock.ts';
import type { Warn } from '../../../stream/decode.ts';
import { countOf } from '../../../wording.ts';
import { reasonOf } from './errors.ts';

const EVERY_MS = 60_000;

/** One line a minute for each kind of trouble. */
export class Troubles {
  readonly #clock: Clock;
  readonly #warn: Warn;
  readonly #saidAt = new Map<string, number>();
  /** Those that were said and are not over. */
  readonly #open = new Set<string>();

  #isFailing = false;
  #answeredAt: number;

  constructor(clock: Clock, warn: Warn) {
    this.#answeredAt = clock.now();
    this.#clock = clock;
    this.#warn = warn;
  }

  /** `what` could not be done, such as `fetching`; it will be tried again. */
  say(what: string, error: unknown): void {
    const now = this.#clock.now();
    this.#isFailing = true;
    if (now - (this.#saidAt.get(what) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return;
    this.#saidAt.set(what, now);
    this.#open.add(what);
    this.#warn(`Kafka: ${what} fails; retrying: ${reasonOf(error)}`);
  }

  /** It could be done. Said only if the trouble was. */
  over(what: string): void {
    this.#isFailing = false;
    this.#answeredAt = this.#clock.now();
    if (this.#open.delete(what)) this.#warn(`Kafka: ${what} works again`);
  }

  /** False if something fails, and nothing has succeeded for so long. */
  isReachable(withinMs: number): boolean {
    return !this.#isFailing || this.#clock.now() - this.#answeredAt <= withinMs;
  }

  /** Partitions are left: of each, how many messages were read and not committed. */
  sayUncommitted(uncommitted: readonly bigint[]): void {
    if (uncommitted.length === 0) return;
    const messages = countOf(Number(uncommitted.reduce((sum, each) => sum + each)), 'message');
    const rest = 'the next process of the group reads them again, and may send some twice';
    this.#warn(`Kafka: read but not committed: up to ${messages} from ${countOf(uncommitted.length, 'partition')}; ${rest}`);
  }
}
