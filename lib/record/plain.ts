/**
 * Objects of a program -> plain data: what JSON.stringify would write, or what their toJSON() returns. Bytes, Maps,
 * functions and objects whose fields are getters are refused by name, as JSON.stringify would send or drop their insides in
 * silence. A row that is plain already, as nearly every row is, is passed on as it is, without a copy.
 */
import { ExactNumber, isObject, JsonError, MAX_DEPTH, stringify } from '../json/exact.ts';
import type { SourceRecord } from './record.ts';

type Body = Record<string, unknown>;

/**
 * The record as a plain object, by its toJSON() if it has one; its values stay as they are. A row may be an instance of a
 * class with fields of its own, as some database clients make them, but not with getters. Throws a JsonError.
 */
export function plainRecord(record: SourceRecord): SourceRecord {
  if (hasPlainPrototype(record) && typeof record.toJSON !== 'function') return record;
  const result = isBytes(record) ? record : fromToJSON(record, '', '');
  if (!isObject(result)) throw refused('the toJSON() of the record does not return an object', '');
  if (hasPlainPrototype(result)) return result;
  if (isBuiltIn(result) || hasGetters(result)) throw refused(`the record is ${nameOf(result)}, not plain data: ${ADVICE}`, '');
  return { ...result };
}

/** The record as plain data, down to the last value. Throws a JsonError that names the field. */
export function plainData(record: SourceRecord): SourceRecord {
  // A toJSON() among its members is a function, so the record is not plain then.
  if (hasPlainPrototype(record) && hasPlainMembers(record)) return record;
  const plain = plainRecord(record);
  return copyOf(plain, '', [plain]) as SourceRecord;
}

/** A record of a program as JSON text. Throws if {@link plainData} refuses it: read again, it would be another record. */
export function recordText(record: unknown): string {
  return stringify(isObject(record) ? plainData(record) : record);
}

/** The check that is made for every row: it allocates nothing. */
function hasPlainMembers(record: SourceRecord): boolean {
  try {
    for (const name in record) if (!isPlain(record[name], 0)) return false;
    return true;
  } catch {
    // A getter failed; the slow way names it.
    return false;
  }
}

/** False for what is too deep or part of itself: the slow way names it. */
function isPlain(value: unknown, depth: number): boolean {
  // First of all, because most values are text.
  if (typeof value === 'string') return true;
  if (typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol';
  if (value === null) return true;
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item, depth + 1)) return false;
    return true;
  }
  if (!hasPlainPrototype(value)) return isScalar(value);
  for (const name in value) if (!isPlain((value as Body)[name], depth + 1)) return false;
  return true;
}

/** A Date, which is read as a time elsewhere, or exact digits. An invalid Date is found when it is written. */
function isScalar(value: object): boolean {
  return value instanceof ExactNumber || value instanceof Date;
}

/** A copy with plain values. `around` are the objects that contain it. */
function copyOf(value: object, path: string, around: readonly object[]): unknown {
  const join = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(value)) return value.map((item, index) => plainValue(item, join(String(index)), String(index), around));
  const members = Object.keys(value).map((name) => [name, plainValue(read(value, name, join(name)), join(name), name, around)]);
  return Object.fromEntries(members);
}

function plainValue(value: unknown, path: string, name: string, around: readonly object[]): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw refused(`is a ${typeof value}, not data`, path);
  if (typeof value !== 'object' || value === null || isScalar(value)) return value;
  if (isBytes(value)) throw refused(`is bytes (${nameOf(value)}): convert them to text with map()`, path);
  if (around.length > MAX_DEPTH) throw refused('nested too deeply to write', path);
  if (BOXES.some((box) => value instanceof box)) return value.valueOf();
  const result = fromToJSON(value, name, path);
  if (result !== value) return result === undefined ? undefined : plainValue(result, path, name, [...around, value]);
  if (around.includes(value)) throw refused('contains itself', path);
  if (!Array.isArray(value) && !isPlainObject(value)) throw refused(`is ${nameOf(value)}, not plain data: ${ADVICE}`, path);
  return copyOf(value, path, [...around, value]);
}

const ADVICE = 'give it a toJSON(), or convert it with map()';
const BOXES = [String, Number, Boolean, BigInt] as const;

/** What the object's toJSON() returns; the object itself if it has none. */
function fromToJSON(value: object, name: string, path: string): unknown {
  const toJSON = read(value, 'toJSON', path);
  if (typeof toJSON !== 'function') return value;
  try {
    return toJSON.call(value, name);
  } catch {
    throw refused('its toJSON() failed', path);
  }
}

function read(value: object, name: string, path: string): unknown {
  try {
    return (value as Body)[name];
  } catch {
    throw refused("can't be read", path);
  }
}

function hasPlainPrototype(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A plain object, also of another realm, or an instance of a class that has fields and nothing but its constructor besides. */
function isPlainObject(value: object): boolean {
  if (hasPlainPrototype(value)) return true;
  if (isBuiltIn(value)) return false;
  const prototypes = prototypesOf(value);
  if (prototypes.length === 0) return true;
  return Object.keys(value).length > 0 && prototypes.every((prototype) => Reflect.ownKeys(prototype).every((key) => key === 'constructor'));
}

/** The prototypes, the nearest first, without the Object.prototype at the end. */
function prototypesOf(value: object): object[] {
  const prototypes: object[] = [];
  for (let next = Object.getPrototypeOf(value); next !== null; next = Object.getPrototypeOf(next)) prototypes.push(next);
  return prototypes.slice(0, -1);
}

/** An object of the language that is not a literal: a Map, a Promise, an Error. */
function isBuiltIn(value: object): boolean {
  return Object.prototype.toString.call(value) !== '[object Object]';
}

/** True if its class computes fields. */
function hasGetters(value: object): boolean {
  return prototypesOf(value).some((prototype) =>
    Object.values(Object.getOwnPropertyDescriptors(prototype)).some(({ get }) => get !== undefined),
  );
}

/** Bytes of any kind, even a Buffer, whose toJSON() would make a list of numbers. */
function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
}

/** The name of its class, with its article. The message may hold it: it is code, not contents. */
function nameOf(value: object): string {
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  if (typeof name !== 'string' || !/^\w{1,60}$/.test(name)) return 'an object of a class';
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
}

function refused(message: string, path: string): JsonError {
  return new JsonError('invalid', message, path === '' ? undefined : path);
}
