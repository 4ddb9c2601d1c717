/**
 * Airbyte's messages, one a line -> elements: RECORD becomes a record or a rejection, STATE a checkpoint, STREAM_STATUS
 * is noted, all other messages are ignored. A line that is not a message becomes a rejection without a stream. Rows and
 * STATEs keep their own text.
 */
import { isUtf8 } from 'node:buffer';
import { LineSplitter, type LineTaker } from '../../bytes/lines.ts';
import { CioError } from '../../errors.ts';
import { isObject, stringify } from '../../json/exact.ts';
import { Checkpoint } from '../../record/checkpoint.ts';
import { Origin, withOrigin } from '../../record/origin.ts';
import { readRecord, unreadable } from '../../record/read.ts';
import { type Reason, Rejection } from '../../record/rejection.ts';
import type { Decoder, Push } from '../../stream/decode.ts';
import { AIRBYTE_COLUMN, eventIdOf, prepareEventIds } from './event-identity.ts';
import { type Json, readMessage } from './message.ts';
import { PendingState, type StateBudget } from './pending-state.ts';
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
/** How the protocol spells its types, those of later versions too. */
const TYPE = /^[A-Z_]+$/;
const STAGE = 'airbyte';
const NOWHERE = { source: STAGE };

/** From the bytes of standard input to elements. Fails with `CIO_OPTIONS` on a row of a stream that the catalog doesn't name. */
export class MessageDecoder implements Decoder, LineTaker {
  readonly #options: MessageOptions;
  readonly #splitter: LineSplitter;
  readonly #push: Push;

  constructor(options: MessageOptions, push: Push) {
    this.#options = options;
    this.#push = push;
    this.#splitter = new LineSplitter(options.maxLineBytes ?? MAX_LINE_BYTES, this);
  }

  open(): Promise<void> {
    return prepareEventIds();
  }

  write(chunk: Buffer): void | Promise<void> {
    this.#splitter.write(chunk);
    return this.#options.budget.drained();
  }

  end(): void {
    this.#splitter.end();
  }

  line(bytes: Buffer, from: number, to: number, line: number): void {
    const given = bytes.toString('utf8', from, to);
    const text = bytes[from] === OPENING_BRACE && !given.endsWith(CTRL_Z) ? given : given.replace(LEFTOVERS, '');
    if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(from, to))) {
      return this.#refuse(line, 'malformed', 'not valid UTF-8', undefined, Buffer.from(bytes.subarray(from, to)));
    }
    const message = readMessage(text);
    if (message === undefined) {
      if (text.trim() !== '') this.#refuse(line, 'malformed', 'no JSON message', text);
    } else if (isType(message.envelope.type)) this.#take(message.envelope, message.data, text, line);
    // It may be a row by itself, such as a line of NDJSON: if it were ignored, it would be lost.
    else this.#refuse(line, 'malformed', 'its type is not one of Airbyte, such as RECORD', text);
  }

  tooLong(line: number, _offset: number, length: number): void {
    this.#refuse(line, 'too_large', `${length} bytes, too long for a message`);
  }

  #refuse(line: number, reason: Reason, why: string, raw?: string, bytes?: Buffer): void {
    this.#options.onUnreadable(line, why);
    this.#push(unreadable(reason, why, new Origin({ line, raw }, NOWHERE), STAGE, bytes));
  }

  #take({ type, record, state, trace }: Json, data: string | undefined, text: string, line: number): void {
    if (type === 'RECORD') this.#record(Object(record), data, line);
    else if (type === 'STATE' && isObject(state)) this.#state(state, text);
    else if (type === 'TRACE') this.#status(Object(Object(trace).stream_status));
  }

  #record({ stream: name, namespace, data }: Json, text: string | undefined, line: number): void {
    const stream = this.#options.streams.find({ name, namespace });
    if (stream === undefined) {
      throw new CioError(
        'CIO_OPTIONS',
        `line ${line}: a record of stream ${sayName({ name, namespace })}, which the catalog does not name`,
      );
    }
    const { interval, configured } = stream;
    interval.read++;
    const raw = text ?? stringify(data ?? null);
    const element = readRecord(raw, new Origin({ line, raw }, interval), STAGE);
    if (!(element instanceof Rejection)) {
      if (raw.includes(AIRBYTE_COLUMN)) dropAirbyteColumns(element);
      const eventId = configured.object === 'person_event' ? eventIdOf(configured, element, raw) : undefined;
      if (eventId !== undefined) withOrigin(element, new Origin({ line, raw, eventId }, interval));
    }
    this.#push(element);
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

function dropAirbyteColumns(record: Json): void {
  for (const name of Object.keys(record)) if (name.startsWith('_airbyte_')) delete record[name];
}

function sayName({ name, namespace }: Descriptor): string {
  return JSON.stringify(namespace ? `${namespace}.${name}` : (name ?? null));
}
