/**
 * The messages of one partition -> its rows: a value is a row, as a line of NDJSON is. Values are copied behind one another into
 * blocks, which costs less than to note where each lies, and lets go of the bytes that were fetched. What is not certainly a JSON
 * object on one line is read here, one by one.
 */
import { isUtf8 } from 'node:buffer';
import { behindMarks } from '../../bytes/marks.ts';
import { Block, type RowReader } from '../../record/block.ts';
import { Origin, withOrigin } from '../../record/origin.ts';
import type { SourceInfo } from '../../record/place.ts';
import { kindOf, readRecord, tooManyBytes, unreadable } from '../../record/read.ts';
import type { Element } from '../../record/record.ts';
import { Rejection } from '../../record/rejection.ts';
import type { Push } from '../../stream/decode.ts';
import type { MessageSettings } from './message-options.ts';
import { Tombstones } from './tombstone.ts';

/** What is common to the messages of one partition. */
export interface MessageRowsOptions extends MessageSettings {
  /** A `partitionPlace()`. */
  readonly place: SourceInfo;
  /** The name of the source in rejections. */
  readonly stage: string;
  /** Where values are copied to: one buffer for all partitions of a source. */
  readonly values: ValueBuffer;
}

const BLOCK_BYTES = 65_536;
const FIRST_ROW_BYTES = 256;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;
const [LF, CR] = [10, 13];
/** A zero byte and the four of a schema's id. */
const WIRE_FORMAT_BYTES = 5;
const DECODE = 'a value must be a JSON object; a consumer of your own can decode it and pass the JSON to fromKafka()';
const NOT_TEXT = `not UTF-8 text: ${DECODE}`;
const WIRE_FORMAT = `begins with a zero byte, like the wire format of a schema registry (Avro, Protobuf or JSON Schema): ${DECODE}`;
const EMPTY = 'the value is empty: a row must be a JSON object, and a tombstone has no value at all (null)';
const ADVICE_ON_ARRAYS = ': send each row as a message of its own';
const LINE_BREAK = /[\r\n]+/;

/** Memory for values, which stay where they are put. */
export class ValueBuffer {
  bytes: Buffer = Buffer.alloc(0);
  /** Where it is free. */
  end = 0;

  /** Makes room for a value. */
  reserve(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes));
    this.end = 0;
  }
}

/** Makes rows of messages, in their order. */
export class MessageRows implements RowReader {
  readonly place: SourceInfo;
  readonly #options: MessageRowsOptions;
  readonly #push: Push;
  readonly #tombstones: Tombstones;
  /** Rows that are not pushed yet. */
  #block: Block | undefined;
  #rowBytes = FIRST_ROW_BYTES;

  constructor(options: MessageRowsOptions, push: Push) {
    this.place = options.place;
    this.#options = options;
    this.#push = push;
    this.#tombstones = new Tombstones(options, options.place, options.stage);
  }

  /** Takes a message. Its row is pushed with others, by `flush()` at the latest; the bytes may change afterwards. */
  take(offset: number, key: unknown, value: Buffer | null | undefined): void {
    if (value === null || value === undefined) return this.#one(this.#tombstones.read(offset, key));
    // What stands around an object, such as a line feed, is not part of the row.
    const isBare = value[0] === OPENING_BRACE && value[value.length - 1] === CLOSING_BRACE;
    const text = isBare ? value : trimmed(value);
    if (text.length > this.#options.maxRecordBytes) return this.#one(this.#tooLarge(offset, value.length));
    if (text[0] !== OPENING_BRACE) return this.#one(this.#odd(offset, value, text));
    this.#row(offset, text);
  }

  /** Pushes the rows that were collected. To be called before anything that belongs behind them. */
  flush(): void {
    const block = this.#block;
    if (block === undefined) return;
    this.#block = undefined;
    const [from, to] = [block.from(0), block.to(block.size - 1)];
    this.#rowBytes = Math.max(1, (to - from) / block.size);
    const bytes = block.bytes.subarray(from, to);
    // A text is kept on one line with its rejection: an event id that derives from it must be the same when that is sent again.
    if (!bytes.includes(LF) && !bytes.includes(CR)) return this.#push(block);
    for (let row = 0; row < block.size; row++) this.#push(block.read(row));
  }

  read(block: Block, row: number): Element {
    const text = block.text(row);
    const line = block.line(row);
    if (!block.isText(row)) return this.#notText(line, block.bytes.subarray(block.from(row), block.to(row)));
    const element = readRecord(text, block.origin(row), this.#options.stage);
    if (element instanceof Rejection || !LINE_BREAK.test(text)) return element;
    return withOrigin(element, this.#origin(line, block.length(row), text.split(LINE_BREAK).join(' ')));
  }

  #row(offset: number, value: Buffer): void {
    const { length } = value;
    const { values } = this.#options;
    values.reserve(length);
    const { bytes, end: from } = values;
    if (this.#block?.bytes !== bytes) this.flush();
    this.#block ??= new Block(bytes, this, Math.ceil((bytes.length - from) / this.#rowBytes));
    bytes.set(value, from);
    values.end = from + length;
    this.#block.add(from, from + length, offset, offset, length);
  }

  /** Pushes an element behind the rows before it. */
  #one(element: Element): void {
    this.flush();
    this.#push(element);
  }

  /** A value that is certainly not an object: `trimmed` is what stands in it. */
  #odd(offset: number, value: Buffer, trimmed: Buffer): Rejection {
    const { length } = value;
    if (value[0] === 0 && length > WIRE_FORMAT_BYTES) return this.#rejected(WIRE_FORMAT, this.#origin(offset, length), Buffer.from(value));
    if (!isUtf8(value)) return this.#notText(offset, value);
    if (trimmed.length === 0) return this.#rejected(EMPTY, this.#origin(offset, length, value.toString()));
    const origin = this.#origin(offset, length, trimmed.toString());
    const rejection = readRecord(trimmed.toString(), origin, this.#options.stage) as Rejection;
    return rejection.cause.message.endsWith(kindOf([])) ? this.#rejected(rejection.cause.message + ADVICE_ON_ARRAYS, origin) : rejection;
  }

  #notText(offset: number, bytes: Buffer): Rejection {
    return this.#rejected(NOT_TEXT, this.#origin(offset, bytes.length), Buffer.from(bytes));
  }

  #tooLarge(offset: number, bytes: number): Rejection {
    const message = tooManyBytes(this.#options.maxRecordBytes, bytes);
    return unreadable('too_large', message, this.#origin(offset, bytes), this.#options.stage);
  }

  #rejected(message: string, origin: Origin, bytes?: Buffer): Rejection {
    return unreadable('malformed', message, origin, this.#options.stage, bytes);
  }

  #origin(offset: number, bytes: number, raw?: string): Origin {
    return new Origin({ line: offset, offset, bytes, raw }, this.place);
  }
}

/** What stands between marks and white space. */
function trimmed(value: Buffer): Buffer {
  let from = 0;
  let to = value.length;
  for (let at = 0; ; at = from) {
    from = behindMarks(value, at, to);
    while (isSpace(value[from])) from++;
    if (from === at) break;
  }
  while (to > from && isSpace(value[to - 1])) to--;
  return value.subarray(from, to);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 9 || byte === LF || byte === CR;
}
