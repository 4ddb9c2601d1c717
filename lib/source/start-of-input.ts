/**
 * The start of a text input, the same for every format. A byte order mark is left out, and text in another encoding becomes
 * UTF-8; offsets are those of the UTF-8. An input that is not text fails at once, with its format and what to do, since
 * every one of its rows would be a rejection. Bytes that begin in the middle of an input have no such start.
 */
import { encodingNamed, type TextEncoding } from '../bytes/encodings.ts';
import { type FirstBytes, firstBytes, MARK_BYTES } from '../bytes/first-bytes.ts';
import { type Foreign, otherText } from '../bytes/foreign-formats.ts';
import { type Transcoder, transcoder } from '../bytes/transcoder.ts';
import { Utf8Watch } from '../bytes/utf8.ts';
import { CioError } from '../errors.ts';
import type { Decoder, Warn } from '../stream/decode.ts';
import { option, say } from '../wording.ts';
import type { SourcePosition } from './checkpointer.ts';

/** Reads a text. The methods are those of {@link Decoder}. */
export interface TextReader {
  open?(): Promise<void>;
  /** At which byte the text begins; called once, before the first `write()` or `end()`. */
  begin?(offset: number): void;
  write(bytes: Buffer): void;
  end(): void;
  stop(): void;
  flaw?(): string | undefined;
}

const EMPTY = Buffer.alloc(0);
const LF = 10;

/** Where to start in the input, whether the bytes given begin before that, and their encoding. */
export interface Start {
  readonly startAt?: SourcePosition | undefined;
  readonly skip?: 'bytes' | 'lines' | undefined;
  readonly encoding?: TextEncoding | undefined;
}

/** Decodes the text for a reader. */
export class TextInput implements Decoder {
  readonly #stage: string;
  readonly #encoding: TextEncoding | undefined;
  readonly #reader: TextReader;
  #hasBegun = false;
  readonly #watch: Utf8Watch | undefined;
  /** The first bytes, until they say what the input is. */
  #head: Buffer | undefined = EMPTY;
  #utf8: Transcoder | undefined;
  /** Where the text begins that has not been read or skipped. */
  #offset = 0;
  readonly #startAt: SourcePosition | undefined;
  readonly #skip: Start['skip'];
  /** How many bytes or lines come before the place to start at. */
  #toSkip = 0;

  /** `stage` is the name of the source. */
  constructor(stage: string, { startAt, skip, encoding }: Start, reader: TextReader, warn: Warn) {
    this.#stage = stage;
    this.#encoding = encoding;
    this.#reader = reader;
    this.#startAt = startAt?.offset === 0 ? undefined : startAt;
    this.#skip = skip;
    if (this.#startAt === undefined || skip !== undefined) this.#watch = watchOf(encoding, warn);
    else if (encoding === undefined || encoding === 'utf-8') {
      // The bytes given begin at that place: nothing precedes the text.
      this.#head = undefined;
      this.#offset = this.#startAt.offset;
    } else {
      const message = `${stage}: option "startAt": offsets count bytes of UTF-8: give the input from its beginning, and \`skip\``;
      throw new CioError('CIO_OPTIONS', message);
    }
  }

  open(): Promise<void> | undefined {
    return this.#reader.open?.();
  }

  write(chunk: Buffer): void {
    this.#watch?.write(chunk);
    if (this.#head !== undefined) this.#start(this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]), false);
    else this.#read(this.#utf8?.write(chunk) ?? chunk);
  }

  end(): void {
    if (this.#head !== undefined) this.#start(this.#head, true);
    this.#read(this.#utf8?.end() ?? EMPTY);
    this.#watch?.end();
    if (!this.#hasBegun) throw endsBefore(this.#stage);
    this.#reader.end();
  }

  stop(): void {
    if (this.#hasBegun) this.#reader.stop();
  }

  flaw(): string | undefined {
    return this.#reader.flaw?.();
  }

  #start(head: Buffer, isEnd: boolean): void {
    const first = firstBytes(head, isEnd);
    this.#head = first === undefined ? head : undefined;
    if (first === undefined) return;
    const { markBytes, encoding } = textOf(this.#stage, first, this.#encoding);
    this.#utf8 = transcoder(encoding);
    const text = head.subarray(markBytes);
    const bytes = this.#utf8?.write(text) ?? text;
    const other = otherText(bytes.toString('utf8', 0, MARK_BYTES), this.#stage);
    if (other !== undefined) throw foreign(this.#stage, other);
    this.#offset = this.#utf8 === undefined ? markBytes : 0;
    if (this.#startAt !== undefined) this.#toSkip = this.#skip === 'lines' ? this.#startAt.line - 1 : this.#startAt.offset - this.#offset;
    this.#read(bytes);
  }

  #read(bytes: Buffer): void {
    if (this.#hasBegun) return bytes.length > 0 ? this.#reader.write(bytes) : undefined;
    const [length, skipped] = this.#skip === 'lines' ? linesBefore(bytes, this.#toSkip) : bytesBefore(bytes, this.#toSkip);
    this.#toSkip -= skipped;
    this.#offset += length;
    if (this.#toSkip > 0) return;
    this.#hasBegun = true;
    this.#reader.begin?.(this.#offset);
    this.#read(bytes.subarray(length));
  }
}

/** Warns of UTF-8 that is read in another encoding: its letters come out wrong, and nothing else shows that. */
function watchOf(encoding: TextEncoding | undefined, warn: Warn): Utf8Watch | undefined {
  if (encoding === undefined || encoding.startsWith('utf-')) return undefined;
  const text = say`the input is valid UTF-8, but is read as ${encoding}: if letters come out wrong, leave \`${option('source', 'encoding')}\` out`;
  return new Utf8Watch(() => warn(text));
}

/** The encoding of the text, and the length of its byte order mark. Throws if it can't be read, or is not in the encoding that was named. */
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
    throw new CioError(
      'CIO_SOURCE',
      message,
      undefined,
      say`Leave the encoding out, or name it: \`${option('source', 'encoding', seen)}\`.`,
    );
  }
  if (first.is === 'text') return { encoding: seen, markBytes: first.markBytes };
  const message = `${stage}: the input has zero bytes in its first line, as ${seen.toUpperCase()} has`;
  throw new CioError('CIO_SOURCE', message, undefined, say`If that is its encoding, name it: \`${option('source', 'encoding', seen)}\`.`);
}

function foreign(stage: string, { name, todo }: Foreign): CioError {
  return new CioError('CIO_SOURCE', `${stage}: the input is ${name}`, undefined, todo);
}

/** The error of an input that ends before the place to start at. */
export function endsBefore(stage: string): CioError {
  return new CioError('CIO_STATE', `${stage}: the input ends before the position to start at: it is not the one that was read before`);
}

/** How long the next `most` bytes are in the chunk, and how many of them that is. */
function bytesBefore(chunk: Buffer, most: number): [length: number, count: number] {
  // Fewer than none: the place is inside the byte order mark, which is behind us.
  const bytes = Math.max(0, Math.min(most, chunk.length));
  return [bytes, bytes];
}

/** How long the next `most` lines are in the chunk, and how many of them that is. */
function linesBefore(chunk: Buffer, most: number): [length: number, count: number] {
  let length = 0;
  let lines = 0;
  for (let at = chunk.indexOf(LF); at !== -1 && lines < most; at = chunk.indexOf(LF, length)) {
    length = at + 1;
    lines++;
  }
  return [lines === most ? length : chunk.length, lines];
}

/** Whether offsets in the text are those of the input, so that it can be opened at one. `head` is its beginning. */
export function isReadInPlace(head: Buffer, label: string | undefined): boolean {
  const first = firstBytes(head, true);
  const encoding = label === undefined ? (first?.is === 'text' ? first.encoding : undefined) : encodingNamed(label);
  return first?.is === 'text' && (encoding ?? 'utf-8') === 'utf-8';
}
