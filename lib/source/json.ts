/**
 * One JSON document of any size: the items of the array at its root or at `path` are the records. It is never held as a
 * whole. An item that is not an object, or too large, becomes a rejection. If the document itself is broken or cut off,
 * one rejection says after which item, and the stream ends.
 */
import type { z } from 'zod';
import { notText, Utf8 } from '../bytes/utf8.ts';
import { CioError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { readRecord, unreadable } from '../record/read.ts';
import type { Element } from '../record/record.ts';
import { decode, type MakeDecoder, type Push, type Source } from '../stream/decode.ts';
import { type ItemReader, type ItemTaker, itemReader } from './array-items.ts';
import { Checkpointer, type Cursor } from './checkpointer.ts';
import { JSON_OPTIONS, type JsonOptions, type OriginAt, origins } from './options.ts';
import { TextInput, type TextReader } from './start-of-input.ts';

const CTRL_Z = '\x1a';

type JsonSettings = z.output<typeof JSON_OPTIONS>;

/**
 * A stream from bytes to records. Throws `CIO_OPTIONS`; fails with `CIO_SOURCE` if the document has no array at the
 * root (an object needs `path`) or none at `path`. Emits `warning` if the input seems to be UTF-8 though another
 * `encoding` is named.
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

class JsonReader implements TextReader, ItemTaker {
  readonly #settings: JsonSettings;
  readonly #push: Push;
  readonly #originAt: OriginAt;
  readonly #checkpoints: Checkpointer;
  readonly #utf8 = new Utf8();
  readonly #edges = new Edges();
  /** The number of the item that was read last. */
  #last = 0;
  #flaw: string | undefined;
  #items!: ItemReader;

  constructor(settings: JsonSettings, push: Push) {
    this.#settings = settings;
    this.#push = push;
    this.#originAt = origins(settings);
    this.#checkpoints = new Checkpointer(settings, push, () => this.#next);
  }

  async open(): Promise<void> {
    const { path, maxRecordBytes } = this.#settings;
    this.#items = await itemReader(path?.split('.') ?? [], maxRecordBytes, this);
  }

  write(bytes: Buffer): void {
    if (!this.#items.broken) this.#read(this.#utf8.write(bytes));
  }

  end(): void {
    this.#utf8.end();
    this.#read('');
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

  tooLarge(number: number): void {
    const message = `more than maxRecordBytes (${this.#settings.maxRecordBytes})`;
    this.#hand(number, () => unreadable('too_large', message, this.#originAt(number), 'json'));
  }

  broken(why: string, number: number): void {
    // A later run reads this item if the document has been repaired or completed by then.
    this.#last = number - 1;
    this.#flaw = `the document can't be read from item ${number} on: ${why}`;
    this.#push(unreadable('malformed', this.#flaw, this.#originAt(number), 'json'));
  }

  get #next(): Cursor {
    return { offset: 0, line: this.#last + 1 };
  }

  #read(text: string): void {
    this.#items.write(this.#edges.without(text));
    if (this.#utf8.broken && !this.#items.broken) this.#items.break(`it is ${notText(this.#settings.encoding)}`);
  }

  #hand(number: number, make: () => Element): void {
    this.#last = number;
    // A document is read from its beginning; the items that an earlier run has read are left out here.
    if (number < (this.#settings.startAt?.line ?? 1)) return;
    this.#checkpoints.record(make());
  }
}

/** Leaves out what is around a document and not a part of it: byte order marks before it, the Ctrl-Z of DOS behind it. */
class Edges {
  #begun = false;
  /** A Ctrl-Z that has only white space behind it so far. It is not JSON: if more text follows, the document is broken there. */
  #held = '';

  without(text: string): string {
    const inner = this.#begun ? this.#held + text : text.replace(/^\uFEFF+/, '');
    this.#begun ||= inner !== '';
    const end = inner.indexOf(CTRL_Z);
    const isEnd = end !== -1 && inner.slice(end).replaceAll(CTRL_Z, '').trim() === '';
    this.#held = isEnd ? CTRL_Z : '';
    return isEnd ? inner.slice(0, end) : inner;
  }
}
