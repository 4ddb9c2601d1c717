/** What a test does to a broker besides consuming: topics, messages, and a look at what a group has committed. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Admin, type CompressionAlgorithmValue, Producer, stringSerializers } from '@platformatic/kafka';

/** A message; without a partition its key decides, or chance. */
export interface TestMessage {
  readonly topic: string;
  readonly key?: string;
  /** A tombstone has none. */
  readonly value?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly partition?: number;
}

/** The client of one test. Partitions are named TOPIC/PARTITION. */
export interface KafkaClient {
  createTopic(topic: string, partitions: number, configs?: Readonly<Record<string, string>>): Promise<void>;
  /** In pieces that a broker takes at once; those of one partition stay in order. */
  produce(messages: readonly TestMessage[], compression?: CompressionAlgorithmValue): Promise<void>;
  /** The messages in a transaction, and its end. Without an end it stays open until the client closes. */
  transaction(messages: readonly TestMessage[], end?: 'commit' | 'abort'): Promise<void>;
  /** What a group has committed: the next offset of each partition that has a commit. */
  committed(groupId: string): Promise<Map<string, bigint>>;
  /** The next offset that will be written, of each partition. */
  ends(topic: string, partitions: number): Promise<Map<string, bigint>>;
  /** Deletes what is before an offset, as retention does. */
  deleteBefore(topic: string, partition: number, offset: bigint): Promise<void>;
  /** How many members a group has. */
  members(groupId: string): Promise<number>;
}

const PIECE = 5_000;
const LATEST = -1n;

/** A client that is closed after the test. */
export function kafkaClient(t: TestContext, address: string): KafkaClient {
  const base = { clientId: 'test', bootstrapBrokers: [address], retries: 20, retryDelay: 250 };
  const admin = new Admin(base);
  const producer = new Producer({ ...base, serializers: stringSerializers, idempotent: true });
  const transactional = new Producer({ ...base, serializers: stringSerializers, idempotent: true, transactionalId: 'test' });
  t.after(async () => {
    for (const client of [admin, producer, transactional]) await client.close().catch(() => {});
  });
  return {
    createTopic: async (topic, partitions, configs = {}) => {
      const list = Object.entries(configs).map(([name, value]) => ({ name, value }));
      await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: list });
    },
    produce: async (messages, compression) => {
      for (let from = 0; from < messages.length; from += PIECE)
        await producer.send({ messages: messages.slice(from, from + PIECE).map(mutable), ...(compression && { compression }) });
    },
    transaction: async (messages, end) => {
      const transaction = await transactional.beginTransaction();
      await transaction.send({ messages: messages.map(mutable) });
      if (end === 'commit') await transaction.commit();
      if (end === 'abort') await transaction.abort();
    },
    committed: async (groupId) => {
      const [group] = await admin.listConsumerGroupOffsets({ groups: [groupId] });
      assert.ok(group);
      const offsets = group.topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, committedOffset }) => [`${name}/${partitionIndex}`, committedOffset] as const),
      );
      return new Map(offsets.filter(([, offset]) => offset >= 0n));
    },
    ends: async (topic, partitions) => {
      const asked = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: LATEST }));
      const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions: asked }] });
      assert.ok(listed);
      return new Map(listed.partitions.map(({ partitionIndex, offset }) => [`${topic}/${partitionIndex}`, offset]));
    },
    deleteBefore: async (name, partition, offset) => {
      await admin.deleteRecords({ topics: [{ name, partitions: [{ partition, offset }] }] });
    },
    members: async (groupId) => (await admin.describeGroups({ groups: [groupId] })).get(groupId)?.members.size ?? 0,
  };
}

/** The library's type wants to be able to write. */
function mutable({ headers, ...message }: TestMessage): TestMessage & { headers?: Record<string, string> } {
  return { ...message, ...(headers && { headers: { ...headers } }) };
}
