/**
 * Two processes with one instance id: the broker takes the newer one, and refuses the heartbeats of the other. The library joins
 * again by itself then, which throws out the newer one, and so on: so this process hears of it on the library's diagnostics
 * channel, before that, and leaves.
 */
import { tracingChannel } from 'node:diagnostics_channel';
import { CioError } from '../../../errors.ts';
import { printable } from '../../../printable.ts';
import { hasApiError } from '../client/errors.ts';
import type { KafkaConsumer } from '../client/library.ts';

/** The library's channel for heartbeats. */
const HEARTBEATS = 'plt:kafka:consumer:heartbeat';

/** True if the broker says that another process has this one's instance id. */
export function isFenced(error: unknown): boolean {
  return hasApiError(error, 'FENCED_INSTANCE_ID');
}

/** Calls back when a heartbeat of the consumer is refused for that, before the library does anything about it; until it is closed. */
export function watchFencing(consumer: KafkaConsumer, onFenced: () => void): void {
  const { error: failures } = tracingChannel(HEARTBEATS);
  const look = (message: unknown): void => {
    const { client, error } = Object(message) as { client?: unknown; error?: unknown };
    if (client === consumer && isFenced(error)) onFenced();
  };
  failures.subscribe(look);
  consumer.once('client:close', () => failures.unsubscribe(look));
}

/** What ends the older of the two. */
export function fencedError(instanceId: string | null): CioError {
  const text = `Kafka: another process uses the instance id ${printable(instanceId ?? '')}: give each process its own`;
  return new CioError('CIO_SOURCE', text, undefined, 'That process reads again what this one has not committed.');
}
