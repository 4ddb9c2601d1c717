/** Something that holds rows: a file, an object in a bucket, what a web address gives, or standard input. */
import type { Readable } from 'node:stream';
import type { RandomAccess } from '../../../bytes/random-access.ts';
import type { FileKind } from './kind.ts';

/** Finding what a run reads should not take minutes: a name may be mistyped. */
export const FIND_MS = 10_000;

/** A stream that counts the bytes that were read. */
export type Bytes = Readable & { readonly bytesRead: number };

/** One place, as it was found. */
export interface Place {
  /** For messages; holds no secret. */
  readonly label: string;
  /** The name in origins; absent for standard input, which is not the same in the next run. */
  readonly source: string | undefined;
  /** Another one as soon as the content is another. */
  readonly version: string | undefined;
  /** True if the content can only be replaced as a whole, and then has another version. A local file can also grow. */
  readonly isReplacedWhole?: boolean;
  /** True if it can be read again from its beginning: a pipe can't. */
  readonly isRepeatable?: boolean;
  /** What something else than its name says about its format. */
  readonly kind?: FileKind | undefined;
  /** In bytes, if it is known. */
  readonly size: number | undefined;
  /** `offset` is 0 for what can't be read from the middle. When `signal` aborts, nothing is waited for any more. */
  open(offset: number, signal: AbortSignal): Promise<Bytes>;
  /** For formats that are read from their end; absent for standard input, pipes, and servers without ranges. */
  openAt?(signal: AbortSignal): Promise<RandomAccess>;
}

/** What finding places needs. */
export interface Search {
  /** Gets what is to be said of a place. */
  readonly note: (text: string) => void;
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal;
}

/** Says why nothing comes from a place for a while. */
export function retryNote(label: string, note: Search['note']): (why: string) => void {
  return (why) => note(`${label}: ${why}; trying again`);
}
