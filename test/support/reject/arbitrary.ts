/** Rejections of every kind that can come about, for property tests. */

import { readRecord } from '../../../lib/record/read.ts';
import { type Cause, REASONS, type Reason, Rejection } from '../../../lib/record/rejection.ts';
import fc from '../fast-check.ts';
import { type FlatOrigin, originFrom } from '../flat-origin.ts';

const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const text = fc.string({ unit: 'binary' });
const size = fc.nat();

export const cause: fc.Arbitrary<Cause> = fc.record({
  reason: fc.constantFrom(...(Object.keys(REASONS) as Reason[])),
  field: optional(text),
  message: fc.oneof(text, fc.constant('x","rejected_reason":"y')),
  stage: fc.constantFrom('ndjson', 'validate', 'trackWriter'),
  status: optional(fc.integer({ min: 100, max: 599 })),
  attempts: optional(size),
  eventId: optional(text),
});

const more = { bytes: optional(size), stream: optional(text), namespace: optional(text), version: optional(text), part: optional(size) };
const ofFile = fc.record({ source: optional(text), line: optional(size), offset: optional(size), ...more });
const ofMessage = fc
  .record({ topic: fc.string({ unit: 'binary', minLength: 1 }), partition: size, line: size, ...more })
  .map((where) => ({ ...where, offset: where.line }));
const place = fc.oneof<fc.Arbitrary<FlatOrigin>[]>(ofFile, ofMessage);

/** Text of a JSON object as anyone may write it: spaces, digits that a double can't hold, keys that look like ours. */
export const objectText: fc.Arbitrary<string> = fc
  .tuple(
    fc.dictionary(fc.oneof(text, fc.constantFrom('record', 'rejected_reason', '__proto__')), fc.jsonValue()),
    fc.bigInt(),
    fc.constantFrom('', ' ', '\t'),
  )
  .map(([object, number, space]) => {
    const body = JSON.stringify(object).slice(1, -1);
    return `${space}{"exact"${space}:${number}.50${body && ','}${body}}${space}`;
  });

/** Not an object: broken, cut off, a number, an array. */
const otherText = fc.oneof(
  text,
  fc.json().filter((json) => !json.startsWith('{')),
  objectText.map((json) => json.trimEnd().slice(0, -1)),
);

/** A rejected record that had a text of its own. */
export const fromText: fc.Arbitrary<Rejection> = fc.tuple(cause, fc.oneof(objectText, otherText), place).map(([why, raw, where]) => {
  const origin = originFrom({ ...where, raw });
  const read = readRecord(raw, origin, 'test');
  return new Rejection(why, read instanceof Rejection ? undefined : read, origin);
});

/** A rejected row of a program: no text, values of JavaScript. */
export const fromValue: fc.Arbitrary<Rejection> = fc
  .tuple(
    cause,
    fc.dictionary(text, fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true })),
    optional(place),
  )
  .map(([why, record, where]) => new Rejection(why, record, where && originFrom(where)));

/** Bytes that are no text, and records that were not kept. */
export const withoutRecord: fc.Arbitrary<Rejection> = fc
  .tuple(cause, optional(fc.uint8Array({ minLength: 1 })), place)
  .map(([why, bytes, where]) => new Rejection(why, undefined, originFrom(where), bytes && Buffer.from([0xff, ...bytes])));

export const rejection: fc.Arbitrary<Rejection> = fc.oneof(fromText, fromValue, withoutRecord);
