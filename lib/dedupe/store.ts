/**
 * What a store of fingerprints must be able to do: 64-bit keys, 64-bit values, nothing else. To forget a key is always
 * allowed, it only costs a request; to give a value that was not committed last is never allowed.
 * test/contract/store-contract.ts holds every store to this.
 */
import { getSystemErrorName } from 'node:util';
import { CioError, codeOf, systemWords } from '../errors.ts';

/** What changes: the new value of a key, or undefined to forget it. */
export type Changes = ReadonlyMap<bigint, bigint | undefined>;

/** Remembers what was delivered, between runs where it can. Keys and values are unsigned 64-bit. */
export interface Store {
  /** Makes it ready; again does nothing. Throws `CIO_STATE` where it can't be used, or another process uses it. */
  open(): Promise<void>;
  /** The value committed last; undefined for none. */
  get(key: bigint): bigint | undefined | Promise<bigint | undefined>;
  /** All changes or none, in the order of the calls. When it resolves they outlast the process and the machine. */
  commit(changes: Changes): Promise<void>;
  /** Lets go of everything, after the commits under way. Whoever made the store closes it. */
  close(): Promise<void>;
}

/** The error of a store that can't go on. */
export function storeError(what: string, cause?: unknown): CioError {
  const code = codeOf(cause);
  // LMDB gives the numbers of the system, and negative ones of its own.
  const named = typeof code === 'number' && code > 0 ? { code: getSystemErrorName(-code) } : cause;
  const words = systemWords(named) ?? code;
  return new CioError('CIO_STATE', `the dedupe store ${what}${words === undefined ? '' : `: ${words}`}`, cause);
}
