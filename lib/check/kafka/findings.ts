/** What is known of topics and a group, and what of it should be known before a run. */
import { countOf, option, say, type Text } from '../../wording.ts';
import type { NewestMessages } from './newest.ts';

/** Of one partition: offsets. */
export interface CheckedPartition {
  readonly partition: number;
  /** Of the oldest message that is still there. */
  readonly start: bigint;
  /** Of the message that will come next. */
  readonly end: bigint;
  /** What the group has committed; undefined if nothing. */
  readonly committed: bigint | undefined;
}

/** Of one topic. */
export interface CheckedTopic {
  readonly name: string;
  readonly partitions: readonly CheckedPartition[];
  readonly newest: NewestMessages;
}

/** Offsets from where the group begins to the ends. */
export function lagIn({ partitions }: CheckedTopic, from: 'earliest' | 'latest' | 'fail'): bigint {
  return partitions.reduce((sum, { start, end, committed }) => {
    const next = committed ?? (from === 'latest' ? end : start);
    return sum + (next < start ? end - start : next > end ? 0n : end - next);
  }, 0n);
}

/** What should be known of a topic. */
export function warningsOf({ name, partitions, newest }: CheckedTopic): Text[] {
  return [...ofOffsets(name, partitions), ...ofMessages(name, partitions.length, newest)];
}

function* ofOffsets(name: string, partitions: readonly CheckedPartition[]): Generator<Text> {
  for (const { partition, start, end, committed } of partitions) {
    const where = `partition ${partition} of topic ${name}`;
    if (committed === undefined) continue;
    if (committed < start)
      yield `${where}: ${countOf(Number(start - committed), 'offset')} (${committed} to ${start - 1n}) were deleted by retention before the group read them: it never gets those rows`;
    if (committed > end)
      yield `${where} ends at ${end}, but the group has read up to ${committed}: messages were lost, or the topic was recreated`;
  }
}

function* ofMessages(name: string, partitions: number, newest: NewestMessages): Generator<Text> {
  const { messages, withoutKey, tombstones, rejected, mostRefused } = newest;
  const ofNewest = (count: number): string => `${countOf(count, 'message')} of the newest ${messages.toLocaleString('en-US')}`;
  // In one partition all is in order anyway.
  if (withoutKey > 0 && partitions > 1)
    yield `topic ${name}: ${ofNewest(withoutKey)} ${withoutKey === 1 ? 'has' : 'have'} no key: they are spread over ${partitions} partitions, so updates of one person may be delivered out of order. Have the producer use the person's identifier as the key`;
  if (rejected > 0)
    yield `topic ${name}: ${ofNewest(rejected)} would be rejected${mostRefused === undefined ? '' : `, most often because: ${mostRefused.message}`}`;
  if (tombstones > 0)
    yield say`topic ${name}: ${ofNewest(tombstones)} ${tombstones === 1 ? 'has' : 'have'} no value (a tombstone): such a message is skipped, or with \`${option('kafka', 'tombstones', 'delete')}\` deletes the person whose key it carries`;
}
