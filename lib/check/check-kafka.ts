/** Whether topics of Kafka can be read and what is in them, asked before a run. Nothing is committed, and no group notices. */
import { readOptions } from '../options.ts';
import type { Text } from '../wording.ts';
import { lagIn, warningsOf } from './kafka/findings.ts';
import { lookAtKafka } from './kafka/look.ts';
import { CHECK_KAFKA_OPTIONS, type CheckKafkaOptions } from './kafka/options.ts';

/**
 * A topic, and what its newest messages are like.
 *
 * @category Checks
 */
export interface KafkaTopicReport {
  /** Name of the topic. */
  readonly topic: string;
  /** How many partitions it has. */
  readonly partitions: number;
  /** Offsets that are there: a little more than messages, if the topic has transactions or is compacted. */
  readonly offsets: number;
  /** Offsets that the group has not read. */
  readonly lag: number;
  /** Partitions for which the group has committed an offset. */
  readonly committed: number;
  /** Its newest messages. */
  readonly newest: {
    /** How many were looked at. */
    readonly messages: number;
    /** How many have no key. */
    readonly withoutKey: number;
    /** How many have no value. */
    readonly tombstones: number;
    /** How many would be rejected. */
    readonly rejected: number;
  };
}

/**
 * What {@link checkKafka} has found.
 *
 * @category Checks
 */
export interface KafkaReport {
  /** How many brokers the cluster has. */
  readonly brokers: number;
  /** The consumer group. */
  readonly group: {
    /** Its name. */
    readonly id: string;
    /** Its state, as the broker names it; undefined if the broker does not know the group. */
    readonly state: string | undefined;
    /** How many members it has now. */
    readonly members: number;
  };
  /** Each topic. */
  readonly topics: readonly KafkaTopicReport[];
  /** What you should know before a run, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Checks before a run that the topics exist and may be read, that the group may be used, and what the newest messages are like. The
 * group is not joined, and nothing is committed.
 *
 * @throws {@link CioError} `CIO_OPTIONS`, also if the package `@platformatic/kafka` is missing or this Node is too old;
 * `CIO_SOURCE` if the brokers don't answer, a topic does not exist, or a permission is missing
 * @example
 * ```ts
 * import { checkKafka } from 'customerio-streams';
 *
 * const { topics, warnings } = await checkKafka({ brokers: 'localhost:9092', topics: 'people', groupId: 'customer-io' });
 * for (const { topic, lag } of topics) console.log(topic, lag);
 * for (const warning of warnings) console.warn(warning);
 * ```
 *
 * @category Checks
 */
export async function checkKafka(options: CheckKafkaOptions): Promise<KafkaReport> {
  const report = await kafkaReport(options);
  return { ...report, warnings: report.warnings.map(String) };
}

/** The same, with warnings that a shell can put its own names into. */
export async function kafkaReport(
  options: CheckKafkaOptions,
): Promise<Omit<KafkaReport, 'warnings'> & { readonly warnings: readonly Text[] }> {
  const settings = readOptions('checkKafka', CHECK_KAFKA_OPTIONS, options);
  const { groupId, from, signal = new AbortController().signal } = settings;
  const { brokers, group, topics } = await lookAtKafka(settings, signal);
  return {
    brokers,
    group: { id: groupId, ...group },
    topics: topics.map((topic): KafkaTopicReport => {
      const { name, partitions, newest } = topic;
      const { messages, withoutKey, tombstones, rejected } = newest;
      return {
        topic: name,
        partitions: partitions.length,
        offsets: Number(partitions.reduce((sum, { start, end }) => sum + end - start, 0n)),
        lag: Number(lagIn(topic, from)),
        committed: partitions.filter(({ committed }) => committed !== undefined).length,
        newest: { messages, withoutKey, tombstones, rejected },
      };
    }),
    warnings: topics.flatMap(warningsOf),
  };
}
