/** What a reject sink is. */
import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRejectSink, Rejection } from '../../lib/record/rejection.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import { originFrom } from '../support/flat-origin.ts';

test('a reject sink can be written to and flushed; a stream that can only be written to is none', () => {
  assert.ok(isRejectSink(rejectKeeper()));
  for (const stream of [new Writable(), new PassThrough()]) assert.ok(!isRejectSink(stream));
  assert.ok(!isRejectSink({ flush: () => {} }));
  assert.ok(!isRejectSink({ write: true, flush: true }));
});

test('law: anything may be asked whether it is one', () => {
  fc.assert(fc.property(fc.anything(), (value) => assert.equal(isRejectSink(value), false)));
});

test('a rejection holds the cause, the record and its origin as they were given', () => {
  const [cause, record, origin] = [
    { reason: 'refused', message: 'no', stage: 'trackWriter', status: 400 } as const,
    { a: 1 },
    originFrom({ line: 3 }),
  ];
  const rejection = new Rejection(cause, record, origin);
  assert.deepEqual([rejection.cause, rejection.record, rejection.origin, rejection.bytes], [cause, record, origin, undefined]);
  assert.ok(rejection.record === record && rejection.origin === origin);
});
