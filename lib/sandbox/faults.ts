/**
 * Faults on demand: a list of rules, and the first one that matches a request says how it goes wrong. Only the choice
 * is made here; the server does the damage.
 */
import { z } from 'zod';
import { type Clock, LONGEST_TIMER_MS } from '../clock.ts';
import { count, type Given } from '../options.ts';

const DEEPEST = 100;
const MOST_RULES = 1_000;
/** The connection's own: with these the reply could not be sent. */
const OWN_HEADERS = /^(content-length|transfer-encoding|trailer|upgrade)$/i;

const milliseconds = z.number().min(0).max(LONGEST_TIMER_MS).optional();

/** What a rule has. */
const FAULT_SHAPE = {
  /** Which requests: those whose path starts like this, for example `/api/v2/batch`. Default: all calls of the API. */
  path: z.string().optional(),
  /** How many matching requests pass before the first fault. Default 0. */
  after: count(0).optional(),
  /** How many times the rule acts. Default: without end. */
  times: count(0).optional(),
  /** How likely it acts, from 0 to 1. Default 1. */
  probability: z.number().min(0).max(1).optional(),
  /** Waits this many milliseconds before the request is applied. */
  latencyMs: milliseconds,
  /** Answers with this status, 200 to 599. From 300 on the request is not applied; see `apply`. */
  status: z.number().int().min(200).max(599).optional(),
  /** Answers with this body: text as it is, anything else as JSON. */
  body: z.unknown().refine(isPlain, `must be text or JSON of at most ${DEEPEST} levels`).optional(),
  /** Adds these headers to the answer, except those that say how long it is. */
  headers: z
    .record(z.string().regex(/^[\w-]+$/, 'must be header names'), z.string().regex(/^[\t\x20-\x7e]*$/, 'must be header values'))
    .refine((headers) => !Object.keys(headers).some((name) => OWN_HEADERS.test(name)), "can't set the length of the reply: see truncate")
    .optional(),
  /** Applies the request although the status says otherwise (or the other way round): a gateway that lost the answer. */
  apply: z.boolean().optional(),
  /**
   * Breaks the connection: `before` the body is read, `during` it, at half of it, or `after` the request was applied, without an
   * answer.
   */
  reset: z.enum(['before', 'during', 'after'], "must be 'before', 'during' or 'after'").optional(),
  /** Sends the answer byte by byte, this many milliseconds apart. */
  slowMs: milliseconds,
  /** Sends this many bytes of the body of the answer, then breaks the connection. */
  truncate: count(0).optional(),
  /** Redirects to this URL, with `status` 301, 302, 307 (default) or 308. */
  redirect: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be a URL')
    .optional(),
};

/**
 * A rule by which a request to the sandbox goes wrong. The first rule that matches acts. A rule without an effect lets the request
 * pass.
 *
 * @category Sandbox
 */
export interface Fault extends Given<typeof FAULT_SHAPE> {}

/** A list of rules, as options and `POST /faults` take it. */
export const FAULTS: z.ZodType<readonly Fault[], readonly Fault[]> = z
  .array(z.strictObject(FAULT_SHAPE), 'must be a list of faults')
  .max(MOST_RULES, `can't be more than ${MOST_RULES}`)
  .readonly();

/** Whether it can be written as JSON, at whatever depth of the stack. */
function isPlain(body: unknown): boolean {
  const fits = (value: unknown, left: number): boolean =>
    typeof value !== 'object' || value === null || (left > 0 && Object.values(value).every((inner) => fits(inner, left - 1)));
  return !['function', 'symbol'].includes(typeof body) && fits(body, DEEPEST);
}

/** A rule, and what became of it since it was set. */
export interface FaultInForce {
  readonly fault: Fault;
  /** Matching requests, those that it acted on among them. */
  readonly passed: number;
  readonly acted: number;
}

/** The rules in force. */
export class Faults {
  readonly #clock: Clock;
  #rules: { readonly fault: Fault; passed: number; acted: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Replaces the rules; all counts start again. */
  set(faults: readonly Fault[]): void {
    this.#rules = faults.map((fault) => ({ fault, passed: 0, acted: 0 }));
  }

  /** The rules now, with how many requests each let by and how often it acted. */
  get rules(): readonly FaultInForce[] {
    return this.#rules.map((rule) => ({ ...rule }));
  }

  /** The fault of this request. */
  next(path: string): Fault | undefined {
    for (const rule of this.#rules) {
      const { path: start = '', after = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = rule.fault;
      if (!path.startsWith(start) || rule.passed++ < after || rule.acted >= times) continue;
      if (probability < 1 && this.#clock.random() >= probability) continue;
      rule.acted++;
      return rule.fault;
    }
    return undefined;
  }
}
