/**
 * Airbyte's messages, one a line -> elements: RECORD becomes a record or a rejection, STATE a checkpoint, STREAM_STATUS
 * is noted, all other messages are ignored. A line that is not a message becomes a rejection without a stream. Rows and
 * STATEs keep their own text. Only the first rows of a stream are parsed here: those in a known envelope are
 * passed on in blocks.
 */
import { isUtf8 } from 'node:buffer';
import { LineSplitter, type LineTaker } from '../../bytes/lines.ts';
import { CioError } from '../../errors.ts';
import { isObject, stringify } from '../../json/exact.ts';
import { Checkpoint } from '../../record/checkpoint.ts';
import type { Reason } from '../../record/rejection.ts';
import type { Decoder, Push } from '../../stream/decode.ts';
import { prepareEventIds } from '../rows/event-identity.ts';
import { Envelopes } from './envelope.ts';
import { type Json, readMessage } from './message.ts';
import { PendingState, type StateBudget } from './pending-state.ts';
import { RowBlocks, readRow, rejectedLine } from './read-row.ts';
import type { Descriptor, Streams } from './streams.ts';

/** What the decoder works with. */
export interface MessageOptions {
  readonly streams: Streams;
  readonly budget: StateBudget;
  /** Called with each line that is not a message. May throw. */
  readonly onUnreadable: (line: number, why: string) => void;
  /** Default 128 MiB: the STATE of a large database is long, and no line is held before it is there. */
  readonly maxLineBytes?: number;
}

const MAX_LINE_BYTES = 128 * 1024 * 1024;
const REPLACEMENT = '\uFFFD';
const CTRL_Z = '\u001A';
/** What joined files leave at the ends of a line: byte order marks, and the Ctrl-Z of DOS. */
const LEFTOVERS = new RegExp(`^[\\s${CTRL_Z}]+|${CTRL_Z}+$`, 'g');
const OPENING_BRACE = 123;
const LF = 10;
/** How the protocol spells its types, those of later versions too. */
const TYPE = /^[A-Z_]+$/;

/** From the bytes of standard input to elements. Fails with `CIO_OPTIONS` on a row of a stream that the catalog doesn't name. */
export class MessageDecoder implements Decoder, LineTaker {
  readonly #options: MessageOptions;
  readonly #splitter: LineSplitter;
  readonly #push: Push;
  readonly #envelopes = new Envelopes();
  readonly #rows: RowBlocks;
  /** The bytes that were checked last, up to where, and whether all of them are valid UTF-8. */
  #checked: Buffer | undefined;
  #checkedTo = 0;
  #isText = false;

  constructor(options: MessageOptions, push: Push) {
    this.#options = options;
    this.#push = push;
    this.#rows = new RowBlocks(push);
    this.#splitter = new LineSplitter(options.maxLineBytes ?? MAX_LINE_BYTES, this);
  }

  open(): Promise<void> {
    return prepareEventIds();
  }

  write(chunk: Buffer): void | Promise<void> {
    this.#splitter.write(chunk);
    this.#rows.flush();
    return this.#options.budget.drained();
  }

  end(): void {
    this.#splitter.end();
    this.#rows.flush();
  }

  line(bytes: Buffer, from: number, to: number, line: number): void {
    const known = this.#isUtf8(bytes, from, to) ? this.#envelopes.find(bytes, from, to) : undefined;
    if (known !== undefined) return this.#rows.add(bytes, known.from, known.to, line, known.stream.interval);
    // What follows may throw, or end intervals.
    this.#rows.flush();
    this.#parse(bytes, from, to, line);
  }

  tooLong(line: number, _offset: number, length: number): void {
    this.#rows.flush();
    this.#refuse(line, 'too_large', `${length} bytes, too long for a message`);
  }

  /** One look at all lines of a buffer, and at the line itself only if one of them is not valid. */
  #isUtf8(bytes: Buffer, from: number, to: number): boolean {
    if (this.#checked !== bytes || to > this.#checkedTo) {
      this.#checked = bytes;
      this.#checkedTo = Math.max(to, bytes.lastIndexOf(LF));
      this.#isText = isUtf8(bytes.subarray(from, this.#checkedTo));
    }
    return this.#isText || isUtf8(bytes.subarray(from, to));
  }

  #parse(bytes: Buffer, from: number, to: number, line: number): void {
    const given = bytes.toString('utf8', from, to);
    const text = bytes[from] === OPENING_BRACE && !given.endsWith(CTRL_Z) ? given : given.replace(LEFTOVERS, '');
    if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(from, to))) {
      return this.#refuse(line, 'malformed', 'not valid UTF-8', undefined, Buffer.from(bytes.subarray(from, to)));
    }
    const message = readMessage(text);
    if (message === undefined) {
      if (text.trim() !== '') this.#refuse(line, 'malformed', 'not a JSON message', text);
    } else if (isType(message.envelope.type)) this.#take(message.envelope, message.data, text, line);
    // It may be a row by itself, such as a line of NDJSON: if it were ignored, it would be lost.
    else this.#refuse(line, 'malformed', 'its type is not an Airbyte message type, such as RECORD', text);
  }

  #refuse(line: number, reason: Reason, why: string, raw?: string, bytes?: Buffer): void {
    this.#options.onUnreadable(line, why);
    this.#push(rejectedLine(reason, why, line, raw, bytes));
  }

  #take({ type, record, state, trace }: Json, data: string | undefined, text: string, line: number): void {
    if (type === 'RECORD') this.#record(Object(record), data, text, line);
    else if (type === 'STATE' && isObject(state)) this.#state(state, text);
    else if (type === 'TRACE') this.#status(Object(Object(trace).stream_status));
  }

  #record({ stream: name, namespace, data }: Json, row: string | undefined, text: string, line: number): void {
    const stream = this.#options.streams.find({ name, namespace });
    if (stream === undefined) {
      throw new CioError('CIO_OPTIONS', `line ${line}: a record of stream ${sayName({ name, namespace })}, which is not in the catalog`);
    }
    if (row !== undefined) this.#envelopes.learn(text, stream);
    const { interval } = stream;
    interval.read++;
    this.#push(readRow(row ?? stringify(data ?? null), line, interval));
  }

  #state({ stream }: Json, text: string): void {
    const { stream_descriptor: named } = Object(stream);
    const held = new PendingState(text, this.#options.streams.nextIntervals(isObject(named) ? named : undefined));
    this.#options.budget.add(held);
    this.#push(new Checkpoint(held));
  }

  #status({ stream_descriptor: named, status }: Json): void {
    if (isObject(named)) this.#options.streams.status(named, status);
  }
}

function isType(type: unknown): boolean {
  return typeof type === 'string' && TYPE.test(type);
}

function sayName({ name, namespace }: Descriptor): string {
  return JSON.stringify(namespace ? `${namespace}.${name}` : (name ?? null));
}
