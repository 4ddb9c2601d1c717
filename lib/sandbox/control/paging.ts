/**
 * A part of a long list, and a search through it. Only what is on the page is made into plain data, and a search ends after
 * so many characters, however large the list is: the answer then says that it is partial.
 */
import { stringify } from 'lossless-json';
import { z } from 'zod';
import { readOptions } from '../../options.ts';

/** A list that can be looked at in parts. */
export interface Listing<T> {
  readonly items: Iterable<T>;
  /** How many there are, if that is known without looking. */
  readonly count?: number | undefined;
  /** Leaves out what is not asked for. */
  readonly keep?: ((item: T) => boolean) | undefined;
  /** The item as it is answered. */
  show(item: T): unknown;
  /** What a search looks into. */
  texts(item: T): Iterable<unknown>;
}

/** Which part, and what it is searched for. */
export interface Paging {
  readonly offset: number;
  readonly limit: number;
  readonly search: string;
}

/** A part of a list. */
export interface ListPart {
  /** How many there are that were asked for. */
  readonly total: number;
  readonly offset: number;
  readonly items: readonly unknown[];
  /** The list is too long to be searched to its end. */
  readonly partial?: true;
}

const MOST = 1_000;
/** A fraction of a second. */
const MAX_SEARCHED_CHARACTERS = 30_000_000;
/** What it costs to look at an item, in characters. */
const OWN_CHARACTERS = 50;

const number = (most: number, standard: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number of 0 or more')
    .transform(Number)
    .pipe(z.number().max(most))
    .default(standard);
const QUERY = z.strictObject({ offset: number(Number.MAX_SAFE_INTEGER, 0), limit: number(MOST, 50), search: z.string().default('') });

/** The part that a query asks for. Throws `CIO_OPTIONS`. */
export function readPaging(query: URLSearchParams): Paging {
  const given = Object.fromEntries([...query].filter(([name]) => Object.hasOwn(QUERY.shape, name)));
  const { search, ...part } = readOptions('GET', QUERY, given);
  return { ...part, search: search.trim().toLowerCase() };
}

/** That part of a list. */
export function pageOf<T>({ items, count, keep, show, texts }: Listing<T>, { offset, limit, search }: Paging): ListPart {
  const isWhole = search === '' && keep === undefined;
  const shown: unknown[] = [];
  let [total, left] = [0, MAX_SEARCHED_CHARACTERS];
  for (const item of items) {
    if (isWhole && count !== undefined && shown.length >= limit) return { total: count, offset, items: shown };
    if (keep && !keep(item)) continue;
    if (search !== '') {
      if (left <= 0) return { total, offset, items: shown, partial: true };
      const text = Array.from(texts(item), textOf).join('\n');
      left -= text.length + OWN_CHARACTERS;
      if (!text.toLowerCase().includes(search)) continue;
    }
    if (total++ >= offset && shown.length < limit) shown.push(show(item));
  }
  return { total, offset, items: shown };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (stringify(value) ?? '');
}
