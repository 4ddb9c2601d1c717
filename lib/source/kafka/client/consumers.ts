/** The two clients of a source: a member of the group, and one without a group that fetches, so that neither waits behind the other. */
import { isIP } from 'node:net';
import type { KafkaSettings } from '../options.ts';
import { closeSoon } from './close-soon.ts';
import { type KafkaConsumer, type KafkaLibrary, loadKafka } from './library.ts';

type ConsumerOptions = ConstructorParameters<KafkaLibrary['Consumer']>[0];

const MOST_HEARTBEAT_MS = 1_000;
/** How many there are in a session, if that is not longer than {@link MOST_HEARTBEAT_MS} allows. */
export const HEARTBEATS_PER_SESSION = 12;
/** All members have so long to settle what they have on the wire. */
const LEAST_REBALANCE_MS = 60_000;
/** A request to join is answered when all have joined. */
const BESIDE_JOIN_MS = 10_000;
const METADATA_MS = 5_000;

/** Where the brokers are, and who asks. */
export type BrokerAccess = Pick<KafkaSettings, 'brokers' | 'clientId' | 'groupId' | 'tls' | 'sasl'>;

/** What a consumer calls back. */
export interface ConsumerHooks {
  /** The library's name for what it asks before each request to join; nobody reads the answer. */
  readonly protocolsMetadata: () => Promise<Buffer>;
  /** It will try again after so many milliseconds. */
  readonly retryDelay: (client: unknown, operation: string, attempt: number, retries: number, error: Error) => number;
}

/** What makes them. */
export interface Clients {
  /** One that fetches and looks up. It tries nothing again. */
  fetcher(): KafkaConsumer;
  /** One that can join the group. It tries everything again for as long as that may help. */
  member(hooks: ConsumerHooks): KafkaConsumer;
  /** Closes one; never fails, and does not wait long. */
  close(consumer: KafkaConsumer): Promise<void>;
}

/** Loads the library. Throws `CIO_OPTIONS` if it, or this Node, is not what is needed. */
export async function kafkaClients(settings: KafkaSettings): Promise<Clients> {
  const { Consumer } = await loadKafka();
  return {
    fetcher: () => {
      const consumer = new Consumer({ ...connection(settings), retries: 0, metadataMaxAge: METADATA_MS });
      consumer.topics.trackAll(...settings.topics);
      return consumer;
    },
    close: (consumer) => closeSoon(consumer, settings.clock),
    member: (hooks) => new Consumer({ ...connection(settings), ...membership(settings), ...hooks, retries: true } as ConsumerOptions),
  };
}

function membership({ sessionTimeoutMs: sessionTimeout, heartbeatMs, groupInstanceId }: KafkaSettings) {
  const rebalanceTimeout = Math.max(LEAST_REBALANCE_MS, 2 * sessionTimeout);
  return {
    ...(groupInstanceId !== undefined && { groupInstanceId }),
    sessionTimeout,
    rebalanceTimeout,
    heartbeatInterval: heartbeatMs ?? Math.min(MOST_HEARTBEAT_MS, Math.ceil(sessionTimeout / HEARTBEATS_PER_SESSION)),
    heartbeatStallTimeout: 3 * sessionTimeout,
    requestTimeout: rebalanceTimeout + BESIDE_JOIN_MS,
  };
}

/** How any client reaches the brokers. */
export function connection({ brokers, clientId, groupId, tls, sasl }: BrokerAccess): ConsumerOptions {
  return {
    clientId,
    groupId,
    bootstrapBrokers: brokers,
    autocommit: false,
    ...(tls !== undefined && tls !== false && withTls(tls === true ? {} : tls, brokers)),
    ...(sasl !== undefined && { sasl }),
  } as ConsumerOptions;
}

/** The name that a certificate is asked for by; an address can't be one. */
function withTls(tls: Readonly<Record<string, unknown>>, brokers: readonly string[]) {
  const areAddresses = brokers.every((broker) => isIP(broker.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) !== 0);
  return { tls, tlsServerName: typeof tls.servername === 'string' ? tls.servername : !areAddresses };
}
