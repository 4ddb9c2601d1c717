/** {@link kafka}: topics of Kafka, read as a member of a consumer group. */
import type { Readable } from 'node:stream';
import { readOptions } from '../options.ts';
import type { Element } from '../record/record.ts';
import { fetched } from '../stream/fetched.ts';
import { KAFKA_OPTIONS, type KafkaOptions } from './kafka/options.ts';
import { KafkaReader } from './kafka/reader.ts';
import type { KafkaStatus } from './kafka/status.ts';

/**
 * The source that {@link kafka} gives: a Readable of {@link Element | elements}.
 *
 * @category Sources
 */
export type KafkaSource = Readable & {
  /** Fetches no more. What was read is delivered; then the stream ends. */
  stop(): void;
  /** Rows read so far. */
  rows(): number;
  /** `look` gets the first element, without taking it. @internal */
  onFirst(look: (element: Element) => void): void;
  /** Its place in the group, now. */
  readonly status: KafkaStatus;
};

/**
 * Reads topics as a member of a consumer group, through the optional package `@platformatic/kafka` (Node 22.22 or later). The value
 * of each message is a record, as JSON. It runs until `stop()`, or with `until: 'end'` until it has read what is there.
 *
 * Offsets are committed when everything before them is delivered, rejected or skipped. So a pipeline that ends in {@link
 * trackWriter} loses nothing, whatever is killed, and reads again only what came after the last checkpoint.
 *
 * Before a partition moves to another process, this one delivers what it has read of it, or skips those rows as `reassigned`, since
 * the other process reads them again. So updates of one person stay in order if the producer keys by person. See docs/kafka.md.
 *
 * Emits `warning` (a text) for what is retried, and for offsets that are gone.
 *
 * @returns A Readable of {@link Element | elements}. It fails with `CIO_OPTIONS` if the package is missing or this Node is too old,
 * and with `CIO_SOURCE` if the brokers don't answer at the start, a topic does not exist, the group can't be joined, or a message
 * can't be decoded.
 * @throws {@link CioError} `CIO_OPTIONS`
 * @example
 * ```ts
 * import { pipeline } from 'node:stream/promises';
 * import { enforceLimits, kafka, rejectWriter, trackWriter, validate } from 'customerio-streams';
 *
 * const source = kafka({ brokers: 'localhost:9092', topics: 'people', groupId: 'customer-io' });
 * process.once('SIGTERM', () => source.stop()); // delivers what was read, then ends
 * await pipeline(
 *   source,
 *   validate({ object: 'person_identify' }),
 *   enforceLimits(),
 *   trackWriter({ rejects: rejectWriter({ to: 'rejected/' }) }),
 * );
 * ```
 *
 * @category Sources
 */
export function kafka(options: KafkaOptions): KafkaSource {
  const settings = readOptions('kafka', KAFKA_OPTIONS, options);
  let reader!: KafkaReader;
  const source = fetched((output) => {
    reader = new KafkaReader(settings, output);
    return reader;
  });
  return Object.defineProperty(source, 'status', { get: () => reader.status }) as KafkaSource;
}
