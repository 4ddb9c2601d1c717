/**
 * What a store must be able to do: keep 64-bit values under 64-bit keys. It may forget a key at any time, which only costs
 * a request; it must never return another value than the one committed last. Every store has to pass
 * test/support/contract/store-contract.ts.
 */
import { getSystemErrorName } from 'node:util';
import { CioError, codeOf, systemWords } from '../errors.ts';

/**
 * The new value of each key, or undefined to forget the key. A `Map`, or something that iterates like one; each key comes once.
 *
 * @category Dedupe
 */
export interface Changes extends Iterable<[bigint, bigint | undefined]> {
  /** How many changes. */
  readonly size: number;
}

/**
 * Remembers what was delivered. Keys and values are unsigned 64-bit integers. A store of your own may forget a key at any time,
 * which costs one more request; it must never return another value than the one that was committed last.
 *
 * @category Dedupe
 */
export interface Store {
  /** Makes the store ready; a second call does nothing. Throws `CIO_STATE` if it can't be used, or if another process uses it. */
  open(): Promise<void>;
  /** The value that was committed last; undefined if there is none. */
  get(key: bigint): bigint | undefined | Promise<bigint | undefined>;
  /**
   * For a store that answers later: the values of some 1,000 keys, in their order, by one question. `dedupe()` then asks for
   * everything that came while it waited, instead of one key after the other.
   */
  getMany?(keys: readonly bigint[]): Promise<readonly (bigint | undefined)[]>;
  /** Makes all changes or none, in the order of the calls. When it resolves, a store on disk keeps them through a power cut. */
  commit(changes: Changes): Promise<void>;
  /** Waits for commits that have begun, then frees everything. Whoever made the store closes it. */
  close(): Promise<void>;
}

/** A key, and a value if there is one, as halves. */
export interface Halves {
  readonly keyFirst: number;
  readonly keySecond: number;
  readonly hasValue: boolean;
  readonly valueFirst: number;
  readonly valueSecond: number;
}

/** What a store has for a key: nothing, the same value, or another one. */
export type Comparison = 'unknown' | 'same' | 'other';

/** A store of ours that is asked without bigints: in memory they would cost as much as the answer. */
export interface ComparingStore extends Store {
  compare(halves: Halves): Comparison;
}

/** What a store answers to a claim in place of the number of the same pipeline's claim before. */
export const [NOT_MINE, SAME] = [0, 1] as const;

/** What a store answers to claims: for each key, in their order. */
export interface ClaimAnswers {
  /** The number of the claim, by which it is settled. */
  readonly numbers: Uint32Array;
  /** SAME if the store has the wanted value, and then nothing is claimed; else the number of this pipeline's claim before, which
   * stood until now and is sure: what the pipeline remembers of the key is right; else NOT_MINE. */
  readonly before: Uint32Array;
}

/** Values to be kept, each with the number of its claim. Each key comes once. */
export interface ClaimedChanges {
  readonly size: number;
  /** The halves of each key and of its value. */
  readonly halves: Int32Array;
  readonly claims: Int32Array;
}

/** The part that one pipeline has in a store that others use at the same time. */
export interface Claims {
  /** Forgets what the store has for each key, unless that is the wanted value: from now on something may be sent about it. */
  claim(wanted: readonly Halves[]): Promise<ClaimAnswers>;
  /** Keeps the values of keys whose claims still stand, by their numbers. */
  settle(changes: ClaimedChanges): Promise<void>;
}

/** A store of ours that several processes use at once. A pipeline does not get and commit there, but claims and settles. */
export interface SharedStore extends Store {
  claims(): Claims;
  getMany(keys: readonly bigint[]): Promise<readonly (bigint | undefined)[]>;
}

/** The error of a store that can't do its work. */
export function storeError(what: string, cause?: unknown): CioError {
  const code = codeOf(cause);
  // LMDB's codes are the numbers of the system, and negative ones of its own.
  const named = typeof code === 'number' && code > 0 ? { code: getSystemErrorName(-code) } : cause;
  const words = systemWords(named) ?? code;
  return new CioError('CIO_STATE', `the dedupe store ${what}${words === undefined ? '' : `: ${words}`}`, cause);
}
