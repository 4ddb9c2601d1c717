/** A time in bytes is what the same value is as a record's: the seconds, or nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../lib/json/exact.ts';
import { timeFormatOf } from '../../../lib/stage/mapping/conversion.ts';
import { rowAttributeTime, rowOperationTime } from '../../../lib/stage/row-mapping/row-time.ts';
import { attributeTime, operationTime } from '../../../lib/track/timestamp.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const NOW = Date.UTC(2026, 5, 1);
const two = fc
  .oneof(fc.integer({ min: 0, max: 62 }), fc.constantFrom(0, 1, 12, 13, 23, 24, 28, 29, 30, 31, 32, 59, 60))
  .map((n) => String(n).padStart(2, '0'));
const year = fc.oneof(
  fc.integer({ min: 1960, max: 2045 }).map(String),
  fc.constantFrom('1900', '2000', '2024', '2023', '2032', '2100', '0001', '9999', '1000'),
);
const iso = fc
  .tuple(
    year,
    two,
    two,
    fc.constantFrom('', 'T', ' ', 't'),
    two,
    two,
    two,
    fc.constantFrom('', '', '.5', '.123', '.', ',5', '.5x'),
    fc.constantFrom('', 'Z', 'z', '+02:00', ' Z', 'ZZ'),
  )
  .map(([y, month, day, t, hour, minute, second, fraction, zone]) =>
    t === '' ? `${y}-${month}-${day}${zone === 'Z' ? '' : zone}` : `${y}-${month}-${day}${t}${hour}:${minute}:${second}${fraction}${zone}`,
  );
const digits = fc.oneof(
  fc.integer({ min: 0, max: 2_000_000_000 }).map(String),
  fc
    .integer({ min: 1_000_000_000, max: 2_500_000_000 })
    .chain((n) => fc.constantFrom(`${n}`, `${n}123`, `${n}123456`, `${n}.5`, `0${n}`, `-${n}`, ` ${n}`)),
  fc.stringMatching(/^[0-9]{1,20}$/),
  fc.constantFrom('1980010100', '1980010099', '315532799', '315532800', '20240506', '202405060708', '20240506070809'),
);
// One character is another, is missing or is there twice.
const broken = fc
  .tuple(fc.oneof(iso, digits), fc.nat(30), fc.constantFrom('', '-', ':', '.', 'T', '0', '9', ' ', '\u0660', 'Z'))
  .map(([text, at, char]) => text.slice(0, at) + char + text.slice(at + 1));
const value = fc.oneof(
  fc.oneof(iso, digits, broken).map((text) => JSON.stringify(text)),
  digits.filter((text) => /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)),
);

test('law: the same seconds, or none, with a format or without', () => {
  let times = 0;
  for (const format of [undefined, 'YYYY-MM-DD', 'YYYYMMDD']) {
    const both = [
      [rowOperationTime(format, NOW), operationTime(NOW, timeFormatOf(format))],
      [rowAttributeTime(format, NOW), attributeTime(NOW, timeFormatOf(format))],
    ] as const;
    fc.assert(
      fc.property(value, (text) => {
        for (const [ofRow, ofValue] of both) {
          const bytes = Buffer.from(`x${text}x`);
          const expected = ofValue(parse(text));
          if (typeof expected === 'number') times++;
          assert.equal(ofRow.read(bytes, 1, bytes.length - 1), typeof expected === 'number' ? expected : Number.NaN, text);
        }
      }),
      { numRuns: runs(5_000) },
    );
  }
  assert.ok(times > 100);
});

test('every day from 1996 to 2033', () => {
  const time = rowAttributeTime(undefined, NOW);
  const read = attributeTime(NOW);
  for (let day = Date.UTC(1996, 0, 1); day < Date.UTC(2034, 0, 1); day += 86_400_000) {
    const text = `"${new Date(day).toISOString().slice(0, 10)}T23:59:59Z"`;
    assert.equal(time.read(Buffer.from(text), 0, text.length), read(text.slice(1, -1)), text);
  }
});
