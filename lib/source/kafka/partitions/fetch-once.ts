/** One fetch from one broker, and what is in its answer. What fails and may be better the next time is only reported. */
import { CioError } from '../../../errors.ts';
import { hasApiError, mayPass, reasonOf } from '../client/errors.ts';
import type { KafkaConsumer } from '../client/library.ts';
import type { Assignment } from './assignment.ts';
import { type Messages, messagesOf } from './batches.ts';

/** What was fetched of one partition. */
export interface FetchedPart {
  readonly assignment: Assignment;
  readonly messages: Messages;
}

/** What a fetch needs. */
export interface FetchOnceOptions {
  /** A client without a group, so that heartbeats and commits never wait behind a fetch. It tries nothing again by itself. */
  readonly client: KafkaConsumer;
  readonly maxBytes: number;
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
  /** The offset of this partition is not there, or no longer. */
  readonly onOutOfRange: (assignment: Assignment) => void;
  readonly onTrouble: (what: string, error: unknown) => void;
}

type Answer = Awaited<ReturnType<KafkaConsumer['fetch']>>;

/** We don't follow a leader's history. */
const WHATEVER_EPOCH = { currentLeaderEpoch: -1, lastFetchedEpoch: -1 };
const OFFSET_OUT_OF_RANGE = 1;
/** After a failed fetch the session of broker and client starts again. */
const SESSION_ERRORS = ['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH', 'FETCH_SESSION_TOPIC_ID_ERROR'];

/**
 * Asks the broker for what follows in these partitions. What comes back reads the answer, and moves the partitions on. Undefined if it
 * failed, and may succeed the next time. Throws `CIO_SOURCE` for bytes that can't be read.
 */
export async function fetchOnce(
  node: number,
  asked: readonly Assignment[],
  options: FetchOnceOptions,
): Promise<(() => FetchedPart[]) | undefined> {
  const { client, maxBytes, maxWaitMs, signal } = options;
  const topics = new Map<string, Parameters<KafkaConsumer['fetch']>[0]['topics'][number]>();
  for (const { topicId, partition, next } of asked) {
    const topic = topics.get(topicId) ?? { topicId, partitions: [] };
    topics.set(topicId, topic);
    topic.partitions.push({ ...WHATEVER_EPOCH, partition, fetchOffset: next as bigint, partitionMaxBytes: maxBytes });
  }
  try {
    const answer = await client.fetch({ node, topics: [...topics.values()], maxBytes, maxWaitTime: maxWaitMs, minBytes: 1 });
    return () => read(answer, asked);
  } catch (error) {
    if (!signal.aborted) failed(error, asked, options);
    return undefined;
  }
}

function failed(error: unknown, asked: readonly Assignment[], { onOutOfRange, onTrouble, client }: FetchOnceOptions): void {
  const answer = answerIn(error);
  const missing = answer === undefined ? [] : partsOf(answer, asked).filter(({ part }) => part.errorCode === OFFSET_OUT_OF_RANGE);
  for (const { assignment } of missing) onOutOfRange(assignment);
  if (missing.length > 0 || hasApiError(error, ...SESSION_ERRORS)) return;
  if (!mayPass(error)) {
    const names = asked.map(({ topic, partition, next }) => `${topic}/${partition} from offset ${next}`).join(', ');
    throw new CioError('CIO_SOURCE', `Kafka: messages can't be read (${names}): ${reasonOf(error)}`, error);
  }
  client.clearMetadata();
  onTrouble('fetching', error);
}

function read(answer: Answer, asked: readonly Assignment[]): FetchedPart[] {
  return partsOf(answer, asked).map(({ assignment, part }) => {
    assignment.end = part.lastStableOffset >= 0n ? part.lastStableOffset : part.highWatermark;
    const messages = messagesOf(part.records, part.abortedTransactions, assignment.next as bigint);
    assignment.next = messages.next;
    return { assignment, messages };
  });
}

function partsOf(answer: Answer, asked: readonly Assignment[]) {
  const byKey = new Map(asked.map((each) => [partKey(each.topicId, each.partition), each]));
  return answer.responses.flatMap(({ topicId, partitions }) =>
    partitions.flatMap((part) => {
      const assignment = byKey.get(partKey(topicId, part.partitionIndex));
      return assignment === undefined ? [] : [{ assignment, part }];
    }),
  );
}

function partKey(topicId: string, partition: number): string {
  return `${topicId}/${partition}`;
}

/** What a broker has answered, if one of the partitions has an error. */
function answerIn(error: unknown): Answer | undefined {
  const { response, errors } = Object(error) as { response?: Answer; errors?: unknown };
  if (response?.responses !== undefined) return response;
  for (const each of Array.isArray(errors) ? errors : []) {
    const inner = answerIn(each);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
