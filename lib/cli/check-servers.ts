/** What `cio-stream check` says of Kafka and Redis: what is good in a line, and what should be known before a run as warnings. */
import { CioError } from '../errors.ts';
import { printable } from '../printable.ts';
import { countOf, type Text } from '../wording.ts';
import { dashed } from './flags/flag.ts';
import type { CheckFlags } from './flags/flags.ts';
import { KAFKA_ACCESS } from './flags/kafka-group.ts';
import { inFlags } from './flags/names.ts';
import { isKafka, type KafkaAddress, kafkaAddress } from './input/kafka/address.ts';
import { kafkaAccess } from './input/kafka/topic-options.ts';
import { answer } from './show/print.ts';

/** The topics that are named. Throws `CIO_OPTIONS` for another place, and for flags that do nothing without topics. */
export function checkedTopics(address: string | undefined, flags: CheckFlags): KafkaAddress | undefined {
  if (address === undefined) {
    const useless = Object.keys(KAFKA_ACCESS).find((name) => Reflect.get(flags, name) !== undefined);
    if (useless !== undefined) throw new CioError('CIO_OPTIONS', `${dashed(useless)} works only with a kafka:// address`);
    return undefined;
  }
  if (isKafka(address)) return kafkaAddress(address, 'check');
  throw new CioError('CIO_OPTIONS', `${address} is not a Kafka address; to look at a file, use cio-stream preview`);
}

/** Throws `CIO_OPTIONS` or `CIO_SOURCE`. */
export async function checkTopics({ brokers, topics, group }: KafkaAddress, flags: CheckFlags): Promise<void> {
  const { from, tombstones, tombstoneId } = flags;
  const access = await kafkaAccess(flags);
  const { kafkaReport } = await import('../check/check-kafka.ts');
  const options = { brokers: [...brokers], topics: [...topics], groupId: group, from, tombstones, tombstoneId, ...access };
  const found = await kafkaReport(options);
  const { members } = found.group;
  const readers = members === 0 ? 'no members' : countOf(members, 'member');
  say(`kafka: good, ${countOf(found.brokers, 'broker')} at ${brokers.join(',')}; group ${group} has ${readers} now`);
  for (const { topic, partitions, offsets, lag, newest } of found.topics) {
    const seen = `${countOf(newest.messages, 'message')} looked at`;
    say(
      `topic ${topic}: ${countOf(partitions, 'partition')}, at most ${countOf(offsets, 'message')}, ${lag.toLocaleString('en-US')} to read, ${seen}`,
    );
  }
  warn(found.warnings);
}

/** Throws `CIO_OPTIONS` or `CIO_NETWORK`. */
export async function checkSharing(redis: string | readonly string[], { siteId }: CheckFlags): Promise<void> {
  const { checkRedis } = await import('../check/check-redis.ts');
  const { place, version, roundTripMs, processes, isCluster, warnings } = await checkRedis({ redis, siteId: siteId?.trim() });
  const sharing = `${countOf(processes ?? 0, 'process', 'processes')} ${processes === 1 ? 'shares' : 'share'} the rate of this workspace now`;
  say(`redis: good, ${version}${isCluster ? ', a cluster,' : ''} at ${place}, ${roundTripMs.toFixed(1)} ms away; ${sharing}`);
  warn(warnings);
}

function warn(warnings: readonly Text[]): void {
  for (const warning of warnings) say(`warning: ${inFlags(warning)}`);
}

function say(text: string): void {
  answer(printable(text));
}
