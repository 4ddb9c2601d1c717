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
  /** Which requests: those whose path starts so, for example `/api/v2/batch`. Default: all of the API. */
  path: z.string().optional(),
  /** How many matching requests go by before the first fault. Default 0. */
  after: count(0).optional(),
  /** How often the rule acts. Default: without end. */
  times: count(0).optional(),
  /** How likely it acts, 0 to 1, by `clock.random`. Default 1. */
  probability: z.number().min(0).max(1).optional(),
  /** Wait so long before the request is applied. */
  latencyMs: milliseconds,
  /** Answer with this status. From 300 on the request is not applied, see `apply`. */
  status: z.number().int().min(200).max(599).optional(),
  /** Answer with this body: text as it is, anything else as JSON. */
  body: z.unknown().refine(isPlain, `must be text or JSON of at most ${DEEPEST} levels`).optional(),
  /** Add these headers to the reply; not those that say how long it is. */
  headers: z
    .record(z.string().regex(/^[\w-]+$/, 'must be header names'), z.string().regex(/^[\t\x20-\x7e]*$/, 'must be header values'))
    .refine((headers) => !Object.keys(headers).some((name) => OWN_HEADERS.test(name)), "can't set the length of the reply: see truncate")
    .optional(),
  /** Apply the request although the status says otherwise (or the other way round): a gateway that lost the reply. */
  apply: z.boolean().optional(),
  /** Break the connection: before the body is read, when half of it is, or after it was applied, with no reply. */
  reset: z.enum(['before', 'during', 'after'], "must be 'before', 'during' or 'after'").optional(),
  /** Send the reply byte by byte, with so many milliseconds between two. */
  slowMs: milliseconds,
  /** Send so many bytes of the reply's body, then break the connection. */
  truncate: count(0).optional(),
  /** Redirect there, with `status` 301, 302, 307 (default) or 308. */
  redirect: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be a URL')
    .optional(),
};

/** One rule. Without any of the effects the request is answered as always. */
export interface Fault extends Given<typeof FAULT_SHAPE> {}

/** A list of rules, as options and `POST /faults` take it. */
export const FAULTS = z.array(z.strictObject(FAULT_SHAPE), 'must be a list of faults').max(MOST_RULES, `can't be more than ${MOST_RULES}`);

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
