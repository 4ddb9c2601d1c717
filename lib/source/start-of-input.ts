/**
 * The start of a text input, the same for every format. A mark of its encoding is passed over, text in another encoding
 * becomes UTF-8, and what is not text is refused by its name, with a word on what to do, since every one of its rows would
 * be a rejection. Offsets are those of the UTF-8. An input that starts in the middle has no such marks.
 */
import { encodingNamed, type TextEncoding } from '../bytes/encodings.ts';
import { type FirstBytes, firstBytes, MARK_BYTES } from '../bytes/first-bytes.ts';
import { type Foreign, otherText } from '../bytes/foreign-formats.ts';
import { type Transcoder, transcoder } from '../bytes/transcoder.ts';
import { Utf8Watch } from '../bytes/utf8.ts';
import { CioError } from '../errors.ts';
import type { Element } from '../record/record.ts';
import type { Decoder } from '../stream/decode.ts';
import type { SourcePosition } from './checkpointer.ts';

/** A decoder that is told at which byte its text begins, before anything else. */
export interface TextDecoding extends Decoder {
  begin(offset: number): void;
}

type Push = (element: Element) => void;

const EMPTY = Buffer.alloc(0);
const LF = 10;

/** Where in the input the text starts, what of the bytes given lies before, and how they are to be read. */
export interface Start {
  readonly startAt?: SourcePosition | undefined;
  readonly skip?: 'bytes' | 'lines' | undefined;
  readonly encoding?: TextEncoding | undefined;
}

/** Given a text that people should read. */
export type Warn = (text: string) => void;

/** `inner` behind all that comes before its text. `stage` is the name of the source. */
export function textInput(stage: string, inner: TextDecoding, start: Start, warn: Warn): Decoder {
  const { startAt, skip, encoding } = start;
  if (startAt === undefined || startAt.offset === 0) return begun(stage, inner, encoding, warn);
  if (skip !== undefined) return begun(stage, skipping(stage, inner, startAt, skip), encoding, warn);
  if (encoding !== undefined && encoding !== 'utf-8') {
    const message = `${stage}: option "startAt": an offset is one of UTF-8: give the input from its beginning, and \`skip\``;
    throw new CioError('CIO_OPTIONS', message);
  }
  // The bytes given begin at the place: nothing is left to skip.
  const middle = skipping(stage, inner, startAt, 'bytes');
  middle.begin(startAt.offset);
  return middle;
}

function passing(inner: Decoder): Pick<Decoder, 'open' | 'close'> {
  return { open: () => inner.open?.() ?? Promise.resolve(), close: () => inner.close?.() };
}

/** `inner` from the first byte of the input on. */
function begun(stage: string, inner: TextDecoding, encoding: TextEncoding | undefined, warn: Warn): Decoder {
  const watch = watchOf(encoding, warn);
  let head: Buffer | undefined = EMPTY;
  let utf8: Transcoder | undefined;
  const give = (bytes: Buffer, push: Push): void | Promise<void> => (bytes.length > 0 ? inner.write(bytes, push) : undefined);
  const start = (held: Buffer, ended: boolean, push: Push): void | Promise<void> => {
    const first = firstBytes(held, ended);
    head = first === undefined ? held : undefined;
    if (first === undefined) return;
    const { markBytes, ...text } = textOf(stage, first, encoding);
    utf8 = transcoder(text.encoding);
    inner.begin(utf8 === undefined ? markBytes : 0);
    const bytes = utf8?.write(held.subarray(markBytes)) ?? held.subarray(markBytes);
    const other = otherText(bytes.toString('utf8', 0, MARK_BYTES), stage);
    if (other !== undefined) throw foreign(stage, other);
    return give(bytes, push);
  };
  return {
    ...passing(inner),
    write: (chunk, push) => {
      watch?.write(chunk);
      if (head !== undefined) return start(head.length === 0 ? chunk : Buffer.concat([head, chunk]), false, push);
      return utf8 === undefined ? inner.write(chunk, push) : give(utf8.write(chunk), push);
    },
    end: async (push) => {
      if (head !== undefined) await start(head, true, push);
      await give(utf8?.end() ?? EMPTY, push);
      watch?.end();
      await inner.end(push);
    },
    stop: (push) => (head === undefined ? inner.stop?.(push) : undefined),
  };
}

/** UTF-8 read in another encoding has wrong letters that nothing else shows. */
function watchOf(encoding: TextEncoding | undefined, warn: Warn): Utf8Watch | undefined {
  if (encoding === undefined || encoding.startsWith('utf-')) return undefined;
  const told = `the input is valid UTF-8, but is read as ${encoding}: if letters come out wrong, leave \`encoding\` out`;
  return new Utf8Watch(() => warn(told));
}

/** How the text is to be read. Throws where it can't be, or is not what it is said to be. */
function textOf(stage: string, first: FirstBytes, said: TextEncoding | undefined): { encoding: TextEncoding; markBytes: number } {
  if (first.is === 'compressed') {
    const todo = 'Decompress it first; in a program, put decompress() before the source.';
    throw new CioError('CIO_SOURCE', `${stage}: the input is ${first.by}-compressed`, undefined, todo);
  }
  if (first.is === 'foreign') throw foreign(stage, first);
  const { encoding: seen } = first;
  if (seen === undefined || seen === said) return { encoding: said ?? 'utf-8', markBytes: first.is === 'text' ? first.markBytes : 0 };
  if (said !== undefined) {
    const message = `${stage}: the input is ${seen.toUpperCase()} by its first bytes, not ${said}`;
    throw new CioError('CIO_SOURCE', message, undefined, `Leave the encoding out, or name it: \`encoding: '${seen}'\`.`);
  }
  if (first.is === 'text') return { encoding: seen, markBytes: first.markBytes };
  const message = `${stage}: the input has zero bytes in its first line, as ${seen.toUpperCase()} has`;
  throw new CioError('CIO_SOURCE', message, undefined, `If that is its encoding, name it: \`encoding: '${seen}'\`.`);
}

function foreign(stage: string, { name, todo }: Foreign): CioError {
  return new CioError('CIO_SOURCE', `${stage}: the input is ${name}`, undefined, todo);
}

/** `inner` from the place on; what comes before is counted only. */
function skipping(stage: string, inner: TextDecoding, startAt: SourcePosition, skip: 'bytes' | 'lines'): TextDecoding {
  let open = 0;
  let offset = 0;
  let isOpen = false;
  const reached = (): void => {
    if (open > 0) throw endsBefore(stage);
    if (!isOpen) inner.begin(offset);
    isOpen = true;
  };
  return {
    ...passing(inner),
    begin: (at) => {
      offset = at;
      open = skip === 'lines' ? startAt.line - 1 : startAt.offset - at;
    },
    write: (chunk, push) => {
      if (isOpen) return inner.write(chunk, push);
      const { bytes, passed } = skip === 'lines' ? linesBefore(chunk, open) : bytesBefore(chunk, open);
      open -= passed;
      offset += bytes;
      if (open > 0) return;
      reached();
      if (bytes < chunk.length) return inner.write(chunk.subarray(bytes), push);
    },
    end: (push) => {
      reached();
      return inner.end(push);
    },
    stop: (push) => (isOpen ? inner.stop?.(push) : undefined),
  };
}

/** The error of an input that is shorter than it was. */
export function endsBefore(stage: string): CioError {
  return new CioError('CIO_STATE', `${stage}: the input ends before the place to start at: it is not the one read before`);
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

/** Whether offsets in the text are offsets in the input: then it can be opened at one. `head` is its beginning. */
export function isReadInPlace(head: Buffer, label: string | undefined): boolean {
  const first = firstBytes(head, true);
  const encoding = label === undefined ? (first?.is === 'text' ? first.encoding : undefined) : encodingNamed(label);
  return first?.is === 'text' && (encoding ?? 'utf-8') === 'utf-8';
}
