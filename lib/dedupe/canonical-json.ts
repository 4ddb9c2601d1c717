/**
 * A value -> one text that is the same however the value was spelled: the order of keys and the spelling of numbers
 * don't count, everything else does. Only for hashing: nothing reads it back.
 */
import { ExactNumber, parse, significand, stringify } from '../json/exact.ts';

/** The text. Two values have the same one when they are the same JSON value. */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      // With its length in front no text can look like something else.
      return `${value.length}"${value}`;
    case 'number':
      return Number.isSafeInteger(value) ? String(value) : significand(String(value));
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? String(value) : significand(String(value));
    case 'boolean':
      return value ? 't' : 'f';
    case 'object':
      return value === null ? 'n' : canonicalObject(value);
    default:
      return 'n';
  }
}

function canonicalObject(value: object): string {
  if (value instanceof ExactNumber) return significand(value.digits);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  // Dates, boxed values and anything with a toJSON(): as JSON writes them.
  if (!isPlain(value)) return canonicalJson(parse(stringify(value)));
  let text = '{';
  for (const name of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[name];
    if (isWritten(member)) text += `${name.length}"${name}:${canonicalJson(member)},`;
  }
  return `${text}}`;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}

function isWritten(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}
