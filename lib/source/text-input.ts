/**
 * The start of a text input, the same for every format: a byte-order mark is skipped, and input that is compressed or
 * UTF-16 is refused with a word on what to do, since every one of its rows would be a rejection.
 */
import { CioError } from '../errors.ts';
import type { Element } from '../record/record.ts';
import type { Decoder } from '../stream/decode.ts';
import { type FirstBytes, firstBytes } from './first-bytes.ts';

/** A decoder that is told at which byte its text begins, before anything else. */
export interface TextDecoding extends Decoder {
  begin(offset: number): void;
}

const EMPTY = Buffer.alloc(0);
const BOM_BYTES = 3;

/** `inner` behind a check of the first bytes. `stage` is the name of the source. */
export function textInput(stage: string, inner: TextDecoding): Decoder {
  let head: Buffer | undefined = EMPTY;
  const start = (held: Buffer, ended: boolean, push: (element: Element) => void): void | Promise<void> => {
    const kind = firstBytes(held, ended);
    head = kind === undefined ? held : undefined;
    if (kind === undefined) return;
    const offset = textOffset(stage, kind);
    inner.begin(offset);
    if (held.length > offset) return inner.write(held.subarray(offset), push);
  };
  return {
    open: () => inner.open?.() ?? Promise.resolve(),
    write: (chunk, push) => (head === undefined ? inner.write(chunk, push) : start(Buffer.concat([head, chunk]), false, push)),
    end: (push) => {
      const started = head === undefined ? undefined : start(head, true, push);
      return started === undefined ? inner.end(push) : started.then(() => inner.end(push));
    },
    close: () => inner.close?.(),
  };
}

function textOffset(stage: string, kind: FirstBytes): number {
  if (kind === 'utf-16') throw new CioError('CIO_SOURCE', `${stage}: the input is UTF-16: convert it to UTF-8 first`);
  if (kind === 'gzip' || kind === 'zstd') {
    throw new CioError('CIO_SOURCE', `${stage}: the input is ${kind}-compressed: put decompress() before ${stage}()`);
  }
  return kind === 'bom' ? BOM_BYTES : 0;
}
