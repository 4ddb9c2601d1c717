/**
 * NDJSON: one JSON object per line. A line that can't be read becomes a rejection and the next one is read; blank lines
 * are skipped, but counted. The splitter is our own because none at hand gives byte offsets, a line limit and a
 * rejection per bad line.
 */
import { isUtf8 } from 'node:buffer';
import { LineSplitter } from '../bytes/lines.ts';
import { notText } from '../bytes/utf8.ts';
import { readOptions } from '../options.ts';
import { Origin } from '../record/origin.ts';
import { readRecord, unreadable } from '../record/read.ts';
import type { Element } from '../record/record.ts';
import { type Decoder, decode, type Source } from '../stream/decode.ts';
import { Checkpointer, type Cursor } from './checkpointer.ts';
import { origins, placeOf, SOURCE_OPTIONS, type SourceOptions } from './options.ts';
import { endsBefore, textInput, type Warn } from './start-of-input.ts';

const REPLACEMENT = '\uFFFD';
const OPENING_BRACE = 123;
const CTRL_Z = 26;

type Push = (element: Element) => void;

/** A stream from bytes to records. Throws `CIO_OPTIONS`; fails with `CIO_SOURCE` on input that is not text. Emits `warning` like json(). */
export function ndjson(options?: SourceOptions): Source {
  const source: Source = decode(ndjsonDecoder(options, (text) => source.emit('warning', text)));
  return source;
}

/** The core of {@link ndjson}. */
export function ndjsonDecoder(options?: SourceOptions, warn: Warn = () => {}): Decoder {
  const settings = readOptions('ndjson', SOURCE_OPTIONS, options);
  const { maxRecordBytes, startAt, skip, encoding } = settings;
  const originAt = origins(settings);
  const place = placeOf(settings);
  const cuts = new Checkpointer(settings);
  const next = (): Cursor => splitter.next;
  /** What comes before is read as lines too, so that both runs count alike. */
  const first = skip === 'lines' && startAt !== undefined ? startAt.line : 1;
  let push: Push;
  let splitter: LineSplitter;
  const taker = {
    line: (bytes: Buffer, start: number, end: number, line: number, offset: number): void => {
      if (line < first) return;
      const from = bytes[start] === OPENING_BRACE ? start : textFrom(bytes, start, end);
      if (from === end) return;
      const to = bytes[end - 1] === CTRL_Z ? textTo(bytes, from, end) : end;
      const text = bytes.toString('utf8', from, to);
      const at = offset + from - start;
      if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(from, to))) {
        const copy = Buffer.from(bytes.subarray(from, to));
        push(unreadable('malformed', notText(encoding), originAt(line, at, to - from), 'ndjson', copy));
      } else push(readRecord(text, Origin.ofBytes(bytes, from, to, { line, offset: at, bytes: to - from }, place), 'ndjson'));
      cuts.after(next, push);
    },
    tooLong: (line: number, offset: number, length: number): void => {
      if (line < first) return;
      const message = `${length} bytes, more than maxRecordBytes (${maxRecordBytes})`;
      push(unreadable('too_large', message, originAt(line, offset, length), 'ndjson'));
      cuts.after(next, push);
    },
  };
  const inner = {
    begin: (offset: number): void => {
      splitter = new LineSplitter(maxRecordBytes, taker, offset, skip === 'lines' ? 1 : startAt?.line);
    },
    write: (chunk: Buffer, pushNow: Push): void => {
      push = pushNow;
      splitter.write(chunk);
    },
    end: (pushNow: Push): void => {
      push = pushNow;
      const { next: at } = splitter;
      if (at.line < first) throw endsBefore('ndjson');
      cuts.end(
        () => splitter.end(),
        () => at,
        push,
      );
    },
    stop: (pushNow: Push): void => cuts.stop(next, pushNow),
  };
  return textInput('ndjson', inner, { encoding, ...(skip !== 'lines' && { startAt, skip }) }, warn);
}

/**
 * Where the text of a line begins, behind what joined files leave there: marks of UTF-8, and the Ctrl-Z at the end of a
 * DOS file. The end of the line, if there is nothing but these and white space.
 */
function textFrom(bytes: Buffer, start: number, end: number): number {
  let from = start;
  for (let at = start; at < end; ) {
    if (bytes[at] === CTRL_Z) from = ++at;
    else if (at + 2 < end && bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) from = at += 3;
    else if (isSpace(bytes[at])) at++;
    else return from;
  }
  return end;
}

/** Where a line ends, without the Ctrl-Z behind it. */
function textTo(bytes: Buffer, from: number, end: number): number {
  let to = end;
  while (to > from && bytes[to - 1] === CTRL_Z) to--;
  return to;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}
