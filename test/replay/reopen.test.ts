import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { ExactNumber } from '../../lib/json/exact.ts';
import { Checkpoint } from '../../lib/record/checkpoint.ts';
import { ORIGIN, Origin, originOf } from '../../lib/record/origin.ts';
import { readRecord } from '../../lib/record/read.ts';
import type { Element, SourceRecord } from '../../lib/record/record.ts';
import { type Cause, Rejection } from '../../lib/record/rejection.ts';
import { formatRejection } from '../../lib/reject/reject-line.ts';
import { reopen, reopened } from '../../lib/replay/reopen.ts';
import fc from '../support/fast-check.ts';
import { flat, originFrom } from '../support/flat-origin.ts';
import { cause, fromText, fromValue, withoutRecord } from '../support/reject/arbitrary.ts';
import { runs } from '../support/runs.ts';

const AT = Date.UTC(2026, 10, 24);
const WHY: Cause = { reason: 'refused', message: 'no', stage: 'trackWriter', eventId: '01J00000000000000000000000' };

/** What a source makes of a line of a reject file. */
function readLine(line: string): SourceRecord {
  const read = readRecord(line.trimEnd(), originFrom({ source: 'rejects.ndjson', line: 9, raw: line.trimEnd() }), 'ndjson');
  assert.ok(!(read instanceof Rejection));
  return read;
}

function roundTrip(rejection: Rejection): SourceRecord | Rejection {
  return reopened(readLine(formatRejection(rejection, AT)));
}

function rejectionOf(raw: string, why: Cause = WHY): Rejection {
  const origin = originFrom({ source: 'a.ndjson', stream: 's', namespace: 'n', line: 3, offset: 40, bytes: 9, version: 'v', part: 2, raw });
  const read = readRecord(raw, origin, 'ndjson');
  return new Rejection(why, read instanceof Rejection ? undefined : read, origin);
}

function asRejection(element: SourceRecord | Rejection): Rejection {
  assert.ok(element instanceof Rejection);
  return element;
}

test('a rejected record comes back with its digits, text, first origin and event id', () => {
  const raw = '{ "id": 12345678901234567890, "name":"x\\",\\"rejected_reason\\":" }';
  const back = roundTrip(rejectionOf(raw));
  assert.ok(!(back instanceof Rejection));
  assert.deepEqual(Object.keys(back), ['id', 'name']);
  assert.deepEqual(back.id, new ExactNumber('12345678901234567890'));
  assert.deepEqual(flat(originOf(back)), { ...flat(rejectionOf(raw).origin), eventId: WHY.eventId });
});

test('a record is found in a line that another tool has rewritten', () => {
  const line = formatRejection(rejectionOf('{"id": 12345678901234567890}'), AT);
  const { record, ...rest } = JSON.parse(line);
  const moved = `${JSON.stringify(rest).slice(0, -1)},"record":{"id": 12345678901234567890}}`;
  const wedged = line.replace(',"rejected_reason"', ',"note":{},"rejected_reason"');
  assert.equal(typeof record, 'object');
  for (const rewritten of [moved, wedged]) {
    const back = reopened(readLine(rewritten));
    assert.equal(originOf(back)?.raw, '{"id":12345678901234567890}');
    assert.equal(originOf(back)?.line, 3);
  }
});

test('a line that comes from a program, without text', () => {
  const { record, ...rest } = JSON.parse(formatRejection(rejectionOf('{"a":1}'), AT));
  assert.deepEqual(
    { ...(reopened({ record: { ...record, b: 2n }, ...rest }) as SourceRecord) },
    { a: 1, b: 2, ...withOriginOf('{"a":1,"b":2}') },
  );
  const back = asRejection(reopened({ record: { a: Number.NaN }, ...rest }));
  assert.deepEqual([back.cause.reason, back.cause.field, back.record, back.origin?.line], ['invalid', 'a', { a: Number.NaN }, 3]);
});

function withOriginOf(raw: string): object {
  const read = rejectionOf(raw).record as SourceRecord;
  const first = flat(originOf(read));
  const origin = originFrom({ ...first, eventId: WHY.eventId, wanted: first?.part });
  return { [Symbol.for('customerio-streams.origin')]: origin };
}

test('a rejection of a rejection leads to the first', () => {
  const inner = formatRejection(rejectionOf('{"a": 1}'), AT);
  const outer = new Rejection(
    { reason: 'invalid', message: 'no reopen() in the line', stage: 'validate' },
    readLine(inner),
    originOf(readLine(inner)),
  );
  const back = roundTrip(outer);
  assert.equal(originOf(back)?.source, 'a.ndjson');
  assert.equal(originOf(back)?.raw, '{"a": 1}');
});

test('text that was no record is rejected again, until somebody repairs it', () => {
  const line = formatRejection(rejectionOf('{"a":'), AT);
  const again = asRejection(reopened(readLine(line)));
  assert.equal(again.cause.reason, 'malformed');
  assert.equal(again.cause.stage, 'reopen');
  assert.deepEqual([again.origin?.raw, again.origin?.source, again.origin?.line], ['{"a":', 'a.ndjson', 3]);
  for (const repaired of ['{"a":1}', JSON.stringify('{"a":1}')]) {
    const back = reopened(readLine(line.replace(JSON.stringify('{"a":'), repaired)));
    assert.ok(!(back instanceof Rejection));
    assert.equal(back.a, 1);
    assert.equal(originOf(back)?.line, 3);
  }
});

test('what was wrong with text at first is not forgotten, however often it comes again', () => {
  const raw = 'a,b,c';
  const first = new Rejection(
    { reason: 'malformed', message: '3 cells, but the header has 9', stage: 'csv' },
    undefined,
    new Origin({ raw }),
  );
  const once = asRejection(reopened(readLine(formatRejection(first, AT))));
  assert.equal(
    once.cause.message,
    'it is still text: replace it with a JSON object; first rejected because: 3 cells, but the header has 9',
  );
  assert.equal(asRejection(reopened(readLine(formatRejection(once, AT)))).cause.message, once.cause.message);
});

test('bytes that were no text are rejected again as they are, until somebody repairs them', () => {
  const bytes = Buffer.from('{"a":"\xff"}', 'latin1');
  const line = formatRejection(new Rejection({ ...WHY, reason: 'malformed' }, undefined, new Origin({ line: 5 }), bytes), AT);
  const again = asRejection(reopened(readLine(line)));
  assert.deepEqual([again.cause.reason, again.bytes, again.origin?.line], ['malformed', bytes, 5]);
  const good = Buffer.from('{"a":"é"}').toString('base64');
  const back = reopened(readLine(line.replace(bytes.toString('base64'), good)));
  assert.equal((back as SourceRecord).a, 'é');
});

test('a record that was not kept is rejected again and says so', () => {
  const given = new Rejection({ ...WHY, reason: 'too_large' }, undefined, originFrom({ source: 'a.ndjson', line: 7, bytes: 99_999_999 }));
  const again = asRejection(roundTrip(given));
  assert.equal(again.cause.reason, 'too_large');
  assert.match(again.cause.message, /not kept/);
  assert.deepEqual([again.record, again.origin?.line, again.origin?.bytes], [undefined, 7, 99_999_999]);
});

test('a record replaced by something that is none is rejected', () => {
  const line = formatRejection(rejectionOf('{"a":1}'), AT);
  for (const other of ['[1]', '7', 'true']) {
    const again = asRejection(reopened(readLine(line.replace('{"a":1}', other))));
    assert.deepEqual([again.cause.reason, again.origin?.raw], ['malformed', other]);
  }
});

test('all else passes untouched, in order', async () => {
  const elements: Element[] = [
    { record: { a: 1 } },
    { record: { a: 1 }, rejected_reason: 'invalid' },
    { record: { a: 1 }, rejected_reason: 'because', rejected_at: '2026-11-24' },
    { record: { a: 1 }, rejected_reason: 'toString', rejected_at: '2026-11-24' },
    { rejected_reason: 'invalid', rejected_at: '2026-11-24' },
    rejectionOf('{"a":1}'),
    new Checkpoint(1),
  ];
  const out = await Readable.from(elements).pipe(reopen()).toArray();
  assert.equal(out.length, elements.length);
  for (const [index, element] of out.entries()) assert.equal(element, elements[index]);
});

test('a stream of rejected lines becomes a stream of records', async () => {
  const lines = ['{"a":1}', '{"a":'].map((raw) => readLine(formatRejection(rejectionOf(raw), AT)));
  const [first, second] = await Readable.from(lines).pipe(reopen()).toArray();
  assert.equal(first.a, 1);
  assert.ok(second instanceof Rejection);
});

const untimed = (line: string): string => line.replace(/"rejected_at":"[^"]*"/, '');

test('any record comes back the same, and rejected again it gives the same line', () => {
  fc.assert(
    fc.property(fromText, (given) => {
      const line = formatRejection(given, AT);
      const back = reopened(readLine(line));
      if (given.record === undefined) {
        assert.deepEqual(asRejection(back).origin?.raw, given.origin?.raw);
        const again = formatRejection(new Rejection(given.cause, undefined, asRejection(back).origin), AT + 1);
        return assert.equal(untimed(again), untimed(line));
      }
      assert.ok(!(back instanceof Rejection));
      assert.deepEqual(Object.entries(back), Object.entries(given.record as SourceRecord));
      assert.equal(untimed(formatRejection(new Rejection(given.cause, back, originOf(back)), AT + 1)), untimed(line));
    }),
    { numRuns: runs(1_000) },
  );
});

test('any row of a program comes back as its JSON, and rejected again it gives the same line', () => {
  fc.assert(
    fc.property(fromValue, (given) => {
      const line = formatRejection(given, AT);
      const back = reopened(readLine(line));
      if (line.includes('"record_encoding":"inspect"')) return assert.ok(asRejection(back).origin?.raw);
      assert.ok(!(back instanceof Rejection));
      assert.equal(untimed(formatRejection(new Rejection(given.cause, back, originOf(back)), AT + 1)), untimed(line));
    }),
    { numRuns: runs(1_000) },
  );
});

test('what was no record gives the same line, apart from what reopen says about it', () => {
  fc.assert(
    fc.property(withoutRecord, cause, (given, why) => {
      const back = asRejection(roundTrip(given));
      const again = new Rejection(why, back.record, back.origin, back.bytes);
      const first = new Rejection({ ...why, eventId: why.eventId ?? given.cause.eventId }, given.record, given.origin, given.bytes);
      assert.equal(formatRejection(again, AT), formatRejection(first, AT));
    }),
  );
});

test('a rejected record of a program that is not plain data is rejected again, and never the plain data that JSON makes of it', () => {
  const line = { rejected_reason: 'invalid', rejected_message: 'x', rejected_stage: 'validate', rejected_at: '2026-11-24T02:10:00.000Z' };
  for (const value of [Buffer.from('x'), new Uint8Array(1), () => 1]) {
    const { cause: why } = asRejection(reopened({ record: { person_id: 1, value }, ...line }));
    assert.deepEqual([why.reason, why.field], ['invalid', 'value']);
  }
  const url = new URL('https://example.com/');
  assert.deepEqual({ ...reopened({ record: { url }, ...line }), [ORIGIN]: undefined }, { url: url.href, [ORIGIN]: undefined });
});

test('a flattened line is not taken for a record: it is rejected, and its fields reach nobody', () => {
  const said = {
    rejected_reason: 'invalid',
    rejected_message: 'is null',
    rejected_stage: 'validate',
    rejected_at: '2026-11-24T02:10:00.000Z',
  };
  const { cause: why } = asRejection(reopened({ person_email: 'a@example.com', ...said }));
  assert.equal(why.reason, 'invalid');
  assert.match(why.message, /cio-stream replay/);
  const own = { person_email: 'a@example.com', rejected_reason: 'spam', rejected_at: said.rejected_at, rejected_stage: 'legal' };
  assert.equal(reopened(own), own);
});
