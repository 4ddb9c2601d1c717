import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExactNumber, parse } from '../../lib/record/json.ts';
import { toUnixSeconds } from '../../lib/track/timestamp.ts';

const SECONDS = 1_795_486_200; // 2026-11-24T02:10:00Z

const READABLE: unknown[] = [
  SECONDS,
  SECONDS + 0.999,
  SECONDS * 1000,
  SECONDS * 1000 + 999,
  BigInt(SECONDS),
  BigInt(SECONDS) * 1000n,
  new ExactNumber(`${SECONDS}.123456789`),
  parse(`${SECONDS}.123456789`),
  new Date(SECONDS * 1000 + 1),
  String(SECONDS),
  ` ${SECONDS} `,
  `${SECONDS}.5`,
  String(SECONDS * 1000),
  '2026-11-24T02:10:00Z',
  '2026-11-24T02:10:00.000Z',
  '2026-11-24T02:10:00.999999999Z',
  '2026-11-24T02:10:00,5Z',
  '2026-11-24T02:10Z',
  '2026-11-24t02:10:00z',
  '2026-11-24 02:10:00',
  '2026-11-24T02:10:00',
  '2026-11-24 02:10',
  '2026-11-24 02:10:00 UTC',
  '2026-11-24 02:10:00 +00:00',
  '2026-11-24T03:10:00+01:00',
  '2026-11-24T03:10:00+0100',
  '2026-11-24 03:10:00+01',
  '2026-11-23T22:40:00-03:30',
  '2026-11-23T22:40:00-0330',
];

for (const value of READABLE) {
  test(`${typeof value} ${String(value)}`, () => assert.equal(toUnixSeconds(value), SECONDS));
}

test('a day is its midnight in UTC, in every time zone of the machine', () => {
  assert.equal(toUnixSeconds('2026-11-24'), Date.UTC(2026, 10, 24) / 1000);
  const zone = process.env.TZ;
  try {
    process.env.TZ = 'Pacific/Kiritimati';
    assert.equal(new Date(2026, 10, 24).getTimezoneOffset(), -840);
    assert.equal(toUnixSeconds('2026-11-24 02:10:00'), SECONDS);
    assert.equal(toUnixSeconds('2026-11-24'), Date.UTC(2026, 10, 24) / 1000);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test('a day without dashes is a day as text, and as a number nothing that can be read', () => {
  const day = Date.UTC(2026, 10, 24) / 1000;
  assert.deepEqual(['20261124', ' 20261124 ', '20261399', '18991231'].map(toUnixSeconds), [day, day, undefined, 18_991_231]);
  assert.deepEqual([20_261_124, 20_261_124n, new ExactNumber('20261124'), 18_991_231].map(toUnixSeconds), [
    undefined,
    undefined,
    undefined,
    18_991_231,
  ]);
});

test('days that only some years have', () => {
  assert.equal(toUnixSeconds('2024-02-29'), Date.UTC(2024, 1, 29) / 1000);
  assert.equal(toUnixSeconds('2000-02-29'), Date.UTC(2000, 1, 29) / 1000);
});

test('where seconds end and milliseconds begin', () => {
  assert.equal(toUnixSeconds(0), 0);
  assert.equal(toUnixSeconds(99_999_999_999), 99_999_999_999);
  assert.equal(toUnixSeconds(100_000_000_000), 100_000_000);
  assert.equal(toUnixSeconds(99_999_999_999_999), 99_999_999_999);
});

const UNREADABLE: unknown[] = [
  undefined,
  null,
  true,
  {},
  [SECONDS],
  '',
  ' ',
  'yesterday',
  'now',
  '-1',
  '1e9',
  '0x10',
  '24/11/2026',
  '11/24/2026',
  'Tue Nov 24 2026',
  '2026-11',
  '2026-13-01',
  '2026-00-10',
  '2026-02-30',
  '2025-02-29',
  '2100-02-29',
  '2026-11-31',
  '2026-11-24T25:00:00Z',
  '2026-11-24T02:60:00Z',
  '2026-11-24T02:10:61Z',
  '2026-11-24T02:10:00+25:00',
  '2026-11-24T02:10:00+1',
  '2026-11-24T02:10:00 CET',
  '2026-11-24Z',
  '2026-11-24T',
  'x2026-11-24',
  '2026-11-24\n2026-11-24',
  '1969-12-31T23:59:59Z',
  -1,
  -0.5,
  1e14,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1n,
  1_795_486_200_000_000_000n,
  new ExactNumber('1795486200000000001'),
  new Date(-1),
  new Date(Number.NaN),
];

for (const value of UNREADABLE) {
  const name =
    value instanceof Date
      ? `Date ${value.getTime()}`
      : `${typeof value} ${JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? `${inner}` : inner))}`;
  test(`not readable: ${name}`, () => assert.equal(toUnixSeconds(value), undefined));
}

const date = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });

test('the ISO text of any time, in any zone, is its second', () => {
  fc.assert(
    fc.property(date, fc.integer({ min: -14 * 60, max: 14 * 60 }), (time, offset) => {
      const seconds = Math.floor(time.getTime() / 1000);
      assert.equal(toUnixSeconds(time.toISOString()), seconds);
      assert.equal(toUnixSeconds(time), seconds);
      const local = new Date(time.getTime() + offset * 60_000);
      if (local.getUTCFullYear() > 9999 || local.getTime() < 0) return;
      const digits = (n: number): string => String(n).padStart(2, '0');
      const zone = `${offset < 0 ? '-' : '+'}${digits(Math.floor(Math.abs(offset) / 60))}:${digits(Math.abs(offset) % 60)}`;
      assert.equal(toUnixSeconds(local.toISOString().replace('Z', zone)), seconds);
    }),
  );
});

test('whatever comes out is a whole second that the API reads, or nothing', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const seconds = toUnixSeconds(value);
      assert.ok(seconds === undefined || (Number.isSafeInteger(seconds) && seconds >= 0));
    }),
  );
});
