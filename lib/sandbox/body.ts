/**
 * The bytes of a request -> its items, each with the text it came as, because limits count the bytes on the wire.
 * Numbers keep their digits: those that a double would change are LosslessNumbers. A body that is not JSON, not UTF-8 or
 * nested too deeply is refused as a whole.
 */
import { isSafeNumber, LosslessNumber, parse } from 'lossless-json';
import { elementsOf, isDeeperThan, memberOf } from '../json/scan.ts';
import { invalid, type RefusedItem, required } from './workspace/refusal.ts';

/** One item as it came. */
export interface Item {
  readonly text: string;
  /** Undefined if the item can't be read; then `problem` says why. */
  readonly value: unknown;
  readonly problem?: RefusedItem;
}

// A recursive function can go so deep without harm; Go's JSON reader stops at 10,000.
const MAX_DEPTH = 2_000;
// A number without one of these is not changed by a double.
const RISKY = /[\d.]{16}|\d[eE]/;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The items of `{"batch":[...]}`. */
export function readBatch(bytes: Uint8Array): Item[] | RefusedItem {
  const text = readText(bytes);
  if (typeof text !== 'string') return text;
  if (text.trimStart()[0] !== '{') return invalid('', 'must be an object');
  const batch = batchIn(text);
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

/** Where the value of the last member `batch` starts: of two, JSON.parse takes the last, too. */
function batchIn(text: string): number | undefined {
  let found: number | undefined;
  memberOf(text, text.indexOf('{'), (at, end, value) => {
    if (JSON.parse(text.slice(at, end)) === 'batch') found = value;
    return false;
  });
  return found;
}

/** The text, if it is JSON and not too deep. */
function readText(bytes: Uint8Array): string | RefusedItem {
  try {
    const text = decoder.decode(bytes);
    if (isDeeperThan(MAX_DEPTH, text)) return invalid('', 'nested too deeply');
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
