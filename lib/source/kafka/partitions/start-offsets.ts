/** Where partitions that are new to this process are read from: what the group has committed, or else what `from` says. */
import { CioError } from '../../../errors.ts';
import { countOf, option, say } from '../../../wording.ts';
import type { KafkaConsumer } from '../client/library.ts';
import type { KafkaSettings } from '../options.ts';
import { type Assignment, partitionName } from './assignment.ts';

/** Asks for the offset of a partition where it begins, and of the message that will come next. */
const PLACE = { earliest: -2n, latest: -1n } as const;

type From = KafkaSettings['from'];

/** Offsets of partitions, by {@link Assignment}. */
type Offsets = Map<Assignment, bigint>;

/**
 * Begins each of the partitions. Returns those of which the group had committed nothing. Those that are younger than this process
 * (`isYoung`) begin at their beginning, whatever `from` says: nobody can have read what is in them.
 */
export async function beginAtCommitted(
  client: KafkaConsumer,
  some: readonly Assignment[],
  from: From,
  isYoung: (assignment: Assignment) => boolean,
): Promise<Assignment[]> {
  const committed = await committedOffsets(client, some);
  const fresh = some.filter((assignment) => committed.get(assignment) === undefined);
  const old = fresh.filter((assignment) => !isYoung(assignment));
  if (from === 'fail' && old.length > 0) throw nothingCommitted(old);
  const latest = from === 'latest' ? old : [];
  const offsets = new Map([
    ...(await offsetsAt(client, latest, 'latest')),
    ...(await offsetsAt(
      client,
      fresh.filter((assignment) => !latest.includes(assignment)),
      'earliest',
    )),
  ]);
  for (const assignment of some) {
    assignment.committed = committed.get(assignment);
    const offset = assignment.committed ?? offsets.get(assignment);
    if (offset === undefined) throw new Error(`nobody knows where ${partitionName(assignment)} begins`);
    assignment.begin(offset);
  }
  return fresh;
}

/** Restarts a partition whose offset is not there, or no longer there. Returns the warning about it. */
export async function beginAgain(client: KafkaConsumer, assignment: Assignment, from: From): Promise<string> {
  const [first, end] = await Promise.all((['earliest', 'latest'] as const).map((place) => offsetsAt(client, [assignment], place)));
  const [firstOffset, endOffset] = [first?.get(assignment) ?? 0n, end?.get(assignment) ?? 0n];
  const { topic, partition, missed = 0n } = assignment;
  const where = `partition ${partition} of topic ${topic}`;
  const what =
    missed < firstOffset
      ? `${countOf(Number(firstOffset - missed), 'offset')} of ${where} (${missed} to ${firstOffset - 1n}) were deleted by retention before this group read them: it never gets those rows`
      : `${where} ends at ${endOffset}, but the group has read up to ${missed}: messages were lost, or the topic was recreated`;
  if (from === 'fail') throw new CioError('CIO_SOURCE', `Kafka: ${what}`, undefined, `Start over with \`from: 'earliest'\`.`);
  assignment.begin(from === 'latest' ? endOffset : firstOffset);
  return `${what}; reading continues at ${assignment.next}`;
}

async function committedOffsets(client: KafkaConsumer, some: readonly Assignment[]): Promise<Offsets> {
  const found = await client.listCommittedOffsets({ topics: byTopic(some).map(([topic, partitions]) => ({ topic, partitions })) });
  return offsetsIn(found, some);
}

async function offsetsAt(client: KafkaConsumer, some: readonly Assignment[], place: keyof typeof PLACE): Promise<Offsets> {
  if (some.length === 0) return new Map();
  const topics = byTopic(some);
  const found = await client.listOffsets({
    topics: topics.map(([topic]) => topic),
    partitions: Object.fromEntries(topics),
    timestamp: PLACE[place],
  });
  return offsetsIn(found, some);
}

/** -1 is none. */
function offsetsIn(found: ReadonlyMap<string, readonly bigint[]>, some: readonly Assignment[]): Offsets {
  const offsets: Offsets = new Map();
  for (const assignment of some) {
    const offset = found.get(assignment.topic)?.[assignment.partition];
    if (offset !== undefined && offset >= 0n) offsets.set(assignment, offset);
  }
  return offsets;
}

function byTopic(some: readonly Assignment[]): [topic: string, partitions: number[]][] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of some) topics.set(topic, [...(topics.get(topic) ?? []), partition]);
  return [...topics];
}

function nothingCommitted(fresh: readonly Assignment[]): CioError {
  const names = fresh.map(({ topic, partition }) => `${topic}/${partition}`).join(', ');
  const how = say`Say where to begin: \`${option('kafka', 'from', 'earliest')}\` or \`${option('kafka', 'from', 'latest')}\`.`;
  return new CioError('CIO_SOURCE', `Kafka: the group has committed nothing for ${names}`, undefined, how);
}
