/**
 * What a reply to a batch means for its entries. The promise: an odd reply never loses a row. A reply that can't be read
 * means "try again", an error that names no entry means "send each half again", and only a named entry is refused.
 */
import { isObject } from '../json/exact.ts';
import { printable } from '../printable.ts';

/** Why the API refused something, in its own words: all of them, in one line. */
export interface BatchRefusal {
  /** The first field that is named. */
  readonly field: string | undefined;
  readonly message: string;
}

/** What to do after a reply. */
export type Verdict =
  /** All entries are accepted but those refused, by index. `unnamed`: an error that does not name its entry, or is about the whole. */
  | { readonly kind: 'answered'; readonly refused: ReadonlyMap<number, BatchRefusal>; readonly unnamed?: BatchRefusal | undefined }
  | { readonly kind: 'retry'; readonly why: string }
  | { readonly kind: 'auth' }
  | { readonly kind: 'fatal' };

/** The longest text of one error, and of all errors of an entry together. */
const ERROR_LENGTH = 1_000;
const MESSAGE_LENGTH = 10_000;
const MAX_LEVELS = 5;

/** Reads the reply to a batch of `size` items. */
export function readReply(status: number, text: string, size: number): Verdict {
  if (status >= 200 && status < 300) return readAccepted(status, text, size);
  if (status === 401 || status === 403) return { kind: 'auth' };
  if (status === 400 || status === 413 || status === 422) return answered([], readRefusal(text, `HTTP ${status}`));
  if (isTransient(status)) return { kind: 'retry', why: `HTTP ${status}` };
  return { kind: 'fatal' };
}

/** True for a status after which the same request may succeed. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** A status of 2xx, usually 200 or 207: errors count wherever they are listed. */
function readAccepted(status: number, text: string, size: number): Verdict {
  if (status !== 207 && text.trim() === '') return answered([]);
  const reply = readObject(text);
  if (reply === undefined) return { kind: 'retry', why: `HTTP ${status} with an unreadable body` };
  const named = new Map<number, unknown[]>();
  const unnamed: unknown[] = [];
  for (const error of errorsIn(reply)) {
    const index = indexOf(error, size);
    if (index === undefined) unnamed.push(error);
    else if (named.get(index)?.push(error) === undefined) named.set(index, [error]);
  }
  const refused = [...named].map(([index, errors]) => [index, refusalOf(errors, `HTTP ${status}`)] as const);
  return answered(refused, unnamed.length === 0 ? undefined : refusalOf(unnamed, `HTTP ${status}`));
}

function answered(refused: Iterable<readonly [number, BatchRefusal]>, unnamed?: BatchRefusal): Verdict {
  return { kind: 'answered', refused: new Map(refused), unnamed };
}

/** `{errors:[{reason, field, message}]}` of v2, `{meta:{error}}` or `{meta:{errors:[text]}}` of v1, or `{error}`. */
function errorsIn({ errors, meta, error }: Record<string, unknown>): unknown[] {
  const { error: one, errors: several } = isObject(meta) ? meta : {};
  return [errors, one, several, error].flatMap((given) => (Array.isArray(given) ? given : given ? [given] : []));
}

function indexOf(error: unknown, size: number): number | undefined {
  const given = isObject(error) ? error.batch_index : undefined;
  const index = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < size ? index : undefined;
}

/** A reply that is not JSON is kept if it is text, but not if it is a page: that comes from a gateway and is not about the entries. */
function readRefusal(text: string, fallback: string): BatchRefusal {
  const reply = readJson(text);
  if (reply === undefined) return refusalOf(/^\s*[<[{]/.test(text) ? [] : [text.trim()], fallback);
  if (!isObject(reply)) return refusalOf([reply], fallback);
  const errors = errorsIn(reply);
  return refusalOf(errors.length > 0 ? errors : [reply], fallback);
}

function refusalOf(errors: readonly unknown[], fallback: string): BatchRefusal {
  const fields = errors.map((error) => (isObject(error) && typeof error.field === 'string' ? printable(error.field) : undefined));
  const field = fields.find((name) => name !== undefined);
  const texts = errors.map((error, n) => {
    const words = wordsOf(error).join(': ').slice(0, ERROR_LENGTH);
    // The first field is given beside the message.
    return words === '' || fields[n] === undefined || fields[n] === field ? words : `${fields[n]}: ${words}`;
  });
  const message = [...new Set(texts)].filter((words) => words !== '').join('; ');
  return { field, message: (message || fallback).slice(0, MESSAGE_LENGTH) };
}

/** The texts in an error, at the places where APIs and gateways put them, down to a depth. */
function wordsOf(error: unknown, levels: number = MAX_LEVELS): string[] {
  const inner = Array.isArray(error) ? error : isObject(error) ? [error.reason, error.message, error.error, error.detail] : undefined;
  if (inner) return levels === 0 ? [] : inner.flatMap((one) => wordsOf(one, levels - 1));
  return typeof error === 'string' && error.trim() !== '' ? [printable(error)] : [];
}

/** A JSON object; undefined for anything else. */
export function readObject(text: string): Record<string, unknown> | undefined {
  const value = readJson(text);
  return isObject(value) ? value : undefined;
}

function readJson(text: string): unknown {
  try {
    // Some servers begin with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
