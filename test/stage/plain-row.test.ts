/** A record becomes plain data, by the user's own schema if there is one, or it is said why not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { JsonError } from '../../lib/json/exact.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { plainRow } from '../../lib/stage/plain-row.ts';

const read = (record: unknown, schema?: z.ZodType): ReturnType<typeof plainRow> => plainRow(record as SourceRecord, schema);

test('what is not an object is malformed, with a schema as without, and called by its kind', () => {
  const kinds: [unknown, string][] = [
    [null, 'null'],
    [['a'], 'an array'],
    ['text', 'a string'],
    [7, 'a number'],
  ];
  for (const [value, kind] of kinds) {
    for (const schema of [undefined, z.unknown()])
      assert.deepEqual(read(value, schema).refused, { reason: 'malformed', message: `a record is an object, this is ${kind}` });
  }
});

test('without a schema a plain record is passed on as it is, and what is not data is refused', () => {
  const record = { a: 1, b: { c: [null] } };
  assert.equal(read(record).row, record);
  assert.throws(() => read({ a: new Map() }), JsonError);
});

test('the row is what the schema gives, made plain again', () => {
  const schema = z.object({ at: z.string().transform((text) => ({ toJSON: () => `at ${text}` })), n: z.coerce.number() });
  assert.deepEqual(read({ at: 'x', n: '5', other: 1 }, schema).row, { at: 'at x', n: 5 });
  assert.throws(() => read({ n: 1 }, z.object({ n: z.number().transform(() => new Map()) })), JsonError);
});

test('the schema sees data: a record with a toJSON() as what that gives', () => {
  assert.deepEqual(read({ toJSON: () => ({ a: 1 }) }, z.strictObject({ a: z.number() })).row, { a: 1 });
});

test('of what a schema refuses the first is named with its place; what it gives must be an object', () => {
  const schema = z.object({ list: z.array(z.object({ n: z.number('must be a number') })), z: z.string() });
  assert.deepEqual(read({ list: [{ n: 1 }, { n: 'x' }] }, schema).refused, {
    ...{ reason: 'invalid', field: 'list.1.n', message: 'must be a number' },
  });
  for (const given of [null, [], 'text', 5]) {
    const { refused } = read(
      {},
      z.unknown().transform(() => given),
    );
    assert.deepEqual(refused, { reason: 'invalid', field: undefined, message: 'the schema did not return an object' });
  }
});
