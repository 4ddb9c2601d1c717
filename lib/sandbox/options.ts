/** The options of the sandbox: who may call, how often, and a switch for each thing that no public source decides. */
import { z } from 'zod';
import { type Clock, systemClock } from '../clock.ts';
import { count, fn } from '../options.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../track/limits.ts';
import { FAULT, type Fault } from './faults.ts';
import type { Outcome } from './world.ts';

/** Options of `createSandbox`. */
export interface SandboxOptions {
  /** Port on 127.0.0.1. Default 0: any that is free. */
  port?: number;
  /** Site id that is let in. Default `sandbox-site`. */
  siteId?: string;
  /** API key that belongs to it. Default `sandbox-key`. */
  apiKey?: string;
  /** What the region call answers. Default `us`. */
  region?: 'us' | 'eu';
  /** Calls in any rolling second; one more is answered 429 with Retry-After. Default 100; `Infinity` for no limit. */
  requestsPerSecond?: number;
  /** What goes wrong on purpose; also by `setFaults()` and `POST /faults`. Default: nothing. */
  faults?: readonly Fault[];
  /** Keep events to look at. Default true; false keeps only their ids and number, for runs of millions. */
  keepEvents?: boolean;
  /** Hears of each operation that was accepted, in the order of arrival, and what became of it. */
  onApply?: (operation: Record<string, unknown>, outcome: Outcome) => void;
  /** Open: a kB is 1,000 or 1,024 bytes; an item may have 32 of them. Default 1,024. */
  kilobyte?: 1000 | 1024;
  /** Open: the status for a body that is too large. Default 413. */
  tooLargeStatus?: 413 | 400;
  /** Open: the status that carries the errors of refused items. Default 207. */
  errorsStatus?: 207 | 200;
  /** Open: what an event id that is no ULID does: `keep` counts each event, `dedupe` drops repeats. Default `keep`. */
  otherEventIds?: 'keep' | 'dedupe';
  /** Open: `anonymous_id` identifies the person of an event. Default true. */
  anonymousEvents?: boolean;
}

export const SANDBOX_OPTIONS: z.ZodObject = z.strictObject({
  port: count(0).max(65_535).default(0),
  siteId: z.string().min(1).default('sandbox-site'),
  apiKey: z.string().min(1).default('sandbox-key'),
  region: z.enum(['us', 'eu'], "must be 'us' or 'eu'").default('us'),
  requestsPerSecond: z
    .custom<number>((value) => typeof value === 'number' && value > 0, 'must be a number above 0')
    .default(DEFAULT_REQUESTS_PER_SECOND),
  faults: z.array(FAULT).default([]),
  keepEvents: z.boolean().default(true),
  onApply: fn<(operation: Record<string, unknown>, outcome: Outcome) => void>().optional(),
  kilobyte: z.literal([1000, 1024], 'must be 1000 or 1024').default(1024),
  tooLargeStatus: z.literal([413, 400], 'must be 413 or 400').default(413),
  errorsStatus: z.literal([207, 200], 'must be 207 or 200').default(207),
  otherEventIds: z.enum(['keep', 'dedupe'], "must be 'keep' or 'dedupe'").default('keep'),
  anonymousEvents: z.boolean().default(true),
  clock: z.custom<Clock>().default(systemClock),
});

/** Options with their defaults. */
export type SandboxSettings = Required<Omit<SandboxOptions, 'onApply'>> & Pick<SandboxOptions, 'onApply'> & { clock: Clock };
