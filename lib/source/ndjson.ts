/**
 * NDJSON: one JSON object per line. A line that can't be read becomes a rejection and the next one is read; blank lines
 * are skipped, but counted. The splitter is our own because no library gives byte offsets, a limit for a line, and each
 * bad line by itself.
 */
import type { z } from 'zod';
import { LineSplitter, type LineTaker } from '../bytes/lines.ts';
import { beforeCtrlZ, behindMarks } from '../bytes/marks.ts';
import { notText } from '../bytes/utf8.ts';
import { readOptions } from '../options.ts';
import type { Block, RowReader } from '../record/block.ts';
import { Origin } from '../record/origin.ts';
import { readRecord, tooManyBytes, unreadable } from '../record/read.ts';
import type { Element } from '../record/record.ts';
import { decode, type MakeDecoder, type Push, type Source } from '../stream/decode.ts';
import { Checkpointer } from './checkpointer.ts';
import { placeOf, SOURCE_OPTIONS, type SourceOptions } from './options.ts';
import { endsBefore, TextInput, type TextReader } from './start-of-input.ts';

type NdjsonSettings = z.output<typeof SOURCE_OPTIONS>;

const REPLACEMENT = '\uFFFD';
const OPENING_BRACE = 123;

/**
 * Reads NDJSON: one JSON object per line. A line that can't be read becomes a {@link Rejection}, and the next line is read; blank
 * lines are skipped, but counted. Every digit of a number is kept (see {@link ExactNumber}).
 *
 * Emits `warning` (a text) if the input looks like UTF-8 although another `encoding` was given.
 *
 * @returns A Transform from bytes to {@link Element | elements}. It fails with `CIO_SOURCE` if the input is not text.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { pipeline } from 'node:stream/promises';
 * import { ndjson, Rejection } from 'customerio-streams';
 *
 * await pipeline(
 *   createReadStream('events.ndjson', { highWaterMark: 262_144 }), // large chunks cost less per row
 *   ndjson({ source: 'events.ndjson' }),
 *   async (elements) => {
 *     for await (const element of elements) {
 *       if (element instanceof Rejection) console.log(element.cause.reason, element.origin?.line); // malformed 4
 *     }
 *   },
 * );
 * ```
 *
 * @category Sources
 */
export function ndjson(options?: SourceOptions): Source {
  return decode(ndjsonDecoder(options));
}

/** The core of {@link ndjson}. */
export function ndjsonDecoder(options?: SourceOptions): MakeDecoder {
  const settings = readOptions('ndjson', SOURCE_OPTIONS, options);
  const { startAt, skip, encoding } = settings;
  const start = { encoding, ...(skip !== 'lines' && { startAt, skip }) };
  return (push, warn) => new TextInput('ndjson', start, new NdjsonReader(settings, push), warn);
}

class NdjsonReader implements TextReader, LineTaker, RowReader {
  readonly #settings: NdjsonSettings;
  readonly place: RowReader['place'];
  readonly #checkpoints: Checkpointer;
  /** The first line to be read. The lines before it are split too, so that both runs count lines alike. */
  readonly #first: number;
  #lines!: LineSplitter;

  constructor(settings: NdjsonSettings, push: Push) {
    this.#settings = settings;
    this.place = placeOf(settings);
    this.#first = settings.startAt?.line ?? 1;
    this.#checkpoints = new Checkpointer(settings, push, () => this.#lines.next, this);
  }

  begin(offset: number): void {
    const { maxRecordBytes, skip } = this.#settings;
    this.#lines = new LineSplitter(maxRecordBytes, this, offset, skip === 'lines' ? 1 : this.#first);
  }

  write(bytes: Buffer): void {
    this.#lines.write(bytes);
    this.#checkpoints.flush();
  }

  end(): void {
    const { next } = this.#lines;
    if (next.line < this.#first) throw endsBefore('ndjson');
    this.#checkpoints.end(() => {
      this.#lines.end();
      return next;
    });
  }

  stop(): void {
    this.#checkpoints.stop();
  }

  line(bytes: Buffer, start: number, end: number, line: number, offset: number): void {
    if (line < this.#first) return;
    const from = bytes[start] === OPENING_BRACE ? start : textFrom(bytes, start, end);
    if (from === end) return;
    const to = beforeCtrlZ(bytes, from, end);
    this.#checkpoints.row(bytes, from, to, line, offset + from - start, to - from);
  }

  read(block: Block, row: number): Element {
    const text = block.text(row);
    if (!text.includes(REPLACEMENT) || block.isText(row)) return readRecord(text, block.origin(row), 'ndjson');
    const bytes = Buffer.from(block.bytes.subarray(block.from(row), block.to(row)));
    const origin = new Origin({ line: block.line(row), offset: block.offset(row), bytes: bytes.length }, this.place);
    return unreadable('malformed', notText(this.#settings.encoding), origin, 'ndjson', bytes);
  }

  tooLong(line: number, offset: number, bytes: number): void {
    if (line < this.#first) return;
    const message = tooManyBytes(this.#settings.maxRecordBytes, bytes);
    this.#checkpoints.record(unreadable('too_large', message, new Origin({ line, offset, bytes }, this.place), 'ndjson'));
  }
}

/** Where the text of a line begins, behind marks; the end of the line if there is nothing but these and white space. */
function textFrom(bytes: Buffer, start: number, end: number): number {
  let from = start;
  for (let at = start; at < end; ) {
    const behind = behindMarks(bytes, at, end);
    if (behind > at) from = at = behind;
    else if (isSpace(bytes[at])) at++;
    else return from;
  }
  return end;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}
