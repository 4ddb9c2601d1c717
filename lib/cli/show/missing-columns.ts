/**
 * Whether the columns that flags name are ever there: a mistyped one of `--column`, or of a field that may be absent, such as
 * a timestamp, would otherwise go unnoticed. Once each has been seen it costs nothing. A run that lasts hears of it early.
 */
import type { Transform } from 'node:stream';
import { nearest } from '../../options.ts';
import type { Block } from '../../record/block.ts';
import { isRecord, type SourceRecord } from '../../record/record.ts';
import { RowSearch } from '../../record/row-search.ts';
import { each } from '../../stream/each.ts';
import type { NamedColumn } from '../flags/columns.ts';

/** A column that no record had. */
export interface UnseenColumn extends NamedColumn {
  /** The column of the first record that may be meant. */
  readonly nearest?: string | undefined;
}

/** After so many rows a column that none of them has is said. */
export const EARLY_ROWS = 1_000;

/** A column that no row had, in words: `rows` are those that were looked at. A CSV may have it, with empty cells only. */
export function unseenText({ option, column, nearest }: UnseenColumn, rows = 'every row'): string {
  const meant = nearest === undefined ? '' : `: did you mean "${nearest}"?`;
  return `column "${column}" (${option}) is missing or empty in ${rows}${meant}`;
}

/** Looks at records. */
export class MissingColumns {
  #unseen: readonly NamedColumn[];
  #first: readonly string[] | undefined;
  #rows = 0;
  readonly #onEarly: ((columns: readonly UnseenColumn[]) => void) | undefined;
  readonly #searches = new Map<string, RowSearch>();

  /** `onEarly` is called once if {@link EARLY_ROWS} have none of a column. */
  constructor(columns: readonly NamedColumn[], onEarly?: (columns: readonly UnseenColumn[]) => void) {
    this.#unseen = columns;
    this.#onEarly = onEarly;
  }

  see(record: SourceRecord): void {
    this.#first ??= Object.keys(record);
    const has = ({ column }: NamedColumn): boolean => Object.hasOwn(record, column);
    if (this.#unseen.some(has)) this.#unseen = this.#unseen.filter((one) => !has(one));
    this.#count();
  }

  /** Those that no record has had so far; none before the first record. */
  get unseen(): UnseenColumn[] {
    const first = this.#first;
    return first === undefined ? [] : this.#unseen.map((one) => ({ ...one, nearest: nearest(one.column, first) }));
  }

  /** The stage, if there are columns to look for. */
  get stages(): Transform[] {
    if (this.#unseen.length === 0) return [];
    return [
      each(
        (element, push) => {
          if (isRecord(element)) this.see(element as SourceRecord);
          push(element);
        },
        { row: (block, row, next) => !this.#mayShow(block, row) && this.#count() && next.row(block, row) },
      ),
    ];
  }

  #count(): true {
    if (++this.#rows === EARLY_ROWS && this.#unseen.length > 0) this.#onEarly?.(this.unseen);
    return true;
  }

  /** True if the row has to be seen as a record: it is the first, or the name of an unseen column stands somewhere in it. */
  #mayShow(block: Block, row: number): boolean {
    return this.#first === undefined || this.#unseen.some(({ column }) => this.#searchFor(column).isIn(block, row));
  }

  #searchFor(column: string): RowSearch {
    const search = this.#searches.get(column) ?? new RowSearch(JSON.stringify(column));
    this.#searches.set(column, search);
    return search;
  }
}
