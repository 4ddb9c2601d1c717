/**
 * Hashes of 64 bits, by xxHash: for a row they cost a quarter of a SHA-256. They distinguish what differs by chance, and
 * are no protection against somebody who looks for two texts of one hash. The library is WebAssembly, which loads
 * asynchronously: a stage that hashes calls loadHash() before its first element.
 */
import type { XXHashAPI } from 'xxhash-wasm';
import { ByteView } from './byte-view.ts';
import { CioError } from './errors.ts';

const MAX_VIEWS = 4096;
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

/** A buffer of which the beginning is hashed, row by row: the view of each length is made once. */
export class HashBuffer {
  bytes: Buffer = Buffer.alloc(4096);
  /** The same bytes, to be written in words. */
  view: ByteView = new ByteView(this.bytes);
  #views: (Buffer | undefined)[] = [];

  /** Makes space for so many bytes, and keeps the first `used`. */
  reserve(bytes: number, used = 0): void {
    if (bytes <= this.bytes.length) return;
    const grown = Buffer.alloc(2 * bytes);
    this.bytes.copy(grown, 0, 0, used);
    this.bytes = grown;
    this.view = new ByteView(grown);
    this.#views = [];
  }

  /** Its first bytes, until the next row. */
  upTo(end: number): Buffer {
    const view = this.#views[end] ?? this.bytes.subarray(0, end);
    // Long rows are rare: their views would only take memory.
    if (end < MAX_VIEWS) this.#views[end] = view;
    return view;
  }
}
