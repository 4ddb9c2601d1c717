/**
 * One JSON document of any size: the items of the array at its root or at `path` are the records. It is never held as a
 * whole. An item that is no object, or too large, becomes a rejection; where the document itself is broken or cut off,
 * one rejection says after which item, and the stream ends.
 */
import { notText, Utf8 } from '../bytes/utf8.ts';
import { CioError } from '../errors.ts';
import { readOptions } from '../options.ts';
import { readRecord, unreadable } from '../record/read.ts';
import type { Element } from '../record/record.ts';
import { type Decoder, decode, type Source } from '../stream/decode.ts';
import { ItemReader, type Tokenize } from './array-items.ts';
import { Checkpointer, type Cursor } from './checkpointer.ts';
import { JSON_OPTIONS, type JsonOptions, origins } from './options.ts';
import { type TextDecoding, textInput, type Warn } from './start-of-input.ts';

const CTRL_Z = '\x1a';

/**
 * A stream from bytes to records. Throws `CIO_OPTIONS`; fails with `CIO_SOURCE` where the document has no array at the
 * root (an object needs `path`) or none at `path`. Emits `warning` if the input seems to be UTF-8 though another
 * `encoding` is named.
 */
export function json(options?: JsonOptions): Source {
  const source: Source = decode(jsonDecoder(options, (text) => source.emit('warning', text)));
  return source;
}

/** The core of {@link json}. */
export function jsonDecoder(options?: JsonOptions, warn: Warn = () => {}): Decoder {
  const settings = readOptions('json', JSON_OPTIONS, options);
  const { maxRecordBytes, path, startAt, encoding } = settings;
  if (startAt !== undefined && startAt.offset > 0)
    throw new CioError('CIO_OPTIONS', 'json: startAt must have offset 0: a document can only be read from its beginning');
  const first = startAt?.line ?? 1;
  const originAt = origins(settings);
  const cuts = new Checkpointer(settings);
  let last = 0;
  const utf8 = new Utf8();
  let push: (element: Element) => void;
  let tokenize: Tokenize;
  let items: ItemReader;
  let flaw: string | undefined;
  const next = (): Cursor => ({ offset: 0, line: last + 1 });
  const give = (number: number, make: () => Element): void => {
    last = number;
    // The document is read from its beginning; what an earlier run had is left out here.
    if (number < first) return;
    push(make());
    cuts.after(next, push);
  };
  const taker = {
    item: (text: string, number: number): void =>
      give(number, () => readRecord(text, originAt(number, undefined, undefined, text), 'json')),
    tooLarge: (number: number): void =>
      give(number, () => unreadable('too_large', `more than maxRecordBytes (${maxRecordBytes})`, originAt(number), 'json')),
    broken: (why: string, number: number): void => {
      // Should the document be repaired or completed, it goes on with this item.
      last = number - 1;
      flaw = `the document can't be read from item ${number} on: ${why}`;
      push(unreadable('malformed', flaw, originAt(number), 'json'));
    },
  };
  const edges = new Edges();
  const read = (text: string): void => {
    items.write(edges.without(text));
    if (utf8.broken && !items.broken) items.break(`it is ${notText(encoding)}`);
  };
  const inner: TextDecoding = {
    open: async () => {
      const { jsonParser } = await import('stream-json/core/parser.js');
      tokenize = jsonParser({ packValues: false }) as Tokenize;
    },
    begin: () => {
      items = new ItemReader(tokenize, path?.split('.') ?? [], maxRecordBytes, taker);
    },
    write: (chunk, pushNow) => {
      push = pushNow;
      if (!items.broken) read(utf8.write(chunk));
    },
    end: (pushNow) => {
      push = pushNow;
      utf8.end();
      read('');
      cuts.end(
        () => items.end(),
        next,
        push,
        () => flaw === undefined,
      );
    },
    stop: (pushNow) => cuts.stop(next, pushNow),
  };
  return { ...textInput('json', inner, { encoding }, warn), flaw: () => flaw };
}

/** Takes away what stands around a document and is none of it: marks of UTF-8 before it, the Ctrl-Z of DOS behind it. */
class Edges {
  #begun = false;
  /** A Ctrl-Z that has only white space behind it so far. It is legal nowhere: if more comes, the document is broken there. */
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
