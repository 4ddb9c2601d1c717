/** What a reject sink is. */
import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { createGzip } from 'node:zlib';
import { withOrigin } from '../../lib/record/origin.ts';
import { Rejection, rejectSinkFlaw } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import { collectRejects } from '../../lib/reject/collect-rejects.ts';
import { rejectWriter } from '../../lib/reject/reject-writer.ts';
import { rejectKeeper } from '../support/deliver-rows.ts';
import fc from '../support/fast-check.ts';
import { originFrom } from '../support/flat-origin.ts';

test('a reject sink is a Writable in object mode, with flush() or without', () => {
  const own = [rejectKeeper(), rejectWriter({ to: new Writable() }), collectRejects()];
  for (const stream of [...own, new Writable({ objectMode: true }), new PassThrough({ objectMode: true })])
    assert.equal(rejectSinkFlaw(stream), undefined);
  for (const stream of [new Writable(), new PassThrough(), new PassThrough({ readableObjectMode: true }), createGzip(), process.stdout])
    assert.match(rejectSinkFlaw(stream) ?? '', /in object mode, since rejections are objects: .*rejectWriter\(\{ to \}\)$/);
  for (const other of [Readable.from([]), { flush: () => {} }, { write: true, end: true, on: true, writableObjectMode: true }, 'rejected/'])
    assert.match(rejectSinkFlaw(other) ?? '', /^must be a rejectWriter\(\), collectRejects\(\)/);
});

test('law: anything may be asked whether it is one', () => {
  fc.assert(fc.property(fc.anything(), (value) => assert.equal(typeof rejectSinkFlaw(value), 'string')));
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

test('without an origin a rejection, and a skip, have that of their record', () => {
  const origin = originFrom({ line: 3 });
  const row = { ...withOrigin({ a: 1 }, origin), b: 2 };
  const cause = { reason: 'invalid', message: 'no', stage: 'mine' } as const;
  assert.ok(new Rejection(cause, row).origin === origin && new Skipped('filtered', row).origin === origin);
  for (const bare of [{ a: 1 }, undefined])
    assert.deepEqual([new Rejection(cause, bare).origin, new Skipped('filtered', bare).origin], [undefined, undefined]);
});
