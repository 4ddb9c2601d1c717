/**
 * NDJSON: one JSON object per line. A line that can't be read becomes a rejection and the next one is read; blank lines
 * are skipped, but counted. The splitter is our own because none at hand gives byte offsets, a line limit and a
 * rejection per bad line.
 */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { readOptions } from '../options.ts';
import { LineSplitter } from '../record/lines.ts';
import { Origin } from '../record/origin.ts';
import { readRecord, unreadable } from '../record/read.ts';
import type { Element } from '../record/record.ts';
import { type Decoder, decode, type Source } from '../stream/decode.ts';
import { Cuts, type Place } from './position.ts';
import { origins, placeOf, SOURCE_SHAPE, type SourceOptions } from './source-options.ts';
import { textInput } from './text-input.ts';

/** Options of {@link ndjson}. */
export type NdjsonOptions = SourceOptions;

const OPTIONS = z.strictObject(SOURCE_SHAPE);
const REPLACEMENT = '\uFFFD';
const OPENING_BRACE = 123;

type Push = (element: Element) => void;

/** A stream from bytes to records. Throws `CIO_OPTIONS`; fails with `CIO_SOURCE` on compressed or UTF-16 input. */
export function ndjson(options?: NdjsonOptions): Source {
  return decode(ndjsonDecoder(options));
}

/** The core of {@link ndjson}. */
export function ndjsonDecoder(options?: NdjsonOptions): Decoder {
  const settings = readOptions('ndjson', OPTIONS, options);
  const { maxRecordBytes, startAt } = settings;
  const originAt = origins(settings);
  const place = placeOf(settings);
  const cuts = new Cuts(settings);
  const next = (): Place => splitter.next;
  let push: Push;
  let splitter: LineSplitter;
  const taker = {
    line: (bytes: Buffer, from: number, to: number, line: number, offset: number): void => {
      if (bytes[from] !== OPENING_BRACE && isBlank(bytes, from, to)) return;
      const text = bytes.toString('utf8', from, to);
      if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(from, to))) {
        const copy = Buffer.from(bytes.subarray(from, to));
        push(unreadable('malformed', 'not valid UTF-8', originAt(line, offset, to - from), 'ndjson', copy));
      } else push(readRecord(text, Origin.ofBytes(bytes, from, to, { line, offset, bytes: to - from }, place), 'ndjson'));
      cuts.after(next, push);
    },
    tooLong: (line: number, offset: number, length: number): void => {
      const message = `${length} bytes, more than maxRecordBytes (${maxRecordBytes})`;
      push(unreadable('too_large', message, originAt(line, offset, length), 'ndjson'));
      cuts.after(next, push);
    },
  };
  const inner = {
    begin: (offset: number): void => {
      splitter = new LineSplitter(maxRecordBytes, taker, offset, startAt?.line);
    },
    write: (chunk: Buffer, pushNow: Push): void => {
      push = pushNow;
      splitter.write(chunk);
    },
    end: (pushNow: Push): void => {
      push = pushNow;
      const { next: at } = splitter;
      cuts.end(
        () => splitter.end(),
        () => at,
        push,
      );
    },
    mark: (pushNow: Push): void => cuts.mark(next, pushNow),
  };
  return textInput('ndjson', inner, settings);
}

/** Nothing but JSON whitespace. */
function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  }
  return true;
}
