/** The rows of a sample -> a profile of each column. However many columns there are, memory is bounded. */
import { createHash } from 'node:crypto';
import { stringify } from '../../../json/exact.ts';
import { isRecord, type SourceRecord } from '../../../record/record.ts';
import { Rejection } from '../../../record/rejection.ts';
import { Skipped } from '../../../record/skipped.ts';
import { ColumnProfile } from './column-profile.ts';

/** Over all columns. */
const MOST_DISTINCT = 1_000_000;
const MOST_OF_ONE = 10_000;
const LEAST_OF_ONE = 20;
/** More are counted only. */
const MOST_COLUMNS = 100_000;
const MOST_KEPT = 1_000;
/** With further ones no row is compared. */
const MOST_ROWS = 100_000;
/** Of further columns it is not known what they nearly are: a command can't have more `--column`. */
const MOST_NEAR = 1_000;

/** Looks at rows. */
export class RowProfile {
  readonly #columns = new Map<string, ColumnProfile>();
  readonly #isCsv: boolean;
  readonly #now: number;
  /** Rows that could be read. */
  rows = 0;
  /** Rows that are the same as an earlier one. */
  repeats = 0;
  readonly #seen = new Set<string>();
  /** Rows that could not be read, the first of them. */
  readonly malformed: Rejection[] = [];
  /** Their number. */
  unread = 0;
  skipped = 0;
  /** Columns beyond those that are looked at. */
  more = 0;

  /** `now`: Unix milliseconds. */
  constructor({ isCsv, now }: { isCsv: boolean; now: number }) {
    this.#isCsv = isCsv;
    this.#now = now;
  }

  get columns(): readonly ColumnProfile[] {
    return [...this.#columns.values()];
  }

  see(element: unknown): void {
    if (element instanceof Rejection) {
      this.unread++;
      if (this.malformed.length < MOST_KEPT) this.malformed.push(element);
    } else if (element instanceof Skipped) this.skipped++;
    else if (isRecord(element)) this.#seeRow(element as SourceRecord);
  }

  #seeRow(record: SourceRecord): void {
    this.rows++;
    this.#compare(record);
    const names = Object.keys(record);
    for (const name of names) this.#column(name, names.length)?.see(record[name]);
  }

  #compare(record: SourceRecord): void {
    const hash = hashOf(record);
    if (hash === undefined) return;
    if (this.#seen.has(hash)) this.repeats++;
    else if (this.#seen.size < MOST_ROWS) this.#seen.add(hash);
  }

  #column(name: string, columns: number): ColumnProfile | undefined {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    if (this.#columns.size >= MOST_COLUMNS) {
      this.more++;
      return undefined;
    }
    const share = Math.floor(MOST_DISTINCT / Math.max(columns, this.#columns.size, 1));
    const mostDistinct = Math.min(MOST_OF_ONE, Math.max(LEAST_OF_ONE, share));
    const isOneOfMany = this.#columns.size >= MOST_NEAR;
    const made = new ColumnProfile(name, { isCsv: this.#isCsv, now: this.#now, mostDistinct, isOneOfMany });
    this.#columns.set(name, made);
    return made;
  }
}

/** Undefined for what a function has made and JSON has no text for. */
function hashOf(record: SourceRecord): string | undefined {
  try {
    return createHash('sha1').update(stringify(record)).digest('base64');
  } catch {
    return undefined;
  }
}
