/**
 * The names of the last row, each with the hash of the path that it ends. Rows of one export are alike: so a name is compared with
 * the one that came at its place before, and is not hashed again. That saves time and changes no hash.
 */
import type { PairHash } from './pair-hash.ts';

/** Names at later places, and longer ones, are hashed each time. */
const MAX_PLACES = 256;
const MAX_BYTES = 24;
const [WORD, PART] = [4, 8] as const;
/** What is kept of a name: its length up to the value, the hash of the path before it and with it, its first and last word. */
const [LENGTH, BEFORE, AFTER, HEAD, TAIL, WIDTH] = [0, 1, 3, 5, 6, 8] as const;
/** The same in parts of eight bytes; a number with such bytes is neither zero nor NaN, so it is equal only to itself. */
const PARTS = 4;

/** The names, in the order of the text. */
export class RepeatedNames {
  #place = 0;
  readonly #cells = new Int32Array(WIDTH * MAX_PLACES);
  readonly #parts = new Float64Array(PARTS * MAX_PLACES);

  /** Begins with a row. */
  begin(): void {
    this.#place = 0;
  }

  /**
   * If the name at `from`, with its colon, is the one that came at this place before, and `hash` has the same path before it, the name
   * is added, and this is its end. Else it is 0, and the name has to be kept.
   */
  read(view: DataView, from: number, to: number, hash: PairHash): number {
    const place = this.#place;
    const cells = this.#cells;
    const at = WIDTH * place;
    const length = cells[at + LENGTH] as number;
    if (place === MAX_PLACES || length === 0 || from + length > to) return 0;
    if (cells[at + BEFORE] !== hash.first || cells[at + BEFORE + 1] !== hash.second) return 0;
    if (!(length < PART ? this.#isShort(view, from, length, at) : this.#isLong(view, from, length, PARTS * place))) return 0;
    this.#place = place + 1;
    hash.begin(cells[at + AFTER] as number, cells[at + AFTER + 1] as number);
    return from + length;
  }

  /** Keeps the name from `from` to its value, in place of the one that came here before. */
  keep(view: DataView, from: number, to: number, first: number, second: number, { first: endFirst, second: endSecond }: PairHash): void {
    const place = this.#place;
    if (place === MAX_PLACES) return;
    this.#place = place + 1;
    const length = to - from;
    const at = WIDTH * place;
    const isKept = length >= WORD && length <= MAX_BYTES;
    this.#cells.set([isKept ? length : 0, first, second, endFirst, endSecond], at);
    if (!isKept) return;
    this.#cells[at + HEAD] = view.getInt32(from, true);
    this.#cells[at + TAIL] = view.getInt32(to - WORD, true);
    if (length < PART) return;
    const middle = from + Math.min(PART, length - PART);
    this.#parts.set([view.getFloat64(from), view.getFloat64(middle), view.getFloat64(to - PART)], PARTS * place);
  }

  #isShort(view: DataView, from: number, length: number, at: number): boolean {
    return view.getInt32(from, true) === this.#cells[at + HEAD] && view.getInt32(from + length - WORD, true) === this.#cells[at + TAIL];
  }

  #isLong(view: DataView, from: number, length: number, at: number): boolean {
    const parts = this.#parts;
    if (view.getFloat64(from) !== parts[at] || view.getFloat64(from + length - PART) !== parts[at + 2]) return false;
    return length <= 2 * PART || view.getFloat64(from + PART) === parts[at + 1];
  }
}
