/**
 * One way in which the cells of a column may be written, and how many of them it reads. What reads a cell here is what converts it
 * in a run. Memory is bounded: of the other cells a few are kept.
 */
import { type Conversion, type Convert, converterOf, timeFormatOf } from '../../../stage/mapping/conversion.ts';
import { operationTime } from '../../../track/timestamp.ts';

const MOST_TEXTS = 3;
/** 1980: from then to now is the time of any event. */
const FIRST_USUAL = 315_532_800;
/** Of a longer text the beginning is kept. */
const LONGEST = 80;

/** The first few different texts. */
export class FewTexts {
  readonly #texts: Set<string>;

  constructor(texts: Iterable<string> = []) {
    this.#texts = new Set(texts);
  }

  add(text: string): void {
    if (this.#texts.size < MOST_TEXTS) this.#texts.add(text.slice(0, LONGEST));
  }

  get all(): readonly string[] {
    return [...this.#texts];
  }

  /** The text, if all were the same. */
  get only(): string | undefined {
    const [text = ''] = this.#texts;
    return this.#texts.size === 1 && text.length < LONGEST ? text : undefined;
  }
}

/** How a cell is meant that a form reads: surely so, or perhaps as something else, as `+49` is hardly an amount. */
export type Meant = 'surely' | 'perhaps' | 'by its name';

/** A conversion, and what converts by it. */
export interface Way {
  readonly conversion: Conversion;
  readonly convert: Convert;
}

/** The way of a conversion. `now`: Unix milliseconds. */
export function wayOf(conversion: Conversion, now: number): Way {
  return { conversion, convert: converterOf(conversion, now) };
}

/** Counts the cells that a conversion reads. */
export class NearForm {
  readonly conversion: Conversion;
  readonly #convert: Convert;
  /** As the time of an event. */
  readonly #convertTime: Convert | undefined;
  readonly #now: number;
  /** What it does not read. */
  readonly others: FewTexts;
  /** What it reads, and may be meant otherwise. */
  readonly odd = new FewTexts();
  reads = 0;
  sure = 0;
  /** Digits that are a time if the name of the column says so. */
  byName = 0;
  /** Those that are also the time of an event, of which fewer years are likely. */
  timely = 0;
  readonly #differs = new Map<NearForm, number>();
  readonly #same = new Map<NearForm, number>();

  /** A form that reads nothing that this one does not read alike: with two digits where this one has one or two. */
  readonly #strict: NearForm | undefined;
  #last: { readonly text: string; readonly value: unknown } | undefined;

  /** `before`: cells that came before this form was thought of, none of which it reads. `now`: Unix milliseconds. */
  constructor({ conversion, convert }: Way, now: number, { before, strict }: { before?: FewTexts; strict?: NearForm | undefined } = {}) {
    this.conversion = conversion;
    this.#convert = convert;
    this.#now = now / 1000;
    this.#convertTime = conversion.type === 'time' ? operationTime(now, timeFormatOf(conversion.format)) : undefined;
    this.#strict = strict;
    this.others = new FewTexts(before?.all);
  }

  /** The value of a cell; undefined if it is not read. */
  valueOf(text: string): unknown {
    const read = this.#strict?.lastOf(text);
    const value = read ?? this.#convert(text);
    this.#last = { text, value: typeof value === 'string' ? undefined : value };
    return this.#last.value;
  }

  /** The value of the cell that was looked at last, if it is this one. */
  lastOf(text: string): unknown {
    return this.#last?.text === text ? this.#last.value : undefined;
  }

  count(text: string, value: unknown, meant: Meant): void {
    this.reads++;
    if (meant === 'surely') this.sure++;
    else this.odd.add(text);
    if (meant === 'by its name') this.byName++;
    if (this.#convertTime === undefined) return;
    const isUsual = Number(value) >= FIRST_USUAL && Number(value) <= this.#now;
    if (isUsual || typeof this.#convertTime(text) === 'number') this.timely++;
  }

  /** Another form reads the same cell. */
  compare(other: NearForm, isSame: boolean): void {
    const counts = isSame ? this.#same : this.#differs;
    counts.set(other, (counts.get(other) ?? 0) + 1);
  }

  differsFrom(other: NearForm): boolean {
    return this.#differs.has(other);
  }

  /** True if it reads nothing that the other one does not read too, perhaps as another value. `shared`: cells that all forms read alike. */
  isWithin(other: NearForm, shared: number): boolean {
    return (this.#same.get(other) ?? 0) + (this.#differs.get(other) ?? 0) + shared === this.reads;
  }
}

/** Nine of ten, or more. */
export function isMost(part: number, whole: number): boolean {
  return part > 0 && part * 10 >= whole * 9;
}
