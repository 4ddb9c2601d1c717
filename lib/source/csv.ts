/**
 * CSV: a header row, then one record per row, every value as text. A row that can't be read becomes a rejection with its
 * text and the next one is read. It never guesses: a header with a name missing or twice ends the run.
 */
import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { readOptions } from '../options.ts';
import { readRecord, unreadable } from '../record/read.ts';
import type { Element } from '../record/record.ts';
import type { Reason } from '../record/rejection.ts';
import { type Decoder, decode, type Source } from '../stream/decode.ts';
import { badHeader, flawOf, Header } from './header.ts';
import { Cuts, type Place } from './position.ts';
import { type Row, RowSplitter } from './rows.ts';
import { origins, SOURCE_SHAPE, type SourceOptions } from './source-options.ts';
import { type TextDecoding, textInput } from './text-input.ts';
import { notText } from './utf8.ts';

/** Options of {@link csv}. */
export interface CsvOptions extends SourceOptions {
  /** Between two cells. Default `,`. */
  delimiter?: string | undefined;
  /** Around a cell that holds delimiters or newlines, doubled inside it. Default `"`; false for none. */
  quote?: string | false | undefined;
  /** The column names of a file without a header row. */
  columns?: string[] | undefined;
  /**
   * Columns that the header must have, of a list at least one: what is missing is told before any row is sent. Rejected
   * records in CSV (their header has `rejected_reason`) are let through: `reopen()` has a word for those. Default: none.
   */
  required?: readonly (string | readonly string[])[] | undefined;
  /** What an empty cell means: `absent` (default) leaves the column out of that record, `keep` gives an empty text. */
  emptyCells?: 'absent' | 'keep' | undefined;
}

const OPTIONS = z
  .strictObject({
    ...SOURCE_SHAPE,
    delimiter: z.string().min(1).max(16).default(','),
    quote: z.union([z.string().length(1), z.literal(false)], 'must be one character or false').default('"'),
    columns: z
      .array(z.string())
      .refine((names) => names.length > 0 && flawOf(names) === undefined, 'must be names, none empty, none twice')
      .optional(),
    required: z.array(z.union([z.string(), z.array(z.string()).min(1)], 'must be names, or lists of names')).default([]),
    emptyCells: z.enum(['absent', 'keep'], "must be 'absent' or 'keep'").default('absent'),
  })
  .refine(({ delimiter, quote }) => quote === false || !delimiter.includes(quote), 'delimiter and quote must be different');
const REPLACEMENT = '\uFFFD';

/** A stream from bytes to records. Throws `CIO_OPTIONS`; fails with `CIO_SOURCE` on a header that can't be used. */
export function csv(options?: CsvOptions): Source {
  return decode(csvDecoder(options));
}

/** The core of {@link csv}. */
export function csvDecoder(options?: CsvOptions): Decoder {
  const settings = readOptions('csv', OPTIONS, options);
  const { maxRecordBytes, delimiter, quote, startAt } = settings;
  const columns = startAt?.columns ?? settings.columns;
  const originAt = origins(settings);
  const cuts = new Cuts(settings);
  /** Where the first row of data begins: a place before that has no columns yet. */
  let dataFrom = 0;
  const placed = (place: Place): Place => ({ ...place, ...(header && place.offset >= dataFrom && { columns: header.names }) });
  const next = (): Place => placed(splitter.next);
  let push: (element: Element) => void;
  let splitter: RowSplitter;
  let parse: typeof import('csv-parse');
  let header = columns && Header.given(columns, settings);

  const reject = (reason: Reason, message: string, { bytes, line, offset, length }: Row): void => {
    if (header === undefined) throw badHeader(message);
    const whole = isUtf8(bytes);
    const raw = reason === 'too_large' || !whole ? undefined : bytes.toString();
    push(unreadable(reason, message, originAt(line, offset, length, raw), 'csv', whole ? undefined : Buffer.from(bytes)));
    cuts.after(next, push);
  };
  const taker = {
    row: (cells: string[], row: Row): void => {
      if (cells.length === 1 && row.bytes.toString().trim() === '') return;
      if (header === undefined) {
        header = Header.read(cells, row.bytes, settings);
        dataFrom = splitter.next.offset;
        return;
      }
      if (cells.length !== header.width) {
        return reject('malformed', `${cells.length} cells where the header has ${header.width}`, row);
      }
      const text = header.jsonOf(cells);
      if (text.includes(REPLACEMENT) && !isUtf8(row.bytes)) return reject('malformed', notText(settings.encoding), row);
      push(readRecord(text, originAt(row.line, row.offset, row.length, text), 'csv'));
      cuts.after(next, push);
    },
    broken: (row: Row): void => reject('malformed', 'a quote is not closed, or stands where none may stand', row),
    tooLong: (row: Row): void => reject('too_large', `${row.length} bytes, more than maxRecordBytes (${maxRecordBytes})`, row),
  };
  const inner: TextDecoding = {
    open: async () => {
      parse = await import('csv-parse');
    },
    begin: (offset) => {
      splitter = new RowSplitter(parse, { delimiter, quote, maxBytes: maxRecordBytes }, taker, offset, startAt?.line);
    },
    write: (chunk, pushNow) => {
      push = pushNow;
      splitter.write(chunk);
    },
    end: (pushNow) => {
      push = pushNow;
      cuts.end(
        () => splitter.end(),
        () => placed(splitter.grows),
        push,
      );
    },
    mark: (pushNow) => cuts.mark(next, pushNow),
  };
  return textInput('csv', inner, settings);
}
