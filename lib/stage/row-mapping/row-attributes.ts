/**
 * What becomes of the attributes of a row, by its bytes: members that stay as they are are copied in runs, the others are
 * left out, renamed or converted. `column-rules` and the checks of attributes, for rows that were not read.
 */

import { ByteView, copyAll, copySpan } from '../../byte-view.ts';
import type { RowScanner } from '../../json/row-scanner.ts';
import { isDigitByte } from '../../json/token-ends.ts';
import type { PartReader } from '../../record/row-entry.ts';
import { isOddCreatedAt } from '../../track/known-attributes.ts';
import { IdentifierBytes, integerAt, isPlainIdentifier } from './identifier-bytes.ts';
import { CHECKS, ROLES, type RowColumn } from './row-columns.ts';
import { RowConversion } from './row-conversion.ts';
import { isAbsent } from './row-person.ts';
import { putComma, putInteger, putMembers, putText } from './row-text.ts';

/** What is written of a member. */
const KEPT = 0;
const CUT = 1;
const SPAN = 2;
const SECONDS = 3;
const TEXT = 4;
const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;

/** The attributes of the row that was read last. */
export class RowAttributes {
  /** How many members are not attributes. */
  cut = 0;
  /** How many columns to look for are. */
  taken = 0;
  hasOddCreatedAt = false;
  /** Bytes by which names and values may be longer than they were. */
  extra = 0;
  /** Bytes of the longest new name. */
  longestLabel = 0;
  /** Which identifiers are set or removed: a bit for each of `types`. */
  set = 0;
  removed = 0;
  readonly #scanner: RowScanner;
  readonly #copiesOthers: boolean;
  readonly #labels: readonly (ByteView | undefined)[];
  readonly #checks: Uint8Array;
  readonly #conversions: readonly (RowConversion | undefined)[];
  readonly #bits: Int32Array;
  /** By member that was found. */
  readonly #actions: Uint8Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #seconds: Float64Array;
  readonly #texts: string[];
  readonly #email = new IdentifierBytes('email');

  /** `types`: of the identifiers that the row may have. `copiesOthers`: columns that were not looked for are attributes. */
  constructor(scanner: RowScanner, columns: readonly RowColumn[], copiesOthers: boolean, types: readonly string[], now: number) {
    this.#scanner = scanner;
    this.#copiesOthers = copiesOthers;
    this.#labels = columns.map(({ attribute, isRewritten }) => (isRewritten ? ByteView.of(`${JSON.stringify(attribute)}:`) : undefined));
    this.#checks = Uint8Array.from(columns, ({ check }) => check);
    this.#conversions = columns.map(({ conversion }) => conversion && new RowConversion(conversion, now));
    this.#bits = Int32Array.from(columns, ({ role, attribute }) =>
      role === ROLES.attribute && types.includes(attribute) ? 1 << types.indexOf(attribute) : 0,
    );
    this.#actions = new Uint8Array(columns.length);
    this.#from = new Int32Array(columns.length);
    this.#to = new Int32Array(columns.length);
    this.#seconds = new Float64Array(columns.length);
    this.#texts = columns.map(() => '');
  }

  /** Begins with a row. */
  begin(): void {
    this.cut = 0;
    this.taken = 0;
    this.hasOddCreatedAt = false;
    this.extra = 0;
    this.longestLabel = 0;
    this.set = 0;
    this.removed = 0;
  }

  /** The member `n` is not an attribute. */
  leaveOut(n: number): void {
    this.#actions[n] = CUT;
    this.cut++;
  }

  /** The member `n` is the attribute that `column` becomes; false if something is wrong with it, or may be. */
  take(bytes: Buffer, n: number, column: number): boolean {
    const from = this.#scanner.valueFrom[n] as number;
    const to = this.#scanner.valueTo[n] as number;
    this.taken++;
    this.set |= this.#bits[column] as number;
    const label = this.#labels[column];
    this.#actions[n] = label === undefined ? KEPT : SPAN;
    if (label !== undefined) {
      this.extra += label.byteLength + 1;
      this.longestLabel = Math.max(this.longestLabel, label.byteLength - 3);
    }
    this.#from[n] = from;
    this.#to[n] = to;
    const conversion = this.#conversions[column];
    if (conversion !== undefined && !isAbsent(bytes, from, to)) return this.#convert(conversion, bytes, n, column);
    const check = this.#checks[column] as number;
    return check === CHECKS.none || this.#isRight(check, bytes, from, to, this.#bits[column] as number);
  }

  /** Writes them, without the braces. */
  write(source: ByteView, target: ByteView, at: number): number {
    const { found, memberFrom, valueTo, bodyFrom, bodyTo } = this.#scanner;
    let end = at;
    let from = bodyFrom;
    for (let n = 0; n < found; n++) {
      const action = this.#actions[n] as number;
      if (action === KEPT) continue;
      if (this.#copiesOthers) end = putMembers(source, from, memberFrom[n] as number, target, end, at);
      from = valueTo[n] as number;
      if (action !== CUT) end = this.#writeOne(source, n, target, putComma(target, end, at));
    }
    return this.#copiesOthers ? putMembers(source, from, bodyTo, target, end, at) : end;
  }

  /** Hands them over; those that are not copied as they are, are written into `scratch`. */
  read(source: ByteView, scratch: ByteView, reader: PartReader): void {
    const { found, memberFrom, valueTo, bodyFrom, bodyTo } = this.#scanner;
    let from = bodyFrom;
    for (let n = 0; n < found; n++) {
      const action = this.#actions[n] as number;
      if (action === KEPT) continue;
      if (this.#copiesOthers) reader.attributes(source, from, memberFrom[n] as number);
      from = valueTo[n] as number;
      if (action !== CUT) reader.attributes(scratch, 0, this.#writeOne(source, n, scratch, 0));
    }
    if (this.#copiesOthers) reader.attributes(source, from, bodyTo);
  }

  #writeOne(source: ByteView, n: number, target: ByteView, at: number): number {
    const action = this.#actions[n] as number;
    const end = copyAll(this.#labels[this.#scanner.which[n] as number] as ByteView, target, at);
    if (action === SPAN) return copySpan(source, this.#from[n] as number, this.#to[n] as number, target, end);
    if (action === SECONDS) return putInteger(this.#seconds[n] as number, target, end);
    return putText(this.#texts[n] as string, target, end);
  }

  #convert(conversion: RowConversion, bytes: Buffer, n: number, column: number): boolean {
    if (!conversion.read(bytes, this.#from[n] as number, this.#to[n] as number)) return false;
    const isCreatedAt = this.#checks[column] === CHECKS.createdAt;
    if (conversion.from >= 0) {
      this.#from[n] = conversion.from;
      this.#to[n] = conversion.to;
      return !isCreatedAt || this.#checkCreatedAt(bytes, conversion.from, conversion.to);
    }
    if (isCreatedAt) this.hasOddCreatedAt = isOddCreatedAt(conversion.value);
    const isTime = !Number.isNaN(conversion.seconds);
    this.#actions[n] = isTime ? SECONDS : TEXT;
    this.#seconds[n] = conversion.seconds;
    this.#texts[n] = isTime ? '' : conversion.text;
    this.extra += isTime ? 24 : conversion.text.length;
    return true;
  }

  #isRight(check: number, bytes: Buffer, from: number, to: number, bit: number): boolean {
    const first = bytes[from];
    if (check === CHECKS.text) return first === QUOTE;
    if (check === CHECKS.flag) return first === 116 || first === 102;
    if (check === CHECKS.createdAt) return isAbsent(bytes, from, to) || this.#checkCreatedAt(bytes, from, to);
    if (isAbsent(bytes, from, to)) {
      this.removed |= bit;
      return check === CHECKS.phone || check === CHECKS.cioId;
    }
    if (check === CHECKS.cioId) return true;
    if (check === CHECKS.email) return this.#email.read(bytes, from, to);
    if (first === QUOTE) return isPlainIdentifier(bytes, from + 1, to - 1);
    return check === CHECKS.phone || isNumber(first);
  }

  /** False if it is not certain whether it is odd. */
  #checkCreatedAt(bytes: Buffer, from: number, to: number): boolean {
    const isText = bytes[from] === QUOTE;
    const first = isText ? from + 1 : from;
    const end = isText ? to - 1 : to;
    const count = integerAt(bytes, first, end);
    this.hasOddCreatedAt = count < 0 || isOddCreatedAt(count);
    if (count >= 0) return true;
    // Objects, lists, true and false.
    if (!isText) return !isNumber(bytes[from]);
    let isDigits = true;
    for (let i = first; i < end; i++) {
      if (bytes[i] === BACKSLASH) return false;
      if (!isDigitByte(bytes[i])) isDigits = false;
    }
    return !isDigits;
  }
}

/** True for what a number begins with. */
function isNumber(byte: number | undefined): boolean {
  return byte === MINUS || isDigitByte(byte);
}
