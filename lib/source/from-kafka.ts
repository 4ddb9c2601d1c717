/**
 * Messages of any Kafka client -> rows, for programs that have a consumer of their own. Its checkpoints say which offsets may be
 * committed; the program commits them.
 */
import type { Transform } from 'node:stream';
import { z } from 'zod';
import type { Cancel } from '../clock.ts';
import { clockOption, count, type Given, readOptions } from '../options.ts';
import { Checkpoint } from '../record/checkpoint.ts';
import { partitionPlace } from '../record/place.ts';
import { type Decoder, decode, type Push } from '../stream/decode.ts';
import { MESSAGE_SHAPE } from './kafka/message-options.ts';
import { MessageRows, ValueBuffer } from './kafka/message-rows.ts';
import { Positions } from './kafka/positions.ts';
import { readMessages } from './kafka/read-message.ts';
import { SOURCE_SHAPE, type SourceOptions } from './options.ts';

const STAGE = 'fromKafka';
/** After so many messages the rows are passed on at once: only then does the client learn that the pipeline is busy. */
const MOST_TOGETHER = 256;

/** What fromKafka() takes. */
export const FROM_KAFKA_SHAPE = {
  ...MESSAGE_SHAPE,
  /** Puts a checkpoint with a {@link KafkaPosition} after this many messages, and one at the end. Default 10,000. */
  checkpointEveryRecords: count(1).default(10_000),
  /** Also puts one this many milliseconds after the first message that no checkpoint covers yet. Default 1,000. */
  checkpointEveryMs: count(1).default(1_000),
  /**
   * Tells these topics from others of the same names, for a program that reads several clusters: for example the name of the
   * cluster. Ids of events without a time derive from it, too. Default: empty.
   */
  version: z.string().default(''),
  stream: SOURCE_SHAPE.stream,
  namespace: SOURCE_SHAPE.namespace,
};

/** The closed schema of fromKafka(). */
const FROM_KAFKA_OPTIONS = z.strictObject({ ...FROM_KAFKA_SHAPE, clock: clockOption });

type FromKafkaSettings = z.output<typeof FROM_KAFKA_OPTIONS>;

/**
 * Options of {@link fromKafka}.
 *
 * @category Sources
 */
export interface FromKafkaOptions
  extends Omit<Given<typeof FROM_KAFKA_SHAPE>, keyof typeof MESSAGE_SHAPE | 'stream' | 'namespace'>,
    Given<typeof MESSAGE_SHAPE>,
    Pick<SourceOptions, 'stream' | 'namespace'> {}

/**
 * Reads the messages of any Kafka client: what KafkaJS, @platformatic/kafka or Confluent's client hands out, one by one or as
 * batches `{ topic, partition, messages }`. The value of each message is a record, as JSON.
 *
 * Its checkpoints hold a {@link KafkaPosition}. Commit those offsets in `onCheckpoint` of {@link trackWriter}: then everything
 * before them is delivered, rejected or skipped. See docs/from-kafka.md.
 *
 * @returns A Transform from messages to {@link Element | elements}. It fails with `CIO_LINE` if it is given something that is not a
 * message as it is in the topic.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { pipeline } from 'node:stream/promises';
 * import { createSandbox, fromKafka, trackWriter, validate } from 'customerio-streams';
 *
 * const messages = [{ topic: 'people', partition: 0, offset: '41', key: '7', value: '{"person_id":7,"plan":"pro"}' }];
 * const sandbox = await createSandbox();
 * await pipeline(
 *   Readable.from(messages), // your consumer's messages
 *   fromKafka(),
 *   validate({ object: 'person_identify' }),
 *   trackWriter({
 *     ...sandbox.account,
 *     onCheckpoint: (position) => console.log(position), // { offsets: [ { topic: 'people', partition: 0, offset: 42n } ] }
 *   }),
 * );
 * await sandbox.close();
 * ```
 *
 * @category Sources
 */
export function fromKafka(options?: FromKafkaOptions): Transform {
  const settings = readOptions(STAGE, FROM_KAFKA_OPTIONS, options);
  return decode<unknown>((push) => new MessageReader(settings, push), { objects: true });
}

class MessageReader implements Decoder<unknown> {
  readonly #settings: FromKafkaSettings;
  readonly #push: Push;
  readonly #positions: Positions;
  readonly #values = new ValueBuffer();
  readonly #topics = new Map<string, Map<number, MessageRows>>();
  /** Of the last message. */
  #rows: MessageRows | undefined;
  #willFlush = false;
  /** Since rows have gone on at once. */
  #messages = 0;
  #cancelTimer: Cancel | undefined;

  constructor(settings: FromKafkaSettings, push: Push) {
    this.#settings = settings;
    this.#push = push;
    this.#positions = new Positions(settings);
  }

  write(given: unknown): void {
    for (const { topic, partition, offset, key, value } of readMessages(given)) {
      const rows = this.#rowsOf(topic, partition);
      // Rows of several partitions stay in the order in which they came.
      if (rows !== this.#rows) this.#rows?.flush();
      this.#rows = rows;
      rows.take(offset, key, value);
      this.#positions.read(topic, partition, offset + 1, 1);
      if (this.#positions.isFull) this.#checkpoint();
      this.#messages++;
    }
    if (this.#messages < MOST_TOGETHER) this.#flushSoon();
    else this.#flush();
    this.#cancelTimer ??= this.#settings.clock.timer(this.#settings.checkpointEveryMs, () => this.#checkpoint());
  }

  end(): void {
    this.#checkpoint();
  }

  close(): void {
    this.#cancelTimer?.();
  }

  /** What a client hands out together becomes one block: it does so without a pause in between. */
  #flushSoon(): void {
    if (this.#willFlush) return;
    this.#willFlush = true;
    process.nextTick(() => {
      this.#willFlush = false;
      this.#rows?.flush();
    });
  }

  #flush(): void {
    this.#messages = 0;
    this.#rows?.flush();
  }

  #checkpoint(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#rows?.flush();
    const position = this.#positions.take();
    if (position !== undefined) this.#push(new Checkpoint(position));
  }

  #rowsOf(topic: string, partition: number): MessageRows {
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.#topics.set(topic, partitions);
    }
    let rows = partitions.get(partition);
    if (rows === undefined) {
      const { version, stream, namespace } = this.#settings;
      const place = partitionPlace(topic, partition, { version, stream, namespace });
      rows = new MessageRows({ ...this.#settings, place, stage: STAGE, values: this.#values }, this.#push);
      partitions.set(partition, rows);
    }
    return rows;
  }
}
