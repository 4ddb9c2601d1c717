/** The pace of a writer: its own, or with Redis one that it shares, which is loaded then. */
import type { Clock } from '../../clock.ts';
import { Pacer } from './pacer.ts';
import type { Pace } from './rate-window.ts';

/** What decides the pace. */
export interface PaceSettings {
  readonly siteId: string;
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly redis?: string | readonly string[] | undefined;
  readonly processes?: number | undefined;
  /** When requests left that were made just before. */
  readonly sentAt?: readonly number[];
}

/** Throws `CIO_OPTIONS` for a Redis that can't be used; one that is only away is waited for meanwhile. */
export async function openPace(settings: PaceSettings, signal: AbortSignal): Promise<Pace> {
  const { redis, requestsPerSecond, clock, sentAt } = settings;
  if (redis === undefined) return Pacer.open(requestsPerSecond, clock, sentAt);
  const { openSharedPacer } = await import('../shared/open-shared-pacer.ts');
  return openSharedPacer({ ...settings, redis }, signal);
}
