/**
 * How many requests left in the rolling second that ends with each of them: the largest of these numbers is the most that
 * any second held, wherever it begins. It is exact, even if a departure is reported a little after the next one.
 */

const SECOND_MS = 1_000;
/** Of departures as long ago as this nothing more is heard. */
const KEEP_MS = 2 * SECOND_MS;
const COMPACT_AT = 4_096;

/** Remembers the last departures. */
export class Departures {
  /** In order; those before `#from` are forgotten. */
  #times: number[] = [];
  #from = 0;

  /** Takes a departure. `count` gets each second that has another number by it: when it ends, and how many left in it. */
  add(at: number, count: (endsAt: number, requests: number) => void): void {
    const times = this.#times;
    let index = times.length;
    while (index > this.#from && (times[index - 1] as number) > at) index--;
    times.splice(index, 0, at);
    let first = this.#firstAfter(at - SECOND_MS, index);
    for (let end = index; end < times.length && (times[end] as number) < at + SECOND_MS; end++) {
      const endsAt = times[end] as number;
      while ((times[first] as number) <= endsAt - SECOND_MS) first++;
      // Those at the same moment are in one second.
      if (times[end + 1] !== endsAt) count(endsAt, end - first + 1);
    }
    this.#forget();
  }

  /** The newest departure so far. */
  get last(): number | undefined {
    return this.#times.at(-1);
  }

  /** How many left in the second that ends at `time`, which is not long ago. */
  at(time: number): number {
    const end = this.#times.length;
    return this.#firstAfter(time, end) - this.#firstAfter(time - SECOND_MS, end);
  }

  /** The first departure later than `time`, at or before `index`. */
  #firstAfter(time: number, index: number): number {
    let [low, high] = [this.#from, index];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] as number) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #forget(): void {
    const newest = this.#times.at(-1) as number;
    while ((this.#times[this.#from] as number) <= newest - KEEP_MS) this.#from++;
    if (this.#from < COMPACT_AT) return;
    this.#times = this.#times.slice(this.#from);
    this.#from = 0;
  }
}
