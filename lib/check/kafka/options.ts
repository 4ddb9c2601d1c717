/** The options of checkKafka: those of kafka() that say where the brokers are, who asks, and what a message is. */
import { z } from 'zod';
import { count, type Given, signalOption } from '../../options.ts';
import { KAFKA_SHAPE, type KafkaOptions } from '../../source/kafka/options.ts';

const { brokers, topics, groupId, from, tombstones, tombstoneId, maxRecordBytes, tls, sasl, clientId } = KAFKA_SHAPE;

/** What kafka() has, too. */
const SHARED = { brokers, topics, groupId, from, tombstones, tombstoneId, maxRecordBytes, tls, sasl, clientId };

/** What only checkKafka() has. */
export const CHECK_KAFKA_SHAPE = {
  /** How many of the newest messages of each topic to look at; 0 is none. Default 1,000. */
  newest: count(0).max(100_000).default(1_000),
  /** Stops the check. */
  signal: signalOption,
};

/** The closed schema. */
export const CHECK_KAFKA_OPTIONS = z.strictObject({ ...SHARED, ...CHECK_KAFKA_SHAPE });

/**
 * Options of {@link checkKafka}; those that {@link kafka} has too mean the same.
 *
 * @category Checks
 */
export interface CheckKafkaOptions extends Pick<KafkaOptions, keyof typeof SHARED>, Given<typeof CHECK_KAFKA_SHAPE> {}

/** Options with their defaults. */
export type CheckKafkaSettings = z.output<typeof CHECK_KAFKA_OPTIONS>;
