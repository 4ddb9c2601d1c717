/**
 * One JSON document of any size: the items of the array at its root or at `path` are the records. It is never held as a
 * whole. An item that is not an object, or too large, becomes a rejection. If the document itself is broken or cut off,
 * one rejection says after which item, and the stream ends.
 */
import type { z } from 'zod';
import { notText } from '../bytes/utf8.ts';
import { CioError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { readRecord, tooManyBytes, unreadable } from '../record/read.ts';
import type { Element } from '../record/record.ts';
import { decode, type MakeDecoder, type Push, type Source } from '../stream/decode.ts';
import { type ItemReader, type ItemTaker, itemReader } from './array-items.ts';
import { Checkpointer, type Cursor } from './checkpointer.ts';
import { DocumentText } from './json/document-text.ts';
import { OrdinaryItems, type OrdinaryItemTaker } from './json/ordinary-items.ts';
import { JSON_OPTIONS, type JsonOptions, type OriginAt, origins, placeOf } from './options.ts';
import { TextInput, type TextReader } from './start-of-input.ts';

/** So many bytes are read as text until an item can be read as bytes again. */
const TEXT_BYTES = 2048;
const COMMA = 44;

type JsonSettings = z.output<typeof JSON_OPTIONS>;

/**
 * Reads one JSON document of any size: the items of the array at its root, or at `path`, are the records. The document is never
 * held in memory as a whole.
 *
 * An item that is not an object, or is too large, becomes a {@link Rejection}. If the document itself is broken or cut off, one
 * rejection says after which item, and the stream ends.
 *
 * Emits `warning` (a text) if the input looks like UTF-8 although another `encoding` was given.
 *
 * @returns A Transform from bytes to {@link Element | elements}. It fails with `CIO_SOURCE` if there is no array at the root (an
 * object needs `path`), or none at `path`.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { json } from 'customerio-streams';
 *
 * await pipeline(
 *   Readable.from(['{"data":{"rows":[{"id":1},{"id":2}]}}']),
 *   json({ path: 'data.rows' }),
 *   async (rows) => {
 *     for await (const { id } of rows) console.log(id); // 1, then 2
 *   },
 * );
 * ```
 *
 * @category Sources
 */
export function json(options?: JsonOptions): Source {
  return decode(jsonDecoder(options));
}

/** The core of {@link json}. */
export function jsonDecoder(options?: JsonOptions): MakeDecoder {
  const settings = readOptions('json', JSON_OPTIONS, options);
  const { startAt, encoding } = settings;
  if (startAt !== undefined && startAt.offset > 0)
    throw new CioError('CIO_OPTIONS', 'json: startAt must have offset 0: a document can only be read from its beginning');
  return (push, warn) => new TextInput('json', { encoding }, new JsonReader(settings, push), warn);
}

class JsonReader implements TextReader, ItemTaker, OrdinaryItemTaker {
  readonly #settings: JsonSettings;
  readonly #push: Push;
  readonly #originAt: OriginAt;
  readonly #checkpoints: Checkpointer;
  readonly #ordinary: OrdinaryItems;
  readonly #text = new DocumentText();
  /** The first item that is wanted. */
  readonly #first: number;
  /** The number of the item that was read last. */
  #last = 0;
  #flaw: string | undefined;
  #items!: ItemReader;

  constructor(settings: JsonSettings, push: Push) {
    this.#settings = settings;
    this.#push = push;
    this.#first = settings.startAt?.line ?? 1;
    this.#originAt = origins(settings);
    this.#ordinary = new OrdinaryItems(placeOf(settings), settings.maxRecordBytes);
    this.#checkpoints = new Checkpointer(settings, push, () => this.#next, this.#ordinary);
  }

  async open(): Promise<void> {
    const { path, maxRecordBytes } = this.#settings;
    this.#items = await itemReader(path?.split('.') ?? [], maxRecordBytes, this);
  }

  write(bytes: Buffer): void {
    this.#ordinary.begin(bytes.length);
    for (let at = 0; at < bytes.length && !this.#items.broken; ) {
      if (this.#items.isBetween && this.#text.isWhole) at = this.#ordinary.take(bytes, at, this);
      at = this.#readText(bytes, at);
    }
    this.#checkpoints.flush();
  }

  end(): void {
    this.#read(this.#text.end(), false);
    const rest = (): Cursor => {
      this.#items.end();
      return this.#next;
    };
    this.#checkpoints.end(rest, () => this.#flaw === undefined);
  }

  stop(): void {
    this.#checkpoints.stop();
  }

  flaw(): string | undefined {
    return this.#flaw;
  }

  item(text: string, number: number): void {
    this.#hand(number, () => readRecord(text, this.#originAt(number, undefined, undefined, text), 'json'));
  }

  ordinary(bytes: Buffer, from: number, to: number): void {
    this.#last = this.#items.pass();
    if (this.#last >= this.#first) this.#checkpoints.row(bytes, from, to, this.#last, Number.NaN, Number.NaN);
  }

  tooLarge(number: number): void {
    const message = tooManyBytes(this.#settings.maxRecordBytes);
    this.#hand(number, () => unreadable('too_large', message, this.#originAt(number), 'json'));
  }

  broken(why: string, number: number): void {
    // A later run reads this item if the document has been repaired or completed by then.
    this.#last = number - 1;
    this.#flaw = `the document can't be read from item ${number} on: ${why}`;
    this.#checkpoints.flush();
    this.#push(unreadable('malformed', this.#flaw, this.#originAt(number), 'json'));
  }

  get #next(): Cursor {
    return { offset: 0, line: this.#last + 1 };
  }

  /** Reads some bytes as text; gives the place behind those that were read. */
  #readText(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(COMMA, from + TEXT_BYTES) + 1 || bytes.length;
    const text = this.#text.write(bytes.subarray(from, end));
    const read = this.#read(text, this.#text.isWhole);
    return end - Buffer.byteLength(text.slice(read));
  }

  #read(text: string, mayStop: boolean): number {
    const read = this.#items.write(text, mayStop);
    if (this.#text.isBroken && !this.#items.broken) this.#items.break(`it is ${notText(this.#settings.encoding)}`);
    return read;
  }

  #hand(number: number, make: () => Element): void {
    this.#last = number;
    // A document is read from its beginning; the items that an earlier run has read are left out here.
    if (number < this.#first) return;
    this.#checkpoints.record(make());
  }
}
