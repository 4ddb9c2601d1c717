/**
 * The bytes of a request -> its items, each with the text it came as, because limits count the bytes on the wire.
 * Numbers keep their digits: those that a double would change are LosslessNumbers. What is no JSON, no UTF-8 or nested
 * without end is refused as a whole.
 */
import { isSafeNumber, LosslessNumber, parse } from 'lossless-json';
import { invalid, type RefusedItem, required } from './workspace/refusal.ts';

/** One item as it came. */
export interface Item {
  readonly text: string;
  /** Undefined where the item can't be read; then `problem` says why. */
  readonly value: unknown;
  readonly problem?: RefusedItem;
}

// As deep as a recursive function can go without fear; Go's JSON reader stops at 10,000.
const MAX_DEPTH = 2_000;
// No number without one of these is changed by a double.
const RISKY = /[\d.]{16}|\d[eE]/;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The items of `{"batch":[...]}`. */
export function readBatch(bytes: Uint8Array): Item[] | RefusedItem {
  const text = readText(bytes);
  if (typeof text !== 'string') return text;
  if (text.trimStart()[0] !== '{') return invalid('', 'must be an object');
  const batch = memberOf(text, 'batch');
  if (batch === undefined) return required('batch');
  if (text[batch] !== '[') return invalid('batch', 'must be an array');
  const items = elementsOf(text, batch).map(readItem);
  return items.length === 0 ? required('batch') : items;
}

/** The one item that the whole body is. */
export function readEntity(bytes: Uint8Array): Item | RefusedItem {
  const text = readText(bytes);
  return typeof text === 'string' ? readItem(text) : text;
}

/** JSON text for sure, and not too deep. */
function readText(bytes: Uint8Array): string | RefusedItem {
  try {
    const text = decoder.decode(bytes);
    if (isTooDeep(text)) return invalid('', 'nested too deeply');
    JSON.parse(text);
    return text;
  } catch {
    return invalid('', 'malformed JSON');
  }
}

function readItem(text: string): Item {
  if (!RISKY.test(text)) return { text, value: JSON.parse(text) };
  try {
    return { text, value: parse(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue }) };
  } catch {
    return { text, value: undefined, problem: invalid('', 'a number is out of range') };
  }
}

function parseNumber(digits: string): number | LosslessNumber {
  if (!Number.isFinite(Number(digits))) throw new RangeError('a number is out of range');
  return isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits);
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === '{' || char === '[') {
      if (++depth > MAX_DEPTH) return true;
    } else if (char === '}' || char === ']') depth--;
  }
  return false;
}

/** Where the value of the last member `name` of the outermost object starts. */
function memberOf(text: string, name: string): number | undefined {
  let found: number | undefined;
  for (let at = skip(text, text.indexOf('{') + 1); text[at] === '"'; at = skip(text, at)) {
    const end = endOfString(text, at);
    const value = skip(text, end);
    if (JSON.parse(text.slice(at, end)) === name) found = value;
    at = endOfValue(text, value);
  }
  return found;
}

/** The texts of the elements of the array that starts at `start`. */
function elementsOf(text: string, start: number): string[] {
  const elements: string[] = [];
  for (let at = skip(text, start + 1); text[at] !== ']'; at = skip(text, at)) {
    const end = endOfValue(text, at);
    elements.push(text.slice(at, end));
    at = end;
  }
  return elements;
}

/** Past white space and what stands between values. */
function skip(text: string, at: number): number {
  while (' \t\r\n,:'.includes(text[at] ?? 'x')) at++;
  return at;
}

/** Where the value that starts at `at` ends. The text is JSON, so only openers, closers and strings matter. */
function endOfValue(text: string, at: number): number {
  if (text[at] === '"') return endOfString(text, at);
  if (text[at] !== '{' && text[at] !== '[') return endOfWord(text, at);
  for (let depth = 0; ; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at) - 1;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1;
  }
}

function endOfWord(text: string, at: number): number {
  while (at < text.length && !' \t\r\n,]}'.includes(text[at] ?? '')) at++;
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
