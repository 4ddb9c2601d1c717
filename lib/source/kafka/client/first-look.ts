/** What must be known before the group is joined: the topics, and where they end. A start that fails says why within some seconds. */
import { type Cancel, type Clock, sleep } from '../../../clock.ts';
import { CioError } from '../../../errors.ts';
import { isWrong, reasonOf } from './errors.ts';
import type { KafkaConsumer } from './library.ts';

/** Where the partitions are. */
export type Metadata = Awaited<ReturnType<KafkaConsumer['metadata']>>;

/** How long a failing start is tried. */
export const START_MS = 15_000;

/** What to do about one. */
const CHECK = 'Check that the brokers are running, their addresses, the names of topics and group, and the rights of this user.';

const RETRY_MS = 500;
/** Of the last attempt. */
const LEAST_MS = 1_000;
const LATEST = -1n;

/** The error of a start that has failed. */
export function startError(what: string, error: unknown): CioError {
  return new CioError('CIO_SOURCE', `Kafka: ${what}: ${reasonOf(error)}`, error, CHECK);
}

/** Looks up the topics. Throws `CIO_SOURCE` if one does not exist, or no broker answers. */
export async function topicsOf(client: KafkaConsumer, topics: readonly string[], clock: Clock, signal: AbortSignal): Promise<Metadata> {
  // The library sorts the list that it is given.
  return await tried("the topics can't be looked up", () => client.metadata({ topics: [...topics] }), clock, signal);
}

/** All partitions of the topics. */
export function partitionsIn({ topics }: Metadata): { readonly topic: string; readonly partition: number }[] {
  return [...topics].flatMap(([topic, { partitionsCount: length }]) => Array.from({ length }, (_, partition) => ({ topic, partition })));
}

/** Where each partition ends now, by `topic/partition`. */
export async function endsOf(
  client: KafkaConsumer,
  topics: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<Map<string, bigint>> {
  const list = () => client.listOffsets({ topics: [...topics], timestamp: LATEST });
  const found = await tried("the ends of the topics can't be looked up", list, clock, signal);
  return new Map([...found].flatMap(([topic, offsets]) => offsets.map((offset, partition) => [`${topic}/${partition}`, offset] as const)));
}

async function tried<T>(what: string, attempt: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  const end = clock.now() + START_MS;
  let why: unknown;
  for (;;) {
    try {
      return await answered(attempt(), Math.max(LEAST_MS, end - clock.now()), clock);
    } catch (error) {
      signal.throwIfAborted();
      // What a server has said is worth more than its silence.
      if (!(error instanceof Silence)) why = error;
      if (clock.now() >= end || isWrong(error)) throw startError(what, why ?? error);
      await sleep(clock, RETRY_MS, signal);
    }
  }
}

class Silence extends Error {}

/** The library waits for half a minute for a server that takes a connection and says nothing: then it is no broker. */
async function answered<T>(attempt: Promise<T>, ms: number, clock: Clock): Promise<T> {
  let cancel: Cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.timer(ms, () => reject(new Silence(`no answer in ${START_MS / 1_000} seconds; is it a Kafka broker?`)));
  });
  try {
    return await Promise.race([attempt, late]);
  } finally {
    cancel();
  }
}
