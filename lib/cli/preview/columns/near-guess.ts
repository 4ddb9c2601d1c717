/**
 * A column that is not proposed as numbers, times or booleans although nearly all of its cells are: which conversion reads how many
 * of them, and what the others look like. It proposes nothing: it says what the user would not see among thousands of rows.
 */
import type { ColumnType } from '../../../stage/mapping/conversion.ts';
import { isCodeName, isTimeName } from './column-names.ts';
import { DayForms } from './day-forms.ts';
import { FewTexts, isMost, type Meant, NearForm, wayOf } from './near-form.ts';
import { isUsualNumber, NUMBER_WAYS } from './number-guess.ts';
import { type UnreadLook, UnreadLooks } from './unread-looks.ts';

/** What a column nearly is. */
export interface Near {
  readonly type: ColumnType;
  /** Cells that are not empty. */
  readonly cells: number;
  /** Those that a conversion of the type reads. */
  readonly read: number;
  /**
   * `most`: the first form reads nearly all cells. `all`: it reads all, but some may be meant otherwise. `several`: no form reads
   * nearly all, but together they do.
   */
  readonly how: 'most' | 'all' | 'several';
  /** Best first. With `most` and `all` further ones make another value of a cell: the user has to choose. */
  readonly forms: readonly NearForm[];
  /** Examples of the other cells; with `all`, of those that may be meant otherwise. */
  readonly others: readonly string[];
  /** The text that all the others are. */
  readonly word: string | undefined;
}

/** What is asked about a column. */
export interface NearQuestion {
  readonly name: string;
  /** Texts that may stand for no value, but stay. */
  readonly marks: ReadonlyMap<string, number>;
  readonly isNumber: boolean;
}

const LEAST_CELLS = 10;
const MOST_SHOWN = 3;

const LIKE_NUMBER = /^[+\-−]?\d[\d.,'’_\s]*(?:e[+-]?\d+)?$/i;
/** Without zeros in front: all forms of numbers read it alike. */
const WHOLE = /^-?(?:0|[1-9]\d{0,14})$/;
/** Not with the T of ISO 8601, which is read anyway. */
const LIKE_DAY = /^(?:\d{1,4}[./ -](?!\d\d-\d\dT)|[a-z]{3,9} \d)/i;
const CODE = /^0\d+$/;
const DIGITS = /^\d+(?:\.\d+)?$/;
const LONGEST_BOOLEAN = 5;
const TYPES = ['boolean', 'time', 'number'] as const;

/** Looks at the texts of one column. */
export class NearGuess {
  readonly #boolean: NearForm;
  readonly #iso: NearForm;
  readonly #numbers: readonly NearForm[];
  readonly #days: DayForms;
  readonly #looks = new UnreadLooks();
  readonly #first = new FewTexts();
  /** Words of booleans. */
  readonly #words = new Set<string>();
  /** Cells that a form of the type reads, and is surely meant by. */
  readonly #sure: Record<ColumnType, number> = { boolean: 0, time: 0, number: 0 };
  /** Cells that no form of the type reads. */
  readonly #strays: Record<ColumnType, FewTexts> = { boolean: new FewTexts(), time: new FewTexts(), number: new FewTexts() };
  /** Whole numbers of digits only, and such that begin with zeros, as codes do. */
  #wholes = 0;
  #codes = 0;
  #seen = 0;

  /** `now`: Unix milliseconds. */
  constructor(now: number) {
    this.#days = new DayForms(now);
    this.#boolean = new NearForm(wayOf({ type: 'boolean' }, now), now);
    this.#iso = new NearForm(wayOf({ type: 'time' }, now), now);
    this.#numbers = NUMBER_WAYS.map((way) => new NearForm(way, now));
  }

  /** `text` is not empty, and has no white space around it. */
  see(text: string): void {
    this.#seen++;
    if (CODE.test(text)) this.#codes++;
    const isDay = LIKE_DAY.test(text);
    if (isDay) this.#days.add(text, this.#first);
    this.#first.add(text);
    this.#looks.see(text);
    this.#seeBoolean(text);
    this.#count(this.#numbers, text, LIKE_NUMBER.test(text), isUsualNumber(text) ? 'surely' : 'perhaps');
    this.#count([this.#iso, ...this.#days.all], text, isDay || /^\d/.test(text), DIGITS.test(text) ? 'by its name' : 'surely');
  }

  /** What no conversion reads as it is meant, if nearly all cells are that. */
  unread({ name, isNumber }: NearQuestion): UnreadLook | undefined {
    if (isNumber ? !isTimeName(name) : isCodeName(name)) return undefined;
    return this.#looks.most(this.#seen, isNumber);
  }

  /** What the column nearly is; undefined if that can't be said. */
  nearest({ name, marks, isNumber }: NearQuestion): Near | undefined {
    const cells = this.#seen + [...marks.values()].reduce((sum, count) => sum + count, 0);
    const isTime = isTimeName(name);
    const isCode = isCodeName(name);
    const areCodes = this.#codes > 0 && this.#sure.number === this.#wholes;
    const types = TYPES.filter((type) => {
      if (type === 'time') return isTime || !isCode;
      return !isNumber && !isCode && !(type === 'number' && areCodes);
    });
    if (isNumber && !isTime) return undefined;
    const single = types.map((type) => this.#single(type, cells, isTime, marks)).find((near) => near !== undefined);
    return single ?? types.map((type) => this.#several(type, cells, marks)).find((near) => near !== undefined);
  }

  #seeBoolean(text: string): void {
    const isRead = text.length <= LONGEST_BOOLEAN && this.#boolean.valueOf(text) !== undefined;
    if (isRead) {
      this.#words.add(text.toLowerCase());
      this.#boolean.odd.add(text);
    }
    this.#count([this.#boolean], text, isRead, 'surely');
  }

  /** Counts a cell with the forms of one type, if it is like them. */
  #count(forms: readonly NearForm[], text: string, isLike: boolean, meant: Meant): void {
    const isWhole = forms === this.#numbers && WHOLE.test(text);
    if (isWhole) this.#wholes++;
    const read: [NearForm, unknown][] = [];
    for (const form of forms) {
      const value = isLike ? isWhole || form.valueOf(text) : undefined;
      if (value === undefined) form.others.add(text);
      else read.push([form, value]);
    }
    const [first] = read;
    if (first === undefined) this.#strays[(forms[0] as NearForm).conversion.type].add(text);
    else if (meant === 'surely') this.#sure[first[0].conversion.type]++;
    for (const [form, value] of read) {
      form.count(text, value, meant);
      if (!isWhole) for (const [other, its] of read) form.compare(other, Number(its) === Number(value));
    }
  }

  #formsOf(type: ColumnType): NearForm[] {
    const forms = { boolean: [this.#boolean], number: [...this.#numbers], time: [this.#iso, ...this.#days.all] }[type];
    // Of those that read as many, the strictest stays first.
    return forms.sort((one, other) => other.reads - one.reads);
  }

  #single(type: ColumnType, cells: number, isTime: boolean, marks: NearQuestion['marks']): Near | undefined {
    if (type === 'boolean' && !hasPair(this.#words)) return undefined;
    const near = this.#formsOf(type).filter(({ sure, byName }) => isMost(sure + (isTime ? byName : 0), cells));
    const [best] = near;
    if (best === undefined) return undefined;
    const isAll = best.reads === cells;
    if (!isAll && cells < LEAST_CELLS) return undefined;
    const different = near.filter((form) => best.differsFrom(form));
    const apart = different.filter((one, at) => !different.slice(0, at).some((before) => !before.differsFrom(one)));
    const others = new FewTexts([...best.others.all, ...marks.keys()].slice(0, MOST_SHOWN));
    return {
      ...{ type, cells, read: best.reads, how: isAll ? 'all' : 'most', forms: [best, ...apart] },
      ...{ others: isAll ? best.odd.all : others.all, word: isAll ? undefined : others.only },
    };
  }

  #several(type: ColumnType, cells: number, marks: NearQuestion['marks']): Near | undefined {
    const read = this.#sure[type];
    if (type === 'boolean' || cells < LEAST_CELLS || !isMost(read, cells)) return undefined;
    const [best, ...further] = this.#formsOf(type).filter(({ sure }) => sure > 0);
    if (best === undefined) return undefined;
    const shared = type === 'number' ? this.#wholes : 0;
    const forms = [best];
    for (const form of further) {
      // What adds nothing is shown only if it is as good as another, and contradicts it.
      const over = forms.find((before) => form.isWithin(before, shared));
      if (over === undefined || (over.reads === form.reads && over.differsFrom(form))) forms.push(form);
    }
    const strays = [...this.#strays[type].all, ...marks.keys()].slice(0, MOST_SHOWN);
    return { type, cells, read, how: 'several', forms: forms.slice(0, MOST_SHOWN), others: strays, word: undefined };
  }
}

/** Of yes and no, both must be there: one may be an abbreviation, or a word of its own. */
function hasPair(words: ReadonlySet<string>): boolean {
  const has = (...all: string[]): boolean => all.every((word) => words.has(word));
  return has('true') || has('false') || has('yes', 'no') || has('y', 'n') || has('t', 'f');
}
