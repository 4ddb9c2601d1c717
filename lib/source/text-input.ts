/**
 * The start of a text input, the same for every format: a byte-order mark is skipped, and input that is compressed or
 * UTF-16 is refused with a word on what to do, since every one of its rows would be a rejection. An input that starts in
 * the middle has no such marks: there the bytes are taken as they come, after those to be skipped.
 */
import { CioError } from '../errors.ts';
import type { Element } from '../record/record.ts';
import type { Decoder } from '../stream/decode.ts';
import { type FirstBytes, firstBytes } from './first-bytes.ts';
import type { SourcePosition } from './position.ts';
import { convertFrom } from './utf8.ts';

/** A decoder that is told at which byte its text begins, before anything else. */
export interface TextDecoding extends Decoder {
  begin(offset: number): void;
}

const EMPTY = Buffer.alloc(0);
const BOM_BYTES = 3;
const LF = 10;

/** Where in the input the text starts, and what of the bytes given lies before. */
export interface Start {
  readonly startAt?: SourcePosition | undefined;
  readonly skip?: 'bytes' | 'lines' | undefined;
}

/** `inner` behind a check of the first bytes. `stage` is the name of the source. */
export function textInput(stage: string, inner: TextDecoding, { startAt, skip }: Start): Decoder {
  if (startAt !== undefined && startAt.offset > 0) return middle(stage, inner, startAt, skip);
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
    mark: (push) => (head === undefined ? inner.mark?.(push) : undefined),
    close: () => inner.close?.(),
  };
}

/** `inner` from the middle of its input on. */
function middle(stage: string, inner: TextDecoding, startAt: SourcePosition, skip: Start['skip']): Decoder {
  let open = skip === 'lines' ? startAt.line - 1 : skip === 'bytes' ? startAt.offset : 0;
  let offset = skip === undefined ? startAt.offset : 0;
  let begun = false;
  const begin = (): void => {
    if (open > 0) throw new CioError('CIO_STATE', `${stage}: the input ends before the place to start at: it is not the one read before`);
    if (!begun) inner.begin(offset);
    begun = true;
  };
  return {
    open: () => inner.open?.() ?? Promise.resolve(),
    write: (chunk, push) => {
      if (begun) return inner.write(chunk, push);
      const { bytes, passed } = skip === 'lines' ? linesBefore(chunk, open) : bytesBefore(chunk, open);
      open -= passed;
      offset += bytes;
      if (open > 0) return;
      begin();
      if (bytes < chunk.length) return inner.write(chunk.subarray(bytes), push);
    },
    end: (push) => {
      begin();
      return inner.end(push);
    },
    mark: (push) => (begun ? inner.mark?.(push) : undefined),
    close: () => inner.close?.(),
  };
}

function bytesBefore(chunk: Buffer, most: number): { bytes: number; passed: number } {
  const bytes = Math.min(most, chunk.length);
  return { bytes, passed: bytes };
}

/** How far the next `most` lines reach in the chunk. */
function linesBefore(chunk: Buffer, most: number): { bytes: number; passed: number } {
  let bytes = 0;
  let passed = 0;
  for (let at = chunk.indexOf(LF); at !== -1 && passed < most; at = chunk.indexOf(LF, bytes)) {
    bytes = at + 1;
    passed++;
  }
  return { bytes: passed === most ? bytes : chunk.length, passed };
}

function textOffset(stage: string, kind: FirstBytes): number {
  if (kind === 'utf-16') throw new CioError('CIO_SOURCE', `${stage}: the input is UTF-16`, undefined, convertFrom('utf-16'));
  if (kind === 'gzip' || kind === 'zstd') {
    throw new CioError('CIO_SOURCE', `${stage}: the input is ${kind}-compressed: put decompress() before ${stage}()`);
  }
  return kind === 'bom' ? BOM_BYTES : 0;
}
