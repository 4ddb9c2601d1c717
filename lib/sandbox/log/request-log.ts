/**
 * The newest calls of the API, with what was sent and what was answered. The hot path hands over what it has anyway: a body
 * is kept as the buffer it arrived in, and is read only when somebody looks. Bodies are bounded in bytes: the oldest are
 * forgotten first, their requests stay. Credentials are never kept.
 */
import type { Fault } from '../faults.ts';
import { Newest } from '../newest.ts';

/** A call as the server hands it over. */
export interface LoggedRequest {
  readonly id: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, as Node gives them. */
  readonly rawHeaders: readonly string[];
  readonly fault: Fault | undefined;
  /** Of one that is too large only the beginning. Undefined if it was not read to its end, or is forgotten. */
  body?: Buffer | undefined;
  /** How long the body was. */
  bytes: number;
  /** Undefined if the connection broke before an answer, or the answer is forgotten. */
  answer?: string | undefined;
  /** Undefined: no answer was sent. */
  status: number | undefined;
  /** Undefined: the items were not looked at. */
  items: number | undefined;
  refused: number;
  ms: number;
}

const MAX_BYTES = 50_000_000;
/** What is kept of any request beside its body and its answer, about. */
const OWN_BYTES = 500;
const SECRET = /^(proxy-)?authorization$|^cookie$/i;

/** The log. */
export class RequestLog {
  readonly #kept: Newest<LoggedRequest>;
  /** Those of `#kept` whose bodies are there, or have left with their request. */
  readonly #withBodies: Newest<LoggedRequest> = new Newest(Number.POSITIVE_INFINITY);
  readonly #keeps: boolean;
  #bytes = 0;
  #ids = 0;

  /** `keep`: how many requests; 0 is none. */
  constructor(keep: number) {
    this.#kept = new Newest(keep);
    this.#keeps = keep > 0;
  }

  get length(): number {
    return this.#kept.length;
  }

  /** The number of the next request; it never starts again. */
  nextId(): number {
    return ++this.#ids;
  }

  add(request: LoggedRequest): void {
    if (!this.#keeps) return;
    const kept = { ...request, rawHeaders: withoutSecrets(request.rawHeaders) };
    this.#kept.add(kept);
    this.#withBodies.add(kept);
    this.#bytes += weightOf(kept);
    while (this.#bytes > MAX_BYTES || this.#withBodies.length > this.#kept.length) this.#forgetOldest();
  }

  find(id: number): LoggedRequest | undefined {
    for (const request of this.#kept.backwards()) if (request.id === id) return request;
    return undefined;
  }

  /** In the order in which they ended. */
  get all(): readonly LoggedRequest[] {
    return this.#kept.all;
  }

  backwards(): Iterable<LoggedRequest> {
    return this.#kept.backwards();
  }

  clear(): void {
    this.#kept.clear();
    this.#withBodies.clear();
    this.#bytes = 0;
  }

  #forgetOldest(): void {
    const oldest = this.#withBodies.shift();
    if (oldest === undefined) return;
    this.#bytes -= weightOf(oldest);
    oldest.body = undefined;
    oldest.answer = undefined;
  }
}

function weightOf({ body, answer }: LoggedRequest): number {
  return OWN_BYTES + (body?.length ?? 0) + (answer?.length ?? 0);
}

function withoutSecrets(raw: readonly string[]): string[] {
  return raw.filter((_text, at) => !SECRET.test(raw[at - (at % 2)] ?? ''));
}
