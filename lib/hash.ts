/**
 * Hashes of 64 bits, by xxHash: for a row they cost a quarter of a SHA-256. They distinguish what differs by chance, and
 * are no protection against somebody who looks for two texts of one hash. The library is WebAssembly, which loads
 * asynchronously: a stage that hashes calls loadHash() before its first element.
 */
import type { XXHashAPI } from 'xxhash-wasm';
import { CioError } from './errors.ts';

let loading: Promise<void> | undefined;
let library: XXHashAPI | undefined;

/** Loads the library, once for the process. */
export function loadHash(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  const { default: xxhash } = await import('xxhash-wasm');
  library = await xxhash();
}

/** The hash of bytes, or of a text as UTF-8: the same on every machine. */
export function hash64(data: string | Uint8Array, seed = 0n): bigint {
  if (library === undefined) throw new CioError('CIO_INTERNAL', 'a hash was asked for before loadHash() was done');
  return typeof data === 'string' ? library.h64(data, seed) : library.h64Raw(data, seed);
}
