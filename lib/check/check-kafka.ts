/** Whether topics of Kafka can be read and what is in them, asked before a run. Nothing is committed, and no group notices. */
import { readOptions } from '../options.ts';
import type { Text } from '../wording.ts';
import { lagIn, warningsOf } from './kafka/findings.ts';
import { lookAtKafka } from './kafka/look.ts';
import { CHECK_KAFKA_OPTIONS, type CheckKafkaOptions } from './kafka/options.ts';

/** A topic, and what its newest messages are. */
export interface KafkaTopicReport {
  readonly topic: string;
  readonly partitions: number;
  /** Offsets that are there: a little more than messages, if the topic has transactions or is compacted. */
  readonly offsets: number;
  /** Offsets that the group has not read. */
  readonly lag: number;
  /** Partitions of which the group has committed an offset. */
  readonly committed: number;
  /** Of the newest messages: how many were looked at, have no key, have no value, and would be rejected. */
  readonly newest: { readonly messages: number; readonly withoutKey: number; readonly tombstones: number; readonly rejected: number };
}

/** What {@link checkKafka} has found. */
export interface KafkaReport {
  readonly brokers: number;
  readonly group: { readonly id: string; readonly state: string | undefined; readonly members: number };
  readonly topics: readonly KafkaTopicReport[];
  /** What should be known before a run, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Asks the brokers whether the topics exist and may be read, and the group may be used; and looks at the newest messages. The group
 * is not joined, and nothing is committed. Throws `CIO_OPTIONS`, also for a package or a Node that is missing, and `CIO_SOURCE` for
 * brokers, topics or rights that are.
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
