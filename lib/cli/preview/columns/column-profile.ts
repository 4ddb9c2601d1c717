/**
 * The values of one column -> what is worth knowing of it. Memory is bounded: distinct values are counted up to a number, and examples
 * are the beginnings of a few.
 */
import { createHash } from 'node:crypto';
import { ExactNumber, isObject, stringify } from '../../../json/exact.ts';
import { printable } from '../../../printable.ts';
import { trimmedCell } from '../../../source/csv/cell-text.ts';
import { isOddEmail, isOddPhone } from '../../../track/identifier.ts';
import { beginningOf } from '../../show/rejected-record.ts';
import { plainName } from './column-names.ts';
import { NearGuess } from './near-guess.ts';
import { mayBeNull } from './null-marks.ts';
import { type TextGuess, TypeGuess } from './type-guess.ts';

/** What values are, as JSON has them. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'list' | 'object';

const MOST_EXAMPLES = 3;
const EXAMPLE_LENGTH = 60;
const MARKED = /^'\+?\d[\d ().,/-]*$/;
/** Digits with what people write between them. */
const LIKE_PHONE = /^['+(]?(?:[\s()./+-]*\d){6,17}(?:\s*(?:x|ext\.?)\s*\d+)?$/i;
/** Of a longer text the hash is kept. */
const LONG = 80;

/** How it is looked at. */
export interface ProfileOptions {
  readonly isCsv: boolean;
  /** Unix milliseconds. */
  readonly now: number;
  readonly mostDistinct: number;
  readonly isOneOfMany?: boolean;
}

/** Looks at the values of one column. */
export class ColumnProfile {
  readonly name: string;
  readonly #isCsv: boolean;
  readonly #mostDistinct: number;
  readonly #guess: TypeGuess;
  /** What its texts nearly are; not asked of columns that are too many. */
  readonly near: NearGuess | undefined;
  #made: TextGuess | undefined;
  #plainName: string | undefined;
  /** Values that are neither empty nor marks for no value. */
  filled = 0;
  readonly kinds = new Map<ValueKind, number>();
  /** Texts that may stand for no value, and how often each came. */
  readonly marks = new Map<string, number>();
  /** Texts with white space, or what nobody sees, around them. */
  spaced = 0;
  addresses = 0;
  phones = 0;
  /** Texts with an apostrophe before digits: spreadsheets, and programs that write for them, mark text so. */
  marked = 0;
  /** Other texts that look like phone numbers, and the first of them. */
  oddPhones = 0;
  oddPhone: string | undefined;
  /** Texts with white space inside, too long for an identifier, or no text at all. */
  notIds = 0;
  readonly examples: string[] = [];
  readonly #distinct = new Set<string>();
  /** True if there are more distinct values than are counted. */
  hasMore = false;

  constructor(name: string, { isCsv, now, mostDistinct, isOneOfMany = false }: ProfileOptions) {
    this.name = name;
    this.#isCsv = isCsv;
    this.#mostDistinct = mostDistinct;
    this.#guess = new TypeGuess(now);
    this.near = isOneOfMany ? undefined : new NearGuess(now);
  }

  get distinct(): number {
    return this.#distinct.size;
  }

  /** The guess for its texts, if the marks are empty cells. Asked when all values are seen. */
  get textGuess(): TextGuess {
    this.#made ??= this.#guess.guess(this.name);
    return this.#made;
  }

  /** Its name in plain words. */
  get plainName(): string {
    this.#plainName ??= plainName(this.name);
    return this.#plainName;
  }

  /** True if the name has white space around it. */
  get isNameSpaced(): boolean {
    return this.name !== trimmedCell(this.name);
  }

  see(value: unknown): void {
    if (value === undefined || value === null || value === '') return;
    if (typeof value === 'string') return this.#seeText(value);
    const kind = kindOf(value);
    this.#count(kind, kind === 'list' || kind === 'object' ? stringify(value) : String(value));
    if (kind !== 'number') this.notIds++;
    // Of a number only the name can say that it counts seconds.
    else this.#seeCell(String(value));
  }

  #seeText(text: string): void {
    const bare = trimmedCell(text);
    if (bare !== text) this.spaced++;
    if (bare === '') return;
    if (mayBeNull(bare)) {
      this.marks.set(bare, (this.marks.get(bare) ?? 0) + 1);
      return;
    }
    this.#count('text', bare);
    // In JSON nothing takes invisible marks away.
    this.#seeCell(this.#isCsv ? bare : text.trim());
    if (MARKED.test(bare)) this.marked++;
    if (bare.includes('@') && !isOddEmail(bare)) this.addresses++;
    else this.#seePhone(bare);
    if (bare.length > 150 || /\s/.test(bare)) this.notIds++;
  }

  #seePhone(text: string): void {
    if (!isOddPhone(text)) this.phones++;
    else if (LIKE_PHONE.test(text)) {
      this.oddPhones++;
      this.oddPhone ??= text;
    }
  }

  #seeCell(text: string): void {
    this.#guess.see(text);
    this.near?.see(text);
  }

  #count(kind: ValueKind, text: string): void {
    this.filled++;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    const key = text.length <= LONG ? text : createHash('sha1').update(text).digest('base64');
    if (this.#distinct.has(key)) return;
    if (this.#distinct.size >= this.#mostDistinct) {
      this.hasMore = true;
      return;
    }
    this.#distinct.add(key);
    if (this.examples.length < MOST_EXAMPLES) this.examples.push(shortExample(text));
  }
}

/** The beginning of a text, printable. */
export function shortExample(text: string): string {
  return printable(beginningOf(text, EXAMPLE_LENGTH));
}

function kindOf(value: unknown): ValueKind {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof ExactNumber) return 'number';
  return isObject(value) ? 'object' : 'text';
}
