/**
 * The text of one row -> a record with its origin, or a Rejection. Every source reads rows here, so that a bad row means
 * the same in NDJSON, JSON and CSV.
 */
import { isObject, JsonError, parse } from '../json/exact.ts';
import { repeatedName } from '../json/repeated-name.ts';
import { number } from '../wording.ts';
import { type Origin, withOrigin } from './origin.ts';
import type { SourceRecord } from './record.ts';
import { type Reason, Rejection } from './rejection.ts';

/** Reads one JSON object. `stage` names the source in a rejection. An object that has a name twice is refused. */
export function readRecord(text: string, origin: Origin, stage: string): SourceRecord | Rejection {
  const record = readText(text, origin, stage);
  const field = record instanceof Rejection ? undefined : repeatedName(text, record);
  if (field === undefined) return record;
  return new Rejection({ reason: 'malformed', field, message: 'is there twice, with two values', stage }, undefined, origin);
}

/** The same for a text that certainly has each name once. */
export function readText(text: string, origin: Origin, stage: string): SourceRecord | Rejection {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return unreadable(error.reason, error.message, origin, stage);
  }
  if (isObject(value)) return withOrigin(value, origin);
  return unreadable('malformed', `a record is a JSON object, this is ${kindOf(value)}`, origin, stage);
}

/** A Rejection of text that is not a record. */
export function unreadable(reason: Reason, message: string, origin: Origin, stage: string, bytes?: Buffer): Rejection {
  return new Rejection({ reason, message, stage }, undefined, origin, bytes);
}

/** Why a row is too large. How many bytes it has is not always known. */
export function tooManyBytes(most: number, bytes?: number): string {
  const limit = `more than the ${number(most)} bytes that a row may have`;
  return bytes === undefined ? limit : `${number(bytes)} bytes, ${limit}`;
}

/** The kind of a value that is not an object, in words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'a number' : `a ${typeof value}`;
}
