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
  readonly #ranks = new Map<string, bigint>();

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
    const latest = key === undefined ? undefined : this.#ranks.get(key);
    const rank = latest === undefined ? undefined : rankOf(valueAt(record, this.#cursor));
    return rank !== undefined && latest !== undefined && rank < latest;
  }

  /** The row is taken. */
  accept(record: SourceRecord): void {
    const key = this.#keyOf(record);
    const rank = rankOf(valueAt(record, this.#cursor));
    if (key === undefined || rank === undefined) return;
    this.#ranks.delete(key);
    this.#ranks.set(key, rank);
    if (this.#ranks.size > this.#maxKeys) this.#ranks.delete(this.#ranks.keys().next().value as string);
  }

  #keyOf(record: SourceRecord): string | undefined {
    const values = this.#key.map((path) => this.#keyValue(path, valueAt(record, path)));
    return values.every(isPresent) ? JSON.stringify(values) : undefined;
  }

  /** An identifier as Customer.io compares it: an address in any capitals is the same one. */
  #keyValue(path: Path, value: unknown): unknown {
    const [column = ''] = path;
    if (typeof value !== 'string' || path.length > 1 || !this.#identifying.includes(column)) return value;
    const text = trimIdentifier(value);
    return column === 'person_email' ? text.toLowerCase() : text;
  }
}

/** A cursor as a number that keeps every digit: numbers, digits, times. */
function rankOf(cursor: unknown): bigint | undefined {
  if (typeof cursor === 'number') return Number.isFinite(cursor) ? (fromDigits(String(cursor)) ?? fromDouble(cursor)) : undefined;
  if (cursor instanceof ExactNumber) return fromDigits(cursor.digits) ?? fromDouble(Number(cursor));
  if (typeof cursor !== 'string') return undefined;
  return fromDigits(cursor) ?? fromTime(cursor);
}

// Of a fraction so many digits count: Airbyte's times have up to nine.
const PLACES = 18;

function fromDigits(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : BigInt(`${sign}${whole}${fraction.slice(0, PLACES).padEnd(PLACES, '0')}`);
}

/** One so large or so small that it is written with an exponent. */
function fromDouble(value: number): bigint {
  return BigInt(Math.trunc(value)) * 10n ** BigInt(PLACES);
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
