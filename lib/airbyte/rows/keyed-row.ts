/**
 * The keyed modes, for rows that nobody has parsed: whether a row deletes, and whether a later one with its key was accepted
 * before, as `latest-row` has it. Only what is certain: keys and cursors that are plain text or whole numbers.
 */
import { RowScanner } from '../../json/row-scanner.ts';
import type { Block } from '../../record/block.ts';
import { integerAt } from '../../stage/row-mapping/identifier-bytes.ts';
import type { CatalogStream } from '../catalog/catalog.ts';
import { comparableCursor, keyText, type LatestRow } from './latest-row.ts';

const [SPACE, QUOTE, BACKSLASH, LOWER_CASE_N, DELETE] = [32, 34, 92, 110, 127] as const;
/** What a value is to a key or a cursor. */
const [ABSENT, NUMBER, TEXT, OTHER] = [0, 1, 2, 3] as const;

/** Reads the rows of one stream, one at a time. */
export class KeyedRow {
  readonly #scanner: RowScanner;
  readonly #latest: LatestRow | undefined;
  /** Where in the list of names each part of the key is, and whether it is compared as an address. */
  readonly #parts: readonly number[];
  readonly #areEmails: readonly boolean[];
  readonly #cursorAt: number;
  /** Of the row that was read last: which member each name is, or -1; the parts of its key, key and cursor. */
  readonly #members: Int32Array;
  readonly #texts: string[];
  #key: string | undefined;
  #cursor: string | undefined;

  /** `deletedAt`: the column that marks a deleted row. Undefined if all rows have to be parsed. */
  static for({ primaryKey, cursor = [] }: CatalogStream, deletedAt: string, latest: LatestRow | undefined): KeyedRow | undefined {
    const paths = latest === undefined ? [] : [cursor, ...primaryKey];
    if (paths.some(({ length }) => length !== 1)) return undefined;
    const columns = paths.map(([name]) => name as string);
    const names = [...new Set([deletedAt, ...columns])];
    const scanner = RowScanner.for(names);
    const [cursorAt = -1, ...parts] = columns.map((name) => names.indexOf(name));
    return scanner && new KeyedRow(scanner, names, parts, cursorAt, latest);
  }

  private constructor(
    scanner: RowScanner,
    names: readonly string[],
    parts: readonly number[],
    cursorAt: number,
    latest: LatestRow | undefined,
  ) {
    this.#scanner = scanner;
    this.#latest = latest;
    this.#parts = parts;
    this.#areEmails = parts.map((part) => latest?.isEmail(names[part] as string) === true);
    this.#cursorAt = cursorAt;
    this.#members = new Int32Array(names.length);
    this.#texts = parts.map(() => '');
  }

  /** True if the row certainly sets something, and is not outdated. */
  read(block: Block, row: number): boolean {
    const { bytes } = block;
    const scanner = this.#scanner;
    const members = this.#members;
    if (!scanner.scan(bytes, block.from(row), block.to(row))) return false;
    for (let name = 0; name < members.length; name++) members[name] = -1;
    for (let n = 0; n < scanner.found; n++) members[scanner.which[n] as number] = n;
    if (this.#kindOf(bytes, 0) !== ABSENT) return false;
    const latest = this.#latest;
    if (latest === undefined) return true;
    if (!this.#readKey(bytes) || !this.#readCursor(bytes)) return false;
    return this.#key === undefined || !latest.isOlder(this.#key, this.#cursor);
  }

  /** The row that was read last is taken. */
  accept(): void {
    this.#latest?.remember(this.#key, this.#cursor);
  }

  #readKey(bytes: Buffer): boolean {
    const { valueFrom, valueTo } = this.#scanner;
    let isWhole = true;
    for (let part = 0; part < this.#parts.length; part++) {
      const name = this.#parts[part] as number;
      const kind = this.#kindOf(bytes, name);
      if (kind === OTHER) return false;
      if (kind === ABSENT) isWhole = false;
      else {
        const n = this.#members[name] as number;
        const text = bytes.toString('latin1', valueFrom[n], valueTo[n]);
        this.#texts[part] = this.#areEmails[part] ? text.toLowerCase() : text;
      }
    }
    this.#key = isWhole ? keyText(this.#texts) : undefined;
    return true;
  }

  #readCursor(bytes: Buffer): boolean {
    const kind = this.#kindOf(bytes, this.#cursorAt);
    if (kind === OTHER) return false;
    if (kind === ABSENT) this.#cursor = undefined;
    else {
      const n = this.#members[this.#cursorAt] as number;
      const quote = kind === TEXT ? 1 : 0;
      const [from, to] = [(this.#scanner.valueFrom[n] as number) + quote, (this.#scanner.valueTo[n] as number) - quote];
      const text = bytes.toString('latin1', from, to);
      this.#cursor = kind === NUMBER || isCertainTime(bytes, from, to) ? text : comparableCursor(text);
    }
    return true;
  }

  /** What the member is that the name has. */
  #kindOf(bytes: Buffer, name: number): number {
    const n = this.#members[name] as number;
    return n === -1 ? ABSENT : kindOf(bytes, this.#scanner.valueFrom[n] as number, this.#scanner.valueTo[n] as number);
  }
}

function kindOf(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from];
  if (first === LOWER_CASE_N) return ABSENT;
  if (first !== QUOTE) return integerAt(bytes, from, to) === -1 ? OTHER : NUMBER;
  if (to - from === 2) return ABSENT;
  // Around a text there may be space that is trimmed.
  if (bytes[from + 1] === SPACE || bytes[to - 2] === SPACE) return OTHER;
  for (let at = from + 1; at < to - 1; at++) {
    const code = bytes[at] as number;
    if (code < SPACE || code >= DELETE || code === BACKSLASH) return OTHER;
  }
  return TEXT;
}

const FORM = '0000-00-00T00:00:00';
const [ZERO, NINE, DOT, UTC] = [48, 57, 46, 90] as const;

/** True for a time of the usual form, on a day that every month has. (All others are looked at one by one.) */
function isCertainTime(bytes: Buffer, from: number, to: number): boolean {
  if (to - from < FORM.length) return false;
  for (let index = 0; index < FORM.length; index++) {
    const code = bytes[from + index] as number;
    const wanted = FORM.charCodeAt(index);
    if (wanted === ZERO ? code < ZERO || code > NINE : code !== wanted) return false;
  }
  const [month, day, hour] = [twoDigits(bytes, from + 5), twoDigits(bytes, from + 8), twoDigits(bytes, from + 11)];
  const areReal = month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour <= 23;
  if (!areReal || bytes[from] === ZERO || twoDigits(bytes, from + 14) > 59 || twoDigits(bytes, from + 17) > 59) return false;
  let at = from + FORM.length;
  if (bytes[at] === DOT) {
    const digits = ++at;
    while (at < to && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at++;
    if (at === digits) return false;
  }
  return at === to || (at + 1 === to && bytes[at] === UTC);
}

function twoDigits(bytes: Buffer, at: number): number {
  return 10 * ((bytes[at] as number) - ZERO) + (bytes[at + 1] as number) - ZERO;
}
