/**
 * A call -> its answer: credentials, rate, size, then item by item. All good is 200; some refused is 207 with their
 * indexes, the others are applied; a body that can't be read, or in which nothing is good, is 400.
 */
import { MAX_BATCH_BYTES } from '../track/limits.ts';
import { type Bag, type Flaw, isBag } from './checks.ts';
import { flawOf } from './judge.ts';
import type { SandboxSettings } from './options.ts';
import { Rate } from './rate.ts';
import { read } from './text.ts';
import { type Outcome, World, type WorldState } from './world.ts';

/** One call. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

/** What to answer. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** How often what happened. */
export interface Counts extends Record<Outcome, number> {
  /** Calls of the API, whatever became of them. */
  calls: number;
  /** Of these, calls that were answered 429. */
  throttled: number;
  /** Operations in calls that were read. */
  operations: number;
  /** Of these, refused ones. */
  refused: number;
  /** Bytes of all bodies. */
  bytes: number;
  /** Events that count: accepted, and no repeats. */
  events: number;
}

/** The Track API of one workspace. */
export class Api {
  readonly #settings: SandboxSettings;
  readonly #authorization: string;
  readonly #rate: Rate;
  readonly #world: World;
  readonly #counts: Counts = {
    calls: 0,
    throttled: 0,
    operations: 0,
    refused: 0,
    bytes: 0,
    events: 0,
    applied: 0,
    duplicate: 0,
    ignored: 0,
  };

  constructor(settings: SandboxSettings) {
    const { siteId, apiKey, requestsPerSecond, clock, keepEvents, otherEventIds } = settings;
    this.#settings = settings;
    this.#authorization = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
    this.#rate = new Rate(requestsPerSecond, clock);
    this.#world = new World({ keepEvents, otherEventIds, now: () => Math.floor(clock.wall() / 1000) });
  }

  /** Everything that arrived, and how often what happened. */
  get state(): WorldState & { readonly counts: Counts } {
    return { counts: { ...this.#counts, events: this.#world.eventCount }, ...this.#world.state };
  }

  answer({ method, path, authorization, body }: Call): Answer {
    this.#counts.calls++;
    this.#counts.bytes += body.length;
    if (authorization !== this.#authorization) return { status: 401, body: { meta: { error: 'Unauthorized' } } };
    const waitMs = this.#rate.enter();
    if (waitMs !== undefined) return this.#throttle(waitMs);
    if (method === 'GET' && path === '/api/v1/accounts/region') return this.#region();
    if (method === 'POST' && path === '/api/v2/batch') return this.#batch(body);
    if (method === 'POST' && path === '/api/v2/entity') return this.#entity(body);
    return { status: 404, body: { meta: { error: 'Not found' } } };
  }

  #throttle(waitMs: number): Answer {
    this.#counts.throttled++;
    const headers = { 'retry-after': String(Math.ceil(waitMs / 1000)) };
    return { status: 429, headers, body: { meta: { error: 'Too many requests' } } };
  }

  #region(): Answer {
    const { region } = this.#settings;
    return { status: 200, body: { url: `track${region === 'eu' ? '-eu' : ''}.customer.io`, region, environment_id: 1 } };
  }

  #batch(body: Buffer): Answer {
    const { tooLargeStatus, errorsStatus } = this.#settings;
    if (body.length > MAX_BATCH_BYTES) return refusal(tooLargeStatus, 'the request must be smaller than 500 kB');
    const value = readable(body);
    const items = isBag(value) ? value.batch : undefined;
    if (!Array.isArray(items) || items.length === 0) return refusal(400, 'must be {"batch":[...]} with at least one item');
    const errors: object[] = [];
    for (const [index, item] of items.entries()) {
      const flaw = this.#take(item);
      if (flaw) errors.push({ batch_index: index, ...flaw });
    }
    if (errors.length === items.length) return { status: 400, body: { errors } };
    return errors.length === 0 ? { status: 200, body: {} } : { status: errorsStatus, body: { errors } };
  }

  #entity(body: Buffer): Answer {
    const flaw = this.#take(readable(body));
    return flaw ? { status: 400, body: { errors: [flaw] } } : { status: 200, body: {} };
  }

  #take(item: unknown): Flaw | undefined {
    this.#counts.operations++;
    const flaw = flawOf(item, this.#settings);
    if (flaw) {
      this.#counts.refused++;
      return flaw;
    }
    const outcome = this.#world.apply(item as Bag);
    this.#counts[outcome]++;
    this.#settings.onApply?.(item as Bag, outcome);
    return undefined;
  }
}

function readable(body: Buffer): unknown {
  try {
    return read(body.toString());
  } catch {
    return undefined;
  }
}

function refusal(status: number, message: string): Answer {
  return { status, body: { errors: [{ reason: 'invalid', field: '', message }] } };
}
