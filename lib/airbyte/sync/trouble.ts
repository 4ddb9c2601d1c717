/** While the API does not take what is sent, the log says so: a sync that stands still must not look like one that works. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Clock } from '../../clock.ts';
import type { RetryMessage } from '../../write/diagnostics.ts';
import type { Protocol } from '../protocol.ts';

const RETRY = 'customerio-streams:retry';
const SELDOM_MS = 10_000;

/** Logs until the returned function is called. */
export function logTrouble(protocol: Pick<Protocol, 'log'>, clock: Clock): () => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  const onRetry = (message: unknown): void => {
    const { why, attempt, delayMs } = message as RetryMessage;
    if (clock.now() - toldAt < SELDOM_MS) return;
    toldAt = clock.now();
    protocol.log('WARN', `a request failed (${why}, attempt ${attempt}) and is sent again in ${(delayMs / 1000).toFixed(1)} s`);
  };
  subscribe(RETRY, onRetry);
  return () => void unsubscribe(RETRY, onRetry);
}
