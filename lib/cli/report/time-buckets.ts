/**
 * Numbers over time in a bounded number of buckets, however long a run takes: when there would be too many, every two
 * neighbours become one. Sums stay what they are, and a maximum is that of both.
 */

/** At first. */
const FIRST_WIDTH_MS = 100;
const MAX_BUCKETS = 600;

/** How the value of a series comes about. */
export type Gathered = 'sum' | 'most';

const MERGE: Readonly<Record<Gathered, (a: number, b: number) => number>> = { sum: (a, b) => a + b, most: Math.max };

/** Series of one run; times are milliseconds since its start. */
export class TimeBuckets<Name extends string> {
  readonly #kinds: Readonly<Record<Name, Gathered>>;
  readonly #series: Record<Name, number[]>;
  readonly #max: number;
  #widthMs = FIRST_WIDTH_MS;
  #count = 1;

  constructor(kinds: Readonly<Record<Name, Gathered>>, max: number = MAX_BUCKETS) {
    this.#kinds = kinds;
    this.#max = max;
    this.#series = Object.fromEntries(this.#names.map((name) => [name, [0]])) as Record<Name, number[]>;
  }

  /** Of one bucket. */
  get widthMs(): number {
    return this.#widthMs;
  }

  /** The value of each bucket. */
  get series(): Readonly<Record<Name, readonly number[]>> {
    return this.#series;
  }

  /** Takes a value at a time: a sum grows by it, a maximum grows to it. */
  add(name: Name, atMs: number, value: number): void {
    const index = this.reach(atMs);
    const values = this.#series[name];
    values[index] = MERGE[this.#kinds[name]](values[index] as number, value);
  }

  /** Makes buckets up to this time; gives the index of the last. */
  reach(atMs: number): number {
    const time = Math.max(0, atMs);
    while (time >= this.#widthMs * this.#max) this.#halve();
    const index = Math.floor(time / this.#widthMs);
    for (; this.#count <= index; this.#count++) for (const name of this.#names) this.#series[name].push(0);
    return index;
  }

  get #names(): Name[] {
    return Object.keys(this.#kinds) as Name[];
  }

  #halve(): void {
    this.#widthMs *= 2;
    this.#count = Math.ceil(this.#count / 2);
    for (const name of this.#names) {
      const [values, merge] = [this.#series[name], MERGE[this.#kinds[name]]];
      this.#series[name] = Array.from({ length: this.#count }, (_, at) => merge(values[2 * at] as number, values[2 * at + 1] ?? 0));
    }
  }
}
