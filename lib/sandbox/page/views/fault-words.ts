/** Faults in words, and those that are asked for most. The rules themselves are the sandbox's (faults.ts). */
import { counted } from '../format.ts';

/** A rule, as `POST /faults` takes it. */
export type Rule = Readonly<Record<string, unknown>>;

/** A fault that the form offers. */
export interface Preset {
  readonly name: string;
  readonly title: string;
  readonly says: string;
  /** What can be chosen beside how often, and where it begins. */
  readonly amount?: { readonly label: string; readonly start: number; readonly max: number };
  readonly rule: (amount: number) => Rule;
}

const LONGEST_S = 86_400;
const LONGEST_MS = 600_000;

/** In the order of the form. */
export const PRESETS: readonly Preset[] = [
  { name: 'unavailable', title: 'Unavailable', says: 'answers 503; the request is not applied', rule: () => ({ status: 503 }) },
  {
    name: 'limited',
    title: 'Too many requests',
    says: 'answers 429 with Retry-After',
    amount: { label: 'Retry after (seconds)', start: 2, max: LONGEST_S },
    rule: (seconds) => ({ status: 429, headers: { 'retry-after': String(seconds) } }),
  },
  {
    name: 'slow',
    title: 'Slow answers',
    says: 'waits before it answers',
    amount: { label: 'Wait (milliseconds)', start: 2_000, max: LONGEST_MS },
    rule: (ms) => ({ latencyMs: ms }),
  },
  {
    name: 'reset',
    title: 'Connection reset',
    says: 'breaks the connection in the middle of the request',
    rule: () => ({ reset: 'during' }),
  },
  { name: 'lost', title: 'Lost answer', says: 'applies the request, then breaks the connection', rule: () => ({ reset: 'after' }) },
  { name: 'unauthorized', title: 'Wrong credentials', says: 'answers 401', rule: () => ({ status: 401 }) },
];

/** What a rule does, but for how often: `answers 503, on /api/v2/batch`. */
export function inWords(rule: Rule): string {
  const { status, latencyMs, reset, slowMs, truncate, redirect, body, headers, apply, after, probability, path } = rule;
  const does = [
    latencyMs && `waits ${latencyMs} ms`,
    status && `answers ${status}`,
    redirect && `redirects to ${redirect}`,
    headers && `sends ${pairs(headers)}`,
    body !== undefined && 'sends a body of its own',
    apply === true && 'applies the request anyway',
    apply === false && 'does not apply the request',
    slowMs && `sends a byte every ${slowMs} ms`,
    truncate !== undefined && `breaks the connection after ${truncate} bytes of the answer`,
    reset && `breaks the connection ${reset} the request`,
  ].filter(Boolean);
  const when = [
    path && `on ${path}`,
    after && `after ${counted(Number(after), 'request')}`,
    probability !== undefined && `with a probability of ${probability}`,
  ].filter(Boolean);
  return [does.join(' and ') || 'does nothing', ...when].join(', ');
}

function pairs(headers: unknown): string {
  return Object.entries(headers as object)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
