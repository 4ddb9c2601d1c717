/** A topic of events, keyed by person, as a bench reads it. */
import type { TestContext } from 'node:test';
import { kafkaClient, type TestMessage } from '../../test/support/scale/kafka-client.ts';
import { chunks } from '../rows.ts';

/** What it holds. */
export interface TopicContent {
  readonly topic: string;
  readonly partitions: number;
  readonly rows: number;
}

const AT_ONCE = 5_000;

/** Makes it; resolves with its name. */
export async function fillTopic(t: TestContext, address: string, { topic, partitions, rows }: TopicContent): Promise<string> {
  const client = kafkaClient(t, address);
  await client.createTopic(topic, partitions);
  let waiting: TestMessage[] = [];
  for (const text of chunks('person_event', rows, 1)) {
    for (const value of text.trimEnd().split('\n')) waiting.push({ topic, key: JSON.parse(value).person_email, value });
    if (waiting.length < AT_ONCE) continue;
    await client.produce(waiting);
    waiting = [];
  }
  if (waiting.length > 0) await client.produce(waiting);
  return topic;
}
