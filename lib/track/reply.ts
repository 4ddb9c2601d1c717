/**
 * What a reply to a batch says about its entries. The promise: an odd reply never loses a row. What can't be read is
 * "try again", an error that names no entry is "halve and ask again", and only a named entry is refused.
 */

/** Why the API refused something, in its own words. */
export interface Refusal {
  readonly field: string | undefined;
  readonly message: string;
}

/** What to do after a reply. */
export type Verdict =
  /** All accepted but the refused, by index. `unnamed`: something else was refused too, nobody says what. */
  | { readonly kind: 'settled'; readonly refused: ReadonlyMap<number, Refusal>; readonly unnamed?: Refusal | undefined }
  /** The whole call was refused because of its contents. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'retry'; readonly why: string }
  | { readonly kind: 'auth' }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'fatal'; readonly why: string };

const MESSAGE_LENGTH = 1_000;

/** Reads the reply to a batch of `size` items. */
export function readReply(status: number, text: string, size: number): Verdict {
  if (status >= 200 && status < 300) return readAccepted(status, text, size);
  if (status === 401 || status === 403) return { kind: 'auth' };
  if (status === 400 || status === 413 || status === 422) return { kind: 'refused', refusal: readRefusal(text, `HTTP ${status}`) };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { kind: 'retry', why: `HTTP ${status}` };
  if ([301, 302, 307, 308].includes(status)) return { kind: 'redirect' };
  return { kind: 'fatal', why: `HTTP ${status}` };
}

/** 200 or 207: errors count wherever they are listed. */
function readAccepted(status: number, text: string, size: number): Verdict {
  if (status !== 207 && text.trim() === '') return { kind: 'settled', refused: new Map() };
  const reply = parseObject(text);
  if (reply === undefined) return { kind: 'retry', why: `HTTP ${status} with an unreadable body` };
  const refused = new Map<number, Refusal>();
  let unnamed: Refusal | undefined;
  for (const error of listOf(reply.errors)) {
    const index = indexOf(error, size);
    if (index === undefined) unnamed ??= refusalOf(error, `HTTP ${status}`);
    else if (!refused.has(index)) refused.set(index, refusalOf(error, `HTTP ${status}`));
  }
  return { kind: 'settled', refused, unnamed };
}

function listOf(errors: unknown): unknown[] {
  if (errors === undefined || errors === null) return [];
  return Array.isArray(errors) ? errors : [errors];
}

function indexOf(error: unknown, size: number): number | undefined {
  const given = isObject(error) ? error.batch_index : undefined;
  const index = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < size ? index : undefined;
}

/** `{errors:[{reason, field, message}]}` of v2, `{meta:{error}}` or `{meta:{errors:[text]}}` of v1, or anything else. */
function readRefusal(text: string, fallback: string): Refusal {
  const reply = parseObject(text) ?? {};
  const meta = isObject(reply.meta) ? reply.meta : {};
  return refusalOf(listOf(reply.errors)[0] ?? meta.error ?? listOf(meta.errors)[0], fallback);
}

function refusalOf(error: unknown, fallback: string): Refusal {
  if (typeof error === 'string') return { field: undefined, message: error.slice(0, MESSAGE_LENGTH) };
  if (!isObject(error)) return { field: undefined, message: fallback };
  const message = [error.reason, error.message].filter((part) => typeof part === 'string' && part !== '').join(': ');
  return { field: typeof error.field === 'string' ? error.field : undefined, message: (message || fallback).slice(0, MESSAGE_LENGTH) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Retry-After` in milliseconds: seconds or an HTTP date; undefined where there is none that can be read. */
export function retryAfterMs(header: string | undefined, wallMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallMs);
}
