/**
 * Deduped mode, within the run: of two rows with the same primary key the one with the later cursor wins, also if
 * the source sends it first. Rows nearly always come in the order of the cursor, and then Customer.io keeps the last:
 * so only the keys used last are remembered. What can't be compared is never taken for older.
 */
import { ExactNumber } from '../../json/exact.ts';
import type { SourceRecord } from '../../record/record.ts';
import { fromIso } from '../../track/calendar.ts';
import { trimIdentifier } from '../../track/identifier.ts';
import type { Path } from '../catalog/catalog.ts';

const MAX_KEYS = 100_000;

/** The latest cursor of each key. */
export class LatestRow {
  readonly #key: readonly Path[];
  readonly #cursor: Path;
  readonly #identifying: readonly string[];
  readonly #maxKeys: number;
  /** A Map keeps the order of insertion: the first is the one not used for longest. */
  readonly #cursors = new Map<string, string>();
  /** One iterator for all: a new one would begin with all places that were deleted, and take ten times as long as the row. */
  readonly #oldest = this.#cursors.keys();

  /** `identifying`: the columns by which Customer.io distinguishes people or objects. */
  constructor(key: readonly Path[], cursor: Path, identifying: readonly string[] = [], maxKeys: number = MAX_KEYS) {
    this.#key = key;
    this.#cursor = cursor;
    this.#identifying = identifying;
    this.#maxKeys = maxKeys;
  }

  /** True when a row with the same key and a later cursor was accepted before. */
  isOutdated(record: SourceRecord): boolean {
    const key = this.#keyOf(record);
    return key !== undefined && this.isOlder(key, comparableCursor(valueAt(record, this.#cursor)));
  }

  /** The row is taken. */
  accept(record: SourceRecord): void {
    this.remember(this.#keyOf(record), comparableCursor(valueAt(record, this.#cursor)));
  }

  /** The same as {@link isOutdated}; the key is that of {@link keyText}. */
  isOlder(key: string, cursor: string | undefined): boolean {
    const latest = this.#cursors.get(key);
    if (latest === undefined || cursor === undefined || latest === cursor) return false;
    return (rankOf(cursor) as bigint) < (rankOf(latest) as bigint);
  }

  /** The same as {@link accept}. */
  remember(key: string | undefined, cursor: string | undefined): void {
    if (key === undefined || cursor === undefined) return;
    this.#cursors.delete(key);
    this.#cursors.set(key, cursor);
    if (this.#cursors.size > this.#maxKeys) this.#cursors.delete(this.#oldest.next().value as string);
  }

  /** Whether the column is compared as an address: in any capitals. */
  isEmail(column: string): boolean {
    return column === EMAIL && this.#identifying.includes(column);
  }

  #keyOf(record: SourceRecord): string | undefined {
    const values = this.#key.map((path) => this.#keyValue(path, valueAt(record, path)));
    return values.every(isPresent) ? keyText(values.map((value) => JSON.stringify(value))) : undefined;
  }

  /** An identifier as Customer.io compares it: an address in any capitals is the same one. */
  #keyValue(path: Path, value: unknown): unknown {
    const [column = ''] = path;
    if (typeof value !== 'string' || path.length > 1 || !this.#identifying.includes(column)) return value;
    const text = trimIdentifier(value);
    return this.isEmail(column) ? text.toLowerCase() : text;
  }
}

const EMAIL = 'person_email';

/** A key, of its parts as JSON. */
export function keyText(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] as string) : parts.join(',');
}

/** A cursor as a text that can be compared: numbers and digits as digits, a time as it is. Undefined for all else. */
export function comparableCursor(cursor: unknown): string | undefined {
  if (typeof cursor === 'string') return rankOf(cursor) === undefined ? undefined : cursor;
  if (typeof cursor === 'number' && Number.isFinite(cursor)) return digitsOf(cursor, String(cursor));
  return cursor instanceof ExactNumber ? digitsOf(Number(cursor), cursor.digits) : undefined;
}

/** Of one so large or so small that it is written with an exponent, the whole part. */
function digitsOf(value: number, text: string): string {
  return fromDigits(text) === undefined ? String(BigInt(Math.trunc(value))) : text;
}

/** As a number that keeps every digit. */
function rankOf(cursor: string): bigint | undefined {
  return fromDigits(cursor) ?? fromTime(cursor);
}

// Of a fraction so many digits count: Airbyte's times have up to nine.
const PLACES = 18;

function fromDigits(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : BigInt(`${sign}${whole}${fraction.slice(0, PLACES).padEnd(PLACES, '0')}`);
}

function fromTime(text: string): bigint | undefined {
  const seconds = fromIso(text.trim());
  if (seconds === undefined) return undefined;
  const fraction = /[.,](\d+)/.exec(text)?.[1] ?? '';
  return BigInt(seconds) * 10n ** BigInt(PLACES) + BigInt(fraction.slice(0, PLACES).padEnd(PLACES, '0'));
}

/** The value that the path leads to. */
export function valueAt(record: object, path: Path): unknown {
  let value: unknown = record;
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return value;
}

/** False for a value that stands for none. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
