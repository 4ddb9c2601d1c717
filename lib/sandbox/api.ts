/**
 * The Track API without HTTP: a request in, a reply out. It knows credentials, the rate, the size of a request, and
 * which items are refused; what the rest does is the workspace's. The bytes of a reply are made here too.
 */
import { stringify } from 'lossless-json';
import { LIMIT_LISTS, LIMITS, MAX_BATCH_BYTES } from '../track/limits.ts';
import { type Item, readBatch, readEntity } from './body.ts';
import type { SandboxSettings } from './options.ts';
import { RollingSecond } from './rolling-second.ts';
import { NO_COUNTS, type SandboxCounts } from './state.ts';
import { overLimit } from './workspace/field-limits.ts';
import { invalid, type Refusal, type RefusedItem } from './workspace/refusal.ts';
import { type JsonObject, validateOperation } from './workspace/validate-operation.ts';
import { Workspace } from './workspace/workspace.ts';

/** What came in. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: Buffer;
  /** When it came, by `clock.now`. */
  readonly at: number;
}

/** What goes out. */
export interface ApiReply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
  /** How many items were looked at; undefined if none were. */
  readonly items?: number | undefined;
  /** Those that were refused. */
  readonly refusals?: readonly Refusal[] | undefined;
}

const METHODS: Record<string, string> = {
  '/api/v1/accounts/region': 'GET',
  '/api/v2/batch': 'POST',
  '/api/v2/entity': 'POST',
};
const OFFICIAL = { us: 'https://track.customer.io', eu: 'https://track-eu.customer.io' };
const KB_OF_A_BATCH = 500;
const KB_OF_AN_ITEM = 32;

/** One account's API. */
export class Api {
  readonly counts: SandboxCounts = { ...NO_COUNTS };
  /** A body over this is too large, whatever it holds. */
  readonly maxBodyBytes: number;
  readonly #entryBytes: number;
  readonly #options: SandboxSettings;
  readonly #authorization: Buffer;
  #rate: RollingSecond;
  #workspace: Workspace;

  constructor(options: SandboxSettings) {
    const { kilo, siteId, apiKey } = options;
    this.#options = options;
    this.maxBodyBytes = kilo ? KB_OF_A_BATCH * kilo : MAX_BATCH_BYTES;
    this.#entryBytes = kilo ? KB_OF_AN_ITEM * kilo : LIMITS.person.entryBytes;
    this.#authorization = Buffer.from(`${siteId}:${apiKey}`);
    this.#rate = new RollingSecond(options.requestsPerSecond);
    this.#workspace = workspaceFor(options);
  }

  /** What the account holds now. */
  get workspace(): Workspace {
    return this.#workspace;
  }

  /** Forgets everything, as if it were new. */
  reset(): void {
    Object.assign(this.counts, NO_COUNTS);
    this.#rate = new RollingSecond(this.#options.requestsPerSecond);
    this.#workspace = workspaceFor(this.#options);
  }

  /** Answers a request; `url` is where this API is. */
  answer(request: ApiRequest, url: string): ApiReply {
    const method = METHODS[request.path];
    if (method === undefined) return metaError(404, 'Not Found');
    if (!this.#isAuthorized(request.headers.authorization)) return this.#unauthorized();
    if (request.method !== method) return metaError(405, 'Method Not Allowed', { allow: method });
    const waitMs = this.#rate.enter(request.at);
    if (waitMs > 0) {
      this.counts.limited++;
      return metaError(429, 'Too Many Requests', { 'retry-after': String(Math.ceil(waitMs / 1000)) });
    }
    if (method === 'GET') return this.#region(url);
    return this.#redirect(request.path) ?? this.#write(request);
  }

  #isAuthorized(header: string | string[] | undefined): boolean {
    const [, encoded] = /^basic +(\S+)$/i.exec(String(header)) ?? [];
    return encoded !== undefined && Buffer.from(encoded, 'base64').equals(this.#authorization);
  }

  #unauthorized(): ApiReply {
    this.counts.unauthorized++;
    return metaError(401, 'Unauthorized');
  }

  #region(url: string): ApiReply {
    const { region, accountRegion = region, elsewhere } = this.#options;
    return jsonReply(200, {
      url: accountRegion === region ? url : (elsewhere ?? OFFICIAL[accountRegion]),
      region: accountRegion,
      environment_id: 1,
    });
  }

  /** The account is not here. */
  #redirect(path: string): ApiReply | undefined {
    const { region, accountRegion = region, elsewhere } = this.#options;
    if (accountRegion === region) return undefined;
    if (elsewhere === undefined) return this.#unauthorized();
    return { status: 307, headers: { location: elsewhere.replace(/\/$/, '') + path }, body: '' };
  }

  #write({ headers, path, body }: ApiRequest): ApiReply {
    if (body.length > this.maxBodyBytes) return refused([invalid('', 'the request is too large')], this.#options.tooLargeStatus);
    const type = String(headers['content-type']).split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') return refused([invalid('', 'Content-Type must be application/json')]);
    if (headers['content-encoding'] !== undefined) return refused([invalid('', 'Content-Encoding is not supported')]);
    return path === '/api/v2/batch' ? this.#batch(body) : this.#entity(body);
  }

  #batch(body: Buffer): ApiReply {
    const items = readBatch(body);
    if (!Array.isArray(items)) return refused([items]);
    const refusals = items.flatMap((item, index) => this.#take(item, index) ?? []);
    return { ...this.#batchReply(items.length, refusals), items: items.length, refusals };
  }

  #batchReply(items: number, refusals: readonly Refusal[]): ApiReply {
    if (refusals.length === 0) return jsonReply(200, {});
    if (refusals.length === items) return refused(refusals.map(errorOf));
    const errors = refusals.map((refusal) => ({ batch_index: refusal.index, ...errorOf(refusal) }));
    return jsonReply(this.#options.partialStatus, { errors });
  }

  #entity(body: Buffer): ApiReply {
    const item = readEntity(body);
    if (!('text' in item)) return refused([item]);
    const refusal = this.#take(item, 0);
    const reply = refusal ? refused([errorOf(refusal)]) : jsonReply(200, {});
    return { ...reply, items: 1, refusals: refusal && [refusal] };
  }

  /** Applies an item, or says why not. */
  #take({ text, value, problem }: Item, index: number): Refusal | undefined {
    const { anonymousEvents, limits } = this.#options;
    const refusal =
      problem ?? validateOperation(value, anonymousEvents) ?? overLimit(value as JsonObject, text, LIMIT_LISTS[limits], this.#entryBytes);
    if (refusal) {
      this.counts.refused++;
      return { ...refusal, index, text };
    }
    const outcome = this.#workspace.apply(value as JsonObject);
    this.counts[outcome === 'duplicate' ? 'duplicates' : outcome]++;
    this.#options.onApply?.({ operation: value as JsonObject, text, outcome });
    return undefined;
  }
}

function workspaceFor({ keepEvents, dedupe, clock }: SandboxSettings): Workspace {
  return new Workspace(keepEvents, dedupe, clock);
}

function errorOf({ reason, field, message }: Refusal): RefusedItem {
  return { reason, field, message };
}

/** A JSON reply as the API writes it. */
export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): ApiReply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: `${stringify(value)}\n` };
}

/** An error of the whole request, as v1 says it. */
export function metaError(status: number, error: string, headers: Record<string, string> = {}): ApiReply {
  return jsonReply(status, { meta: { error } }, headers);
}

function refused(errors: readonly RefusedItem[], status = 400): ApiReply {
  return jsonReply(status, { errors });
}
