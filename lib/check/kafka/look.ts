/**
 * Asks the brokers about topics and a group, and reads the newest messages. The group is not joined and nothing is committed, so
 * nobody who reads with it notices.
 */
import { systemClock } from '../../clock.ts';
import { CioError } from '../../errors.ts';
import { connection } from '../../source/kafka/client/consumers.ts';
import { hasApiError } from '../../source/kafka/client/errors.ts';
import { type Metadata, startError, topicsOf } from '../../source/kafka/client/first-look.ts';
import { type KafkaConsumer, type KafkaLibrary, loadKafka } from '../../source/kafka/client/library.ts';
import { Tenure } from '../../source/kafka/group/tenure.ts';
import { Assignment } from '../../source/kafka/partitions/assignment.ts';
import { fetchOnce } from '../../source/kafka/partitions/fetch-once.ts';
import type { CheckedPartition, CheckedTopic } from './findings.ts';
import { NewestMessages } from './newest.ts';
import type { CheckKafkaSettings } from './options.ts';

/** The group as its coordinator sees it. */
export interface CheckedGroup {
  /** `STABLE`, `EMPTY`, `DEAD` (nobody knows it) ...; undefined if the broker does not say. */
  readonly state: string | undefined;
  readonly members: number;
}

/** What was found. */
export interface KafkaFindings {
  readonly brokers: number;
  readonly group: CheckedGroup;
  readonly topics: readonly CheckedTopic[];
}

type Admin = InstanceType<KafkaLibrary['Admin']>;
type Offsets = ReadonlyMap<string, readonly bigint[]>;

const START = -2n;
const END = -1n;
const MAX_BYTES = 1_000_000;
const WAIT_MS = 100;
/** Fetches of one broker. */
const MAX_FETCHES = 20;
/** The bit of the right to read, which joining and committing need. */
const MAY_READ = 1 << 3;
/** What a broker says that does not know about rights. */
const RIGHTS_UNKNOWN = -2_147_483_648;

/** Looks. Throws `CIO_OPTIONS` or `CIO_SOURCE`. */
export async function lookAtKafka(settings: CheckKafkaSettings, signal: AbortSignal): Promise<KafkaFindings> {
  const { Admin, Consumer } = await loadKafka();
  const client = new Consumer({ ...connection(settings), retries: 0 });
  const admin = new Admin({ ...connection(settings), retries: 2 });
  try {
    client.topics.trackAll(...settings.topics);
    const metadata = await topicsOf(client, settings.topics, systemClock, signal);
    const group = await groupOf(admin, settings.groupId);
    const offsets = await offsetsOf(client, settings, metadata);
    const topics = settings.topics.map((name) => ({
      name,
      partitions: offsets.get(name) ?? [],
      newest: new NewestMessages(name, settings),
    }));
    await readNewest(client, topics, metadata, settings, signal);
    return { brokers: metadata.brokers.size, group, topics };
  } finally {
    await Promise.allSettled([client.close(true), admin.close()]);
  }
}

async function groupOf(admin: Admin, id: string): Promise<CheckedGroup> {
  const described = await asked(`the group ${id} can't be looked up`, () =>
    admin.describeGroups({ groups: [id], includeAuthorizedOperations: true }),
  );
  const { state, members, authorizedOperations: rights = RIGHTS_UNKNOWN } = described.get(id) ?? {};
  if (rights !== RIGHTS_UNKNOWN && (rights & MAY_READ) === 0) throw refused(`the group ${id} can't be joined or its offsets committed`);
  return { state, members: members?.size ?? 0 };
}

async function offsetsOf(
  client: KafkaConsumer,
  { topics }: CheckKafkaSettings,
  metadata: Metadata,
): Promise<Map<string, CheckedPartition[]>> {
  const at = (timestamp: bigint): Promise<Offsets> =>
    asked("the offsets of the topics can't be looked up", () => client.listOffsets({ topics: [...topics], timestamp }));
  const numbers = (topic: string): number[] =>
    Array.from({ length: metadata.topics.get(topic)?.partitionsCount ?? 0 }, (_, partition) => partition);
  const committed: Offsets = await asked("what the group has committed can't be looked up", () =>
    client.listCommittedOffsets({ topics: topics.map((topic) => ({ topic, partitions: numbers(topic) })) }),
  );
  const [starts, ends] = [await at(START), await at(END)];
  const of = (offsets: Offsets, topic: string, partition: number): bigint => offsets.get(topic)?.[partition] ?? -1n;
  const partitions = (topic: string): CheckedPartition[] =>
    numbers(topic).map((partition) => {
      const done = of(committed, topic, partition);
      return { partition, start: of(starts, topic, partition), end: of(ends, topic, partition), committed: done < 0n ? undefined : done };
    });
  return new Map(topics.map((topic) => [topic, partitions(topic)]));
}

/** Also of topics without messages: whether they may be read is known only then. */
async function readNewest(
  client: KafkaConsumer,
  topics: readonly CheckedTopic[],
  metadata: Metadata,
  settings: CheckKafkaSettings,
  signal: AbortSignal,
): Promise<void> {
  const byLeader = new Map<number, Assignment[]>();
  for (const { name, partitions } of topics) {
    const { id = '', partitions: known = [] } = metadata.topics.get(name) ?? {};
    const each = BigInt(Math.ceil(settings.newest / Math.max(1, partitions.length)));
    for (const { partition, start, end } of partitions) {
      const assignment = new Assignment({ topic: name, partition }, id, new Tenure(systemClock), {});
      assignment.begin(end - each > start ? end - each : start);
      assignment.end = end;
      const leader = known[partition]?.leader ?? -1;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), assignment]);
    }
  }
  const newest = new Map(topics.map((topic) => [topic.name, topic.newest]));
  for (const [leader, assignments] of byLeader) {
    if (leader === -1) throw new CioError('CIO_SOURCE', 'Kafka: a partition has no leader: nobody can read it now');
    await readFrom(client, leader, assignments, newest, signal);
  }
}

async function readFrom(
  client: KafkaConsumer,
  leader: number,
  assignments: readonly Assignment[],
  newest: ReadonlyMap<string, NewestMessages>,
  signal: AbortSignal,
): Promise<void> {
  const ends = new Map(assignments.map((each) => [each, each.end ?? 0n]));
  let failure: unknown;
  const options = {
    client,
    maxBytes: MAX_BYTES,
    maxWaitMs: WAIT_MS,
    signal,
    onOutOfRange: (each: Assignment) => each.miss(),
    onTrouble: (_what: string, error: unknown): void => {
      failure = error;
    },
  };
  let rest = assignments;
  for (let fetches = 0; fetches < MAX_FETCHES && rest.length > 0; fetches++) {
    const read = await fetchOnce(leader, rest, options);
    signal.throwIfAborted();
    if (failure !== undefined) throw startError("messages can't be read", failure);
    for (const { assignment, messages } of read?.() ?? []) {
      for (const { firstOffset, records, from } of messages.stretches)
        newest.get(assignment.topic)?.take(
          assignment.partition,
          records.slice(from).map(({ offsetDelta, key, value }) => ({ offset: firstOffset + offsetDelta, key, value })),
        );
    }
    const [first, ...others] = rest.filter((each) => each.next !== undefined && each.next < (ends.get(each) ?? 0n));
    // The first of them fills an answer.
    rest = first === undefined ? [] : [...others, first];
  }
}

async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw hasApiError(error, 'GROUP_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED') ? refused(what, error) : startError(what, error);
  }
}

function refused(what: string, cause?: unknown): CioError {
  return new CioError(
    'CIO_SOURCE',
    `Kafka: ${what}: the brokers do not allow it`,
    cause,
    'Give this user the right to read the topics and the group (ACLs of the broker).',
  );
}
