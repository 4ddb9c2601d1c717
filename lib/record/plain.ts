/**
 * Objects out of a program -> plain data, which is what JSON writes of them anyway or what their toJSON() says. Bytes,
 * Maps, functions and the insides of an object whose fields are getters are refused by name: JSON.stringify would send
 * or drop them in silence. What is plain already, as nearly every row is, passes untouched and uncopied.
 */
import { ExactNumber, isObject, JsonError, MAX_DEPTH, stringify } from '../json/exact.ts';
import type { SourceRecord } from './record.ts';

type Body = Record<string, unknown>;

/**
 * The record itself: its toJSON() where it has one. A row may be an instance of a class whose fields are its own, as some
 * database clients make them; one with getters has its data elsewhere. Its values are not looked at. Throws a JsonError.
 */
export function plainRecord(record: SourceRecord): SourceRecord {
  if (hasPlainPrototype(record) && typeof record.toJSON !== 'function') return record;
  const said = isBytes(record) ? record : saidBy(record, '', '');
  if (!isObject(said)) throw refused('the toJSON() of the record does not give an object', '');
  if (hasPlainPrototype(said)) return said;
  if (isForeign(said) || hasAccessors(said)) throw refused(`the record is ${nameOf(said)}, not plain data: ${ADVICE}`, '');
  return { ...said };
}

/** The record as plain data, down to the last value. Throws a JsonError that names the field. */
export function plainData(record: SourceRecord): SourceRecord {
  // A toJSON() of its own is a function, and so found.
  if (hasPlainPrototype(record) && hasPlainMembers(record)) return record;
  const plain = plainRecord(record);
  return copyOf(plain, '', [plain]) as SourceRecord;
}

/** A record out of a program as JSON text. What {@link plainData} refuses is not written: it would come back as plain data. */
export function recordText(record: unknown): string {
  return stringify(isObject(record) ? plainData(record) : record);
}

/** The check that every row pays for: nothing is made. */
function hasPlainMembers(record: SourceRecord): boolean {
  try {
    for (const name in record) if (!isPlain(record[name], 0)) return false;
    return true;
  } catch {
    // The slow way says which of its getters fails.
    return false;
  }
}

/** Too deep, or in a circle, is for the slow way to say. */
function isPlain(value: unknown, depth: number): boolean {
  // Texts first: most values are.
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

/** Read as times or written as digits elsewhere. Dates that are invalid are found when they are written. */
function isScalar(value: object): boolean {
  return value instanceof ExactNumber || value instanceof Date;
}

/** A copy with plain values. `around` are the objects that hold it. */
function copyOf(value: object, path: string, around: readonly object[]): unknown {
  const join = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(value)) return value.map((item, index) => plainValue(item, join(String(index)), String(index), around));
  const members = Object.keys(value).map((name) => [name, plainValue(read(value, name, join(name)), join(name), name, around)]);
  return Object.fromEntries(members);
}

function plainValue(value: unknown, path: string, name: string, around: readonly object[]): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw refused(`is a ${typeof value}, not data`, path);
  if (typeof value !== 'object' || value === null || isScalar(value)) return value;
  if (isBytes(value)) throw refused(`is bytes (${nameOf(value)}): map() has to make text of them`, path);
  if (around.length > MAX_DEPTH) throw refused('nested too deeply to write', path);
  if (BOXES.some((box) => value instanceof box)) return value.valueOf();
  const said = saidBy(value, name, path);
  if (said !== value) return said === undefined ? undefined : plainValue(said, path, name, [...around, value]);
  if (around.includes(value)) throw refused('is part of itself', path);
  if (!Array.isArray(value) && !isOpen(value)) throw refused(`is ${nameOf(value)}, not plain data: ${ADVICE}`, path);
  return copyOf(value, path, [...around, value]);
}

const ADVICE = 'it needs a toJSON(), or map() that makes plain data of it';
const BOXES = [String, Number, Boolean, BigInt] as const;

/** What the object says of itself; the object where it says nothing, or nothing else. */
function saidBy(value: object, name: string, path: string): unknown {
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

/** A plain object, also one of another realm; or of a class that adds nothing to its fields, and does have some. */
function isOpen(value: object): boolean {
  if (hasPlainPrototype(value)) return true;
  if (isForeign(value)) return false;
  const prototypes = prototypesOf(value);
  if (prototypes.length === 0) return true;
  return Object.keys(value).length > 0 && prototypes.every((prototype) => Reflect.ownKeys(prototype).every((key) => key === 'constructor'));
}

/** Its classes, the nearest first, without the Object that every realm has. */
function prototypesOf(value: object): object[] {
  const prototypes: object[] = [];
  for (let next = Object.getPrototypeOf(value); next !== null; next = Object.getPrototypeOf(next)) prototypes.push(next);
  return prototypes.slice(0, -1);
}

/** Made by the language, and no object literal: a Map, a Promise, an Error. */
function isForeign(value: object): boolean {
  return Object.prototype.toString.call(value) !== '[object Object]';
}

/** Fields that are computed by its class. */
function hasAccessors(value: object): boolean {
  return prototypesOf(value).some((prototype) =>
    Object.values(Object.getOwnPropertyDescriptors(prototype)).some(({ get }) => get !== undefined),
  );
}

/** Of any kind; a Buffer would say what it is, but as a list of numbers. */
function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
}

/** The name of its class, which is code and no contents. */
function nameOf(value: object): string {
  const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
  if (typeof name !== 'string' || !/^\w{1,60}$/.test(name)) return 'an object of a class';
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
}

function refused(message: string, path: string): JsonError {
  return new JsonError('invalid', message, path === '' ? undefined : path);
}
