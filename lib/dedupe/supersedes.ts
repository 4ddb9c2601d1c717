/**
 * Whether an identify makes an earlier one of the same person needless: it sets every attribute that the earlier sets,
 * so the last values are the same without it. Where more than plain attributes are at stake the answer is no.
 */
import type { OperationBody } from '../record/entry.ts';

/** Names with a meaning of their own: what they do may depend on what was there before. */
const SPECIAL = new Set(['id', 'email', 'phone', 'cio_id', 'anonymous_id', 'created_at', 'unsubscribed']);

/** True when `earlier` need not be sent where `later` is. */
export function supersedes(later: OperationBody, earlier: OperationBody): boolean {
  if (later.cio_relationships !== undefined || earlier.cio_relationships !== undefined) return false;
  if (!isInOrder(earlier.timestamp, later.timestamp)) return false;
  const [after, before] = [bagOf(later), bagOf(earlier)];
  for (const name of Object.keys(before)) {
    if (!isPlain(name) && before[name] !== after[name]) return false;
    if (before[name] !== undefined && after[name] === undefined) return false;
  }
  return Object.keys(after).every((name) => isPlain(name) || before[name] === after[name]);
}

/** The API orders updates by their time: one without is as old as its arrival. */
function isInOrder(earlier: unknown, later: unknown): boolean {
  return earlier === later || (typeof earlier === 'number' && typeof later === 'number' && earlier <= later);
}

function isPlain(name: string): boolean {
  return !SPECIAL.has(name) && !name.startsWith('_') && !name.startsWith('cio_');
}

function bagOf({ attributes }: OperationBody): Record<string, unknown> {
  return (attributes ?? {}) as Record<string, unknown>;
}
