/** {@link kafka}: topics of Kafka, read as a member of a consumer group. */
import { readOptions } from '../options.ts';
import { type Fetched, fetched } from '../stream/fetched.ts';
import { KAFKA_OPTIONS, type KafkaOptions } from './kafka/options.ts';
import { KafkaReader } from './kafka/reader.ts';
import type { KafkaStatus } from './kafka/status.ts';

/** A source that is a member of a consumer group. */
export type KafkaSource = Fetched & {
  /** Where it stands. */
  readonly status: KafkaStatus;
};

/**
 * Reads topics as a member of a consumer group, over the optional package `@platformatic/kafka` (Node 22.22 or later): each message is
 * a row. It runs until `stop()`, or with `until: 'end'` until it has read what is there. Offsets are committed when a checkpoint is
 * released, that is when everything before it is delivered, rejected or skipped: so a pipeline that ends in `trackWriter()` loses
 * nothing, whatever is killed, and reads again only what came after the last checkpoint.
 *
 * Before partitions move to another process this one delivers what it has read of them, or lets go of it (rows are skipped as
 * `reassigned`, since the other process reads them again), so updates of one person stay in order if the producer keys by person.
 *
 * Emits `warning` for what is tried again and for offsets that are gone. Throws `CIO_OPTIONS`; fails with `CIO_OPTIONS` if the package
 * or this Node is too old, and with `CIO_SOURCE` if the brokers don't answer at the start, a topic does not exist, the group can't be
 * joined, or a message can't be decoded.
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
