/** What goes wrong on purpose: a list of rules; the first one that fits a call acts on it. */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { count } from '../options.ts';

/** One rule. With no effect named it lets the call pass: so it can protect calls from the rules after it. */
export interface Fault {
  /** Only calls of this path, such as `/api/v2/batch`. Default: every call of the API. */
  path?: string | undefined;
  /** How many calls that fit are let pass first. Default 0. */
  after?: number | undefined;
  /** How often the rule acts. Default: always. */
  times?: number | undefined;
  /** The share of the calls, from 0 to 1, that it acts on, by chance. Default 1. */
  share?: number | undefined;
  /** Wait before anything is done. */
  latencyMs?: number | undefined;
  /** Answer with this status instead, and apply nothing. */
  status?: number | undefined;
  /** With `status`: the body, as text or as JSON. */
  body?: unknown;
  /** Headers to add or replace, such as `retry-after`. */
  headers?: Record<string, string> | undefined;
  /** Apply the call first, then answer as `status` says. */
  applied?: boolean | undefined;
  /** Reset the connection: before the body is read, when a part of it has been read, or after the call was applied. */
  reset?: 'before' | 'during' | 'after' | undefined;
  /** Send the answer byte by byte, so many milliseconds apart. */
  slowMs?: number | undefined;
  /** Send half of the answer, then reset. */
  truncate?: boolean | undefined;
}

/** The closed schema of a rule. */
export const FAULT: z.ZodType<Fault> = z.strictObject({
  path: z.string().optional(),
  after: count(0).optional(),
  times: count(0).optional(),
  share: z.number().min(0).max(1).optional(),
  latencyMs: z.number().min(0).optional(),
  status: z.number().int().min(200).max(599).optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  applied: z.boolean().optional(),
  reset: z.enum(['before', 'during', 'after'], "must be 'before', 'during' or 'after'").optional(),
  slowMs: z.number().min(0).optional(),
  truncate: z.boolean().optional(),
});

interface Rule {
  readonly fault: Fault;
  seen: number;
  acted: number;
}

/** The rules and how often each has acted. */
export class Faults {
  readonly #clock: Clock;
  #rules: Rule[] = [];

  constructor(faults: readonly Fault[], clock: Clock) {
    this.#clock = clock;
    this.set(faults);
  }

  /** Replaces all rules; counting begins anew. */
  set(faults: readonly Fault[]): void {
    this.#rules = faults.map((fault) => ({ fault, seen: 0, acted: 0 }));
  }

  /** The rule for one call. */
  take(path: string): Fault {
    return this.#rules.find((rule) => this.#acts(rule, path))?.fault ?? {};
  }

  #acts(rule: Rule, path: string): boolean {
    const { after = 0, times = Number.POSITIVE_INFINITY, share = 1 } = rule.fault;
    if (rule.fault.path !== undefined && rule.fault.path !== path) return false;
    if (rule.seen++ < after || rule.acted >= times || this.#clock.random() >= share) return false;
    rule.acted++;
    return true;
  }
}
