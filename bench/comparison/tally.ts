/** What became of rows: counted at the sandbox, in the place for rejected rows, and by how the process ended. */
import type { Applied, Sandbox } from '../../lib/index.ts';

const MAX_BATCH_BYTES = 500_000;

/** What a row is to arrive as; undefined if it must not arrive. */
export type Expected = (row: number) => { readonly who: string; readonly time?: number; readonly order?: string } | undefined;

/** What is counted of a run. */
export interface Counts {
  readonly rows: number;
  readonly delivered: number;
  readonly twice: number;
  readonly handedBack: number;
  /** Neither delivered nor handed back, though the tool says that all went well. */
  readonly lost: number;
  /** The same, but the tool ended with an error. */
  readonly unsent: number;
  readonly failed: boolean;
  /** Rows that were stored with another value than the input has. */
  readonly wrong: number;
  readonly people: number;
  /** Updates that arrived after a newer one of the same person, and people whose last update is not the newest. */
  readonly overtaken: number;
  readonly stale: number;
  readonly requests: number;
  readonly overLimit: number;
}

/** Hears what a sandbox applies, row by row: each row has its number as the attribute `row`. */
export class Tally {
  readonly #applied = new Map<number, number>();
  readonly #newest = new Map<string, number>();
  readonly #last = new Map<string, number>();
  readonly #wrong = new Set<number>();
  readonly #expected: Expected;
  #overtaken = 0;

  constructor(expected: Expected) {
    this.#expected = expected;
  }

  /** How many rows have arrived. */
  get delivered(): number {
    return this.#applied.size;
  }

  hear({ text, outcome }: Pick<Applied, 'text' | 'outcome'>): void {
    const row = rowIn(text);
    if (outcome !== 'applied' || row === undefined) return;
    this.#applied.set(row, (this.#applied.get(row) ?? 0) + 1);
    if (!this.#isAsExpected(row, text)) this.#wrong.add(row);
    const who = /"identifiers":\{"\w+":"?([^"}]*)/.exec(text)?.[1] ?? '';
    const newest = this.#newest.get(who) ?? -1;
    if (row < newest) this.#overtaken++;
    this.#newest.set(who, Math.max(row, newest));
    this.#last.set(who, row);
  }

  /** The end of the run: which rows were handed back, and whether the tool says that it has failed. */
  end(rows: number, handedBack: ReadonlySet<number>, failed: boolean, requests: ReturnType<Sandbox['requests']>): Counts {
    const missing = rows - new Set([...this.#applied.keys(), ...handedBack]).size;
    const batches = requests.filter(({ path }) => path === '/api/v2/batch');
    return {
      rows,
      delivered: this.#applied.size,
      twice: [...this.#applied.values()].filter((times) => times > 1).length,
      handedBack: handedBack.size,
      lost: failed ? 0 : missing,
      unsent: failed ? missing : 0,
      failed,
      wrong: this.#wrong.size,
      people: this.#newest.size,
      overtaken: this.#overtaken,
      stale: [...this.#newest].filter(([who, newest]) => this.#last.get(who) !== newest).length,
      requests: batches.length,
      overLimit: batches.filter(({ bytes }) => bytes > MAX_BATCH_BYTES).length,
    };
  }

  #isAsExpected(row: number, text: string): boolean {
    const expected = this.#expected(row);
    if (expected === undefined) return false;
    const { who, time, order } = expected;
    return (
      new RegExp(`"identifiers":\\{"\\w+":"?${who}"?\\}`).test(text) &&
      (time === undefined || text.includes(`"timestamp":${time}`)) &&
      (order === undefined || new RegExp(`"order":"?${order}"?[,}]`).test(text))
    );
  }
}

/** The number of the row that a text is about, also where the row is text within JSON. */
export function rowIn(text: string): number | undefined {
  const found = /\\?"row\\?":\s*(\d+)/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
