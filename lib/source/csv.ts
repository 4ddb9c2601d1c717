/**
 * CSV: a header row, then one record per row, every value as text. A row that can't be read becomes a rejection with its
 * text and the next one is read. It never guesses: a header with a name missing or twice ends the run.
 */

import { isUtf8 } from 'node:buffer';
import { HAS_ZEROS, notText } from '../bytes/utf8.ts';
import { readText, tooManyBytes, unreadable } from '../record/read.ts';
import { Skipped } from '../record/skipped.ts';
import { decode, type MakeDecoder, type Push, type Source, type Warn } from '../stream/decode.ts';
import { Checkpointer, type Cursor } from './checkpointer.ts';
import { checkNamed, Header, longHeader, unreadableHeader } from './csv/header.ts';
import { type CsvOptions, type CsvSettings, readCsvOptions } from './csv/options.ts';
import { OrdinaryRows } from './csv/ordinary/ordinary-rows.ts';
import { RowFinder } from './csv/rows.ts';
import type { RowPlace, RowSpan, RowTaker, ScannedRow, SpanCursor } from './csv/spans.ts';
import { type OriginAt, origins, placeOf } from './options.ts';
import { TextInput, type TextReader } from './start-of-input.ts';

const REPLACEMENT = '\uFFFD';
const ZERO = '\\u0000';
/** The line by which a spreadsheet names the delimiter. */
const SEPARATOR = /^"?sep=(.)"?$/iu;
const [SHORTEST, LONGEST] = ['sep='.length, 'sep=;'.length + 1];

/**
 * Reads CSV: bytes in, one record per row out. Every value is text; an empty cell is left out of the record.
 *
 * A row that can't be read becomes a {@link Rejection} with its own text, and the next row is read. Nothing is guessed: a header
 * with an empty or a repeated name ends the run. How CSV is read in detail: docs/csv.md.
 *
 * Emits `warning` (a text) before the first record if a name in the header has white space around it, and if the input looks like
 * UTF-8 although another `encoding` was given.
 *
 * @returns A Transform from bytes to {@link Element | elements}. It fails with `CIO_SOURCE` if the header can't be used or the
 * input is not text.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs';
 * import { pipeline } from 'node:stream/promises';
 * import { csv } from 'customerio-streams';
 *
 * await pipeline(
 *   createReadStream('people.csv'),
 *   csv({ source: 'people.csv', null: ['NULL', '\\N'] }),
 *   async (rows) => {
 *     for await (const { name } of rows) console.log(name); // Ada Lovelace, then Zoë Ünal, then Nobody
 *   },
 * );
 * ```
 *
 * @category Sources
 */
export function csv(options?: CsvOptions): Source {
  return decode(csvDecoder(options));
}

/** The core of {@link csv}. */
export function csvDecoder(options?: CsvOptions): MakeDecoder {
  const settings = readCsvOptions(options);
  return (push, warn) => new TextInput('csv', settings, new CsvReader(settings, push, warn), warn);
}

class CsvReader implements TextReader, RowTaker {
  readonly #settings: CsvSettings;
  readonly #warn: Warn;
  readonly #originAt: OriginAt;
  readonly #checkpoints: Checkpointer;
  readonly #ordinary: OrdinaryRows;
  /** The delimiter that a line `sep=` has named. */
  #named: string | undefined;
  #header: Header | undefined;
  /** Where the first row of data begins. A place before that has no columns yet. */
  #dataFrom = 0;
  #isFirst: boolean;
  #rows!: RowFinder;

  constructor(settings: CsvSettings, push: Push, warn: Warn) {
    this.#settings = settings;
    this.#warn = warn;
    this.#ordinary = new OrdinaryRows(placeOf(settings));
    this.#originAt = origins(settings);
    this.#checkpoints = new Checkpointer(settings, push, () => this.#cursorAt(this.#rows.next), this.#ordinary);
    this.#named = settings.startAt?.csv?.delimiter;
    this.#isFirst = (settings.startAt?.offset ?? 0) === 0;
    const columns = settings.startAt?.columns ?? settings.columns;
    if (columns) this.#use(Header.given(columns, { ...settings, delimiter: this.#delimiter }));
  }

  begin(offset: number): void {
    const { maxRecordBytes: maxBytes, quote, trim, startAt } = this.#settings;
    const { broken, ends } = startAt?.csv ?? {};
    const format = { delimiter: this.#delimiter, quote, trim, maxBytes, atCr: ends === 'cr' };
    this.#rows = new RowFinder(format, this, { offset, line: startAt?.line ?? 1, broken }, this.#header?.width);
  }

  write(bytes: Buffer): void {
    this.#ordinary.begin(bytes.length);
    this.#rows.write(bytes);
    this.#checkpoints.flush();
  }

  end(): void {
    this.#checkpoints.end(() => this.#cursorAt(this.#rows.end()));
  }

  stop(): void {
    this.#checkpoints.stop();
  }

  ordinary(bytes: Buffer, from: number, last: number, cursor: SpanCursor): number {
    return this.#isFirst ? from : this.#ordinary.take(bytes, from, last, cursor, this.#checkpoints);
  }

  row(cells: string[], row: ScannedRow): void {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const { length } = cells[0] as string;
    if (length >= SHORTEST && length <= LONGEST && this.#isSeparator(row, isFirst)) return;
    const header = this.#header;
    if (header === undefined) return this.#readHeader(cells, row);
    if (cells.length !== header.width) {
      return this.#reject(`${cells.length} cell${cells.length === 1 ? '' : 's'}, but the header has ${header.width}`, row);
    }
    const isRepeated = header.isRepeatedBy(cells);
    const text = header.jsonOf(cells);
    if (text.includes(REPLACEMENT) && !isUtf8(row.bytes)) return this.#reject(notText(this.#settings.encoding), row);
    if (text.includes(ZERO) && row.bytes.includes(0)) return this.#reject(HAS_ZEROS, row);
    const origin = this.#originAt(row.line, row.offset, row.length, text);
    const record = readText(text, origin, 'csv');
    this.#checkpoints.record(isRepeated ? new Skipped('repeated_header', record, origin) : record);
  }

  broken(row: ScannedRow, why: string): void {
    this.#isFirst = false;
    this.#reject(why, row);
  }

  tooLong({ line, offset, length }: RowSpan): void {
    this.#isFirst = false;
    if (this.#header === undefined) throw longHeader(length);
    const message = tooManyBytes(this.#settings.maxRecordBytes, length);
    this.#checkpoints.record(unreadable('too_large', message, this.#originAt(line, offset, length), 'csv'));
  }

  get #delimiter(): string {
    return this.#named ?? this.#settings.delimiter ?? ',';
  }

  #cursorAt({ offset, line, broken }: RowPlace): Cursor {
    const columns = this.#header && offset >= this.#dataFrom && { columns: this.#header.names };
    const delimiter = offset > 0 ? this.#named : undefined;
    const csv = { ...(delimiter && { delimiter }), ...(this.#rows.atCr && { ends: 'cr' as const }), ...(broken && { broken }) };
    return { offset, line, ...columns, ...(Object.keys(csv).length > 0 && { csv }) };
  }

  /** True for a first line `sep=;`. In files that were joined it may come again. */
  #isSeparator(row: ScannedRow, isFirst: boolean): boolean {
    const [, named] = row.length <= LONGEST + 4 ? (SEPARATOR.exec(row.bytes.toString()) ?? []) : [];
    if (named === undefined) return false;
    const { delimiter, quote } = this.#settings;
    if (!isFirst) {
      if (named !== this.#delimiter) this.#reject('names another delimiter than the rows before it use', row);
      else
        this.#checkpoints.record(
          new Skipped('repeated_header', {}, this.#originAt(row.line, row.offset, row.length, row.bytes.toString())),
        );
      return true;
    }
    checkNamed(named, delimiter, quote);
    this.#named = named;
    this.#dataFrom = this.#rows.next.offset;
    this.#rows.useDelimiter(named);
    return true;
  }

  #readHeader(cells: string[], row: ScannedRow): void {
    const header = Header.read(cells, row.bytes, { ...this.#settings, delimiter: this.#delimiter });
    this.#use(header);
    this.#rows.width = header.width;
    this.#dataFrom = this.#rows.next.offset;
    if (header.warning !== undefined) this.#warn(header.warning);
  }

  #use(header: Header): void {
    this.#header = header;
    this.#ordinary.use(header.names, { ...this.#settings, delimiter: this.#delimiter });
  }

  #reject(message: string, { bytes, line, offset, length }: ScannedRow): void {
    if (this.#header === undefined) throw unreadableHeader(message);
    const isText = isUtf8(bytes);
    const origin = this.#originAt(line, offset, length, isText ? bytes.toString() : undefined);
    this.#checkpoints.record(unreadable('malformed', message, origin, 'csv', isText ? undefined : Buffer.from(bytes)));
  }
}
