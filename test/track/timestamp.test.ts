/** Times by example: each form that is read, each that is refused and what it is said to look like; then the laws. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber, parse } from '../../lib/json/exact.ts';
import { attributeTime, operationTime } from '../../lib/track/timestamp.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const NOW = Date.UTC(2026, 10, 27);
const operation = operationTime(NOW);
const attribute = attributeTime(NOW);

const SECONDS = 1_795_486_200; // 2026-11-24T02:10:00Z

const READABLE: unknown[] = [
  ...[SECONDS, SECONDS + 0.999, SECONDS * 1e3, SECONDS * 1e3 + 999, SECONDS * 1e3 + 0.5, SECONDS * 1e6, SECONDS * 1e9],
  ...[BigInt(SECONDS), BigInt(SECONDS) * 1000n, BigInt(SECONDS) * 1_000_000n, BigInt(SECONDS) * 1_000_000_000n + 999_999_999n],
  ...[new ExactNumber(`${SECONDS}.123456789`), parse(`${SECONDS}.123456789`), new ExactNumber(`${SECONDS}999999999`)],
  new Date(SECONDS * 1000 + 1),
  ...[
    String(SECONDS),
    ` ${SECONDS} `,
    `\ufeff${SECONDS}\u00a0`,
    `${SECONDS}.5`,
    `${SECONDS}000`,
    `${SECONDS}000000`,
    `${SECONDS}999999999`,
  ],
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
  '2026-11-24 02:10:00 GMT',
  '2026-11-24 02:10:00 +00:00',
  '2026-11-24T02:10:00-00:00',
  '2026-11-24T03:10:00+01:00',
  '2026-11-24T03:10:00+0100',
  '2026-11-24 03:10:00+01',
  '2026-11-24 03:10:00.123456+01',
  '2026-11-23T22:40:00-03:30',
  '2026-11-23T22:40:00-0330',
  '2026-11-23T22:40:00−03:30',
  '2026-11-24T16:10:00+14:00',
  '2026-11-24T07:55:00+05:45',
  // Basic, and in digits alone.
  '20261124T021000Z',
  '20261124T021000',
  '20261124T0210',
  '20261124t021000z',
  '20261124 021000',
  '20261124T021000.5Z',
  '20261124T0310+0100',
  '20261124T031000+01',
  '20261124021000',
  '20261124021000.0Z',
  '20261124021000Z',
  '20261124031000+0100',
  '20261124021000.5',
  '20261124021000123',
  '202611240210',
  '202611240210Z',
  20_261_124_021_000,
  202_611_240_210,
  20_261_124_021_000n,
  new ExactNumber('20261124021000123'),
  // Each half in its own way.
  '20261124T02:10:00Z',
  '2026-11-24T021000Z',
];

for (const value of READABLE) {
  test(`${typeof value} ${String(value)}`, () => {
    assert.equal(operation(value), SECONDS);
    assert.equal(attribute(value), SECONDS);
  });
}

test('days in digits, as text and as a number: what issue B02 sent as 2611 and as 1976', () => {
  const noon = Date.UTC(2024, 0, 1, 12) / 1000;
  for (const value of ['20240101120000', 20_240_101_120_000, '202401011200', 202_401_011_200, '20240101T12', '2024-01-01T12Z'])
    assert.equal(operation(value), noon, String(value));
  for (const value of ['20240101', 20_240_101, 20_240_101n, ' 20240101 ', '2024-01-01']) assert.equal(operation(value), noon - 43_200);
});

test('a day is its midnight in UTC, in every time zone of the machine', () => {
  const zone = process.env.TZ;
  try {
    process.env.TZ = 'Pacific/Kiritimati';
    assert.equal(new Date(2026, 10, 24).getTimezoneOffset(), -840);
    assert.equal(operation('2026-11-24 02:10:00'), SECONDS);
    assert.equal(operation('20261124021000'), SECONDS);
    assert.equal(operation('2026-11-24'), Date.UTC(2026, 10, 24) / 1000);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test('days that only some years have', () => {
  for (const day of ['2024-02-29', '2000-02-29', '20240229']) assert.equal(typeof operation(day), 'number', day);
  for (const day of ['2023-02-29', '2100-02-29', '1900-02-29', '20230229', '2024-02-30', '2024-04-31', '2024-06-31', 20_230_229])
    assert.equal(typeof attribute(day), 'string', String(day));
});

test('ten digits are an hour or seconds; where they may be both they are neither', () => {
  const soon = operationTime(Date.UTC(2020, 0, 1));
  // Seconds that end by 2030 leave the hour alone.
  assert.equal(soon('2024010112'), Date.UTC(2024, 0, 1, 12) / 1000);
  assert.equal(soon(2_024_010_112), Date.UTC(2024, 0, 1, 12) / 1000);
  for (const value of ['2024010112', 2_024_010_112, 2_024_010_112n]) {
    assert.match(String(operation(value)), /seconds or an hour \(YYYYMMDDhh\)\?/);
    assert.match(String(attribute(value)), /seconds or an hour/);
  }
  // No hour of any day.
  assert.equal(operation(2_024_990_112), 2_024_990_112);
  assert.equal(operation(1_980_010_099), 1_980_010_099);
});

test('nanoseconds that may be ticks of .NET are neither', () => {
  // 638395200000000000 ticks are 1 January 2024, and as nanoseconds 25 March 1990.
  for (const value of ['638395200000000000', 638_395_200_000_000_000n, 638_395_200_000_000_000])
    assert.match(String(operation(value)), /nanoseconds or ticks of \.NET\?/);
});

const to = (year: number): number => Date.UTC(year + 1, 0, 1) / 1000 - 1;

test('the time of an operation lies between 1980 and ten years from now, however it is written', () => {
  const from = Date.UTC(1980, 0, 1) / 1000;
  for (const seconds of [from, to(2036)]) {
    const iso = new Date(seconds * 1000).toISOString();
    const all = [seconds, seconds * 1000, String(seconds), iso, iso.replace(/\D/g, '').slice(0, 14), new Date(seconds * 1000)];
    for (const value of all) assert.equal(operation(value), seconds, String(value));
  }
  for (const seconds of [from - 1, to(2036) + 1, 0, 1]) {
    const iso = new Date(seconds * 1000).toISOString();
    const all = [seconds, seconds * 1000, String(seconds), iso, iso.replace(/\D/g, '').slice(0, 14), new Date(seconds * 1000)];
    for (const value of all) assert.equal(typeof operation(value), 'string', String(value));
    assert.equal(operation(iso), 'is not a time between the years 1980 and 2036');
  }
  for (const value of ['9999-12-31', '0001-01-01', '1970-01-01', '2611-05-08', '19691231', '1970-01-01T00:00:00Z', 99_991_231])
    assert.equal(typeof operation(value), 'string', String(value));
  assert.equal(operationTime(Date.UTC(2040, 5))('2050-12-31T23:59:59Z'), to(2050));
});

test('the time of an attribute may be a birthday, or far away, where it is written as a day', () => {
  const days = ['1879-03-14', '1950-06-30', '1969-12-31', '1970-01-01', '9999-12-31', '2611-05-08', '1000-01-01'];
  for (const day of days) assert.equal(attribute(day), Date.parse(day) / 1000, day);
  assert.equal(attribute('18790314'), Date.parse('1879-03-14') / 1000);
  assert.equal(attribute(18_790_314), Date.parse('1879-03-14') / 1000);
  assert.equal(attribute('1969-12-31T23:59:59.5Z'), -1);
  assert.equal(attribute('1950-06-30T02:00:00+02:00'), Date.parse('1950-06-30') / 1000);
  assert.equal(attribute(new Date(-1)), -1);
  // Numbers are read as in an operation: nothing else says what they count.
  for (const value of [0, 1, -1, -14_182_940, 86_400, 99_991_231, '99991231', 1e14])
    assert.equal(typeof attribute(value), 'string', String(value));
  // A year with a zero in front has lost something, or is none.
  for (const day of ['0001-01-01', '0024-01-31', '0000-00-00', '0999-12-31']) assert.equal(typeof attribute(day), 'string', day);
});

const REFUSED: readonly (readonly [look: RegExp, ...values: unknown[]])[] = [
  [/it is empty/, '', ' ', '\t'],
  [/a spreadsheet's day number\?/, 45_292, 45_292.5, '45292', '45292.5', '45292,5', 45_292n, 18_264],
  [/a year\?/, 2024, '2024', 1999n],
  [/a month, or a day with a year of two digits\?/, 202_401, '202401', '240131'],
  [/a month without a day\?/, '2026-11'],
  [/a year of two digits\?/, '01/02/24', '1.2.24', '24-01-31', '31/12/99 10:00'],
  [/day and month can be mixed up.*time:DD\.MM\.YYYY$/, '1.2.2024', '24.11.2026', '21.07.2020 10:00'],
  [/day and month can be mixed up.*time:DD-MM-YYYY$/, '01-02-2024'],
  [/day and month can be mixed up.*time:DD\/MM\/YYYY/, '01/02/2024', '24/11/2026', '11/24/2026', '01/02/2024 10:00'],
  [/give its format, such as time:YYYY\/MM\/DD/, '2024/01/02', '2024.01.02', '2024-1-2', '2024/1/2 10:00'],
  [/there is no such day or time of day/, '2026-13-01', '2026-00-10', '2026-01-00', '2026-02-30', '2026-11-31', '0000-00-00'],
  [/there is no such day or time of day/, '2026-11-24T25:00:00Z', '2026-11-24T24:00:00Z', '2026-11-24T02:60:00Z', '2026-11-24T02:10:61Z'],
  [/there is no such day or time of day/, '2016-12-31T23:59:60Z', '2026-11-24T02:10:00+25:00', '2026-11-24T02:10:00+14:01'],
  [/a day or time that does not exist/, '20261399', '20260230', '202611242460', '20261124250000', 20_261_399],
  [/a negative number\?/, -1, -0.5, '-1', -1n, -SECONDS],
  [/zero, meaning no time\?/, 0, -0, '0', '0.0'],
  [/a month by name.*time:D MMM YYYY/, 'Tue Nov 24 2026', 'Tue, 24 Nov 2026 02:10:00 GMT', '24-Nov-2026', 'November 24, 2026'],
  [/too early or too late/, 1, 9e12, 99_999_999_999, '99999999999', 1e20, 99_999_999_999_999_999_999n],
  [/a zero in front\?/, `0${SECONDS}`, '00'],
  [/a spreadsheet that has lost digits\?/, '1.7E+09', '1e9', '1,79549E+12', 1e300],
  [/neither Unix seconds nor milliseconds nor ISO 8601/, 'yesterday', 'now', '0x10'],
  [/neither Unix seconds nor milliseconds nor ISO 8601/, '2026-11-24T02:10:00 CET', '2026-11-24T02:10:00+1', '2026-11-24Z', '2026-11-24T'],
  [/neither Unix seconds nor milliseconds nor ISO 8601/, 'x2026-11-24', '2026-11-24\n2026-11-24', '2026-1124', '202611-24', `+${SECONDS}`],
  [/neither Unix seconds nor milliseconds nor ISO 8601/, '2026-11-24T02:1000', '2026-11-24T0210:00', '2026-11-24021000', '1,795,486,200'],
  [
    /neither Unix seconds nor milliseconds nor ISO 8601/,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    'NaN',
    `${SECONDS}s`,
  ],
  [/an invalid Date/, new Date(Number.NaN)],
  [/it is not text or a number/, undefined, null, true, false, {}, [SECONDS], [], () => SECONDS, Symbol('x'), Object(SECONDS)],
];

for (const [look, ...values] of REFUSED) {
  for (const value of values) {
    test(`refused: ${value instanceof Date ? 'Date' : `${typeof value} ${String(value)}`}: ${look.source}`, () => {
      assert.match(String(operation(value)), look);
      assert.match(String(attribute(value)), look);
    });
  }
}

const date = fc.date({ min: new Date('1980-01-01'), max: new Date('2036-12-31T23:59:59.999Z'), noInvalidDate: true });
const two = (n: number): string => String(n).padStart(2, '0');

test('law: a time is the same second in every form and every zone', () => {
  fc.assert(
    fc.property(date, fc.integer({ min: -14 * 60, max: 14 * 60 }), (time, offset) => {
      const seconds = Math.floor(time.getTime() / 1000);
      const iso = time.toISOString();
      const basic = iso.replace(/[-:]/g, '');
      for (const value of [iso, basic, time, iso.replace('T', ' ').replace('Z', ''), basic.replace('T', '').slice(0, 14), seconds * 1000])
        assert.equal(operation(value), seconds);
      const local = new Date(time.getTime() + offset * 60_000).toISOString();
      const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
      assert.equal(operation(local.replace('Z', zone)), seconds);
      assert.equal(operation(local.replace('Z', zone).replace(/[-:](?=.*T)/g, '')), seconds);
    }),
  );
});

test('law: a number is the time that one of its readings makes, or refused', () => {
  const digits = fc.oneof(
    fc.bigInt({ min: 0n, max: 10n ** 20n }),
    fc.integer({ min: 0, max: 20 }).map((zeros) => 10n ** BigInt(zeros) * 2n),
  );
  fc.assert(
    fc.property(digits, (n) => {
      const seconds = operation(n);
      if (typeof seconds === 'string') return;
      const counted = [1n, 1_000n, 1_000_000n, 1_000_000_000n].map((unit) => n / unit);
      const day = new Date(seconds * 1000).toISOString().replace(/\D/g, '');
      assert.ok(counted.includes(BigInt(seconds)) || day.startsWith(String(n).slice(0, 14)), String(n));
    }),
    { numRuns: runs(500) },
  );
});

test('law: what comes out is a whole second of the years allowed, or a text that does not hold the value', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const read of [operation, attribute]) {
        const result = read(value);
        if (typeof result === 'string') assert.match(result, /^is not a valid time/);
        else assert.ok(Number.isSafeInteger(result));
      }
      const seconds = operation(value);
      assert.ok(typeof seconds === 'string' || (seconds >= Date.UTC(1980, 0, 1) / 1000 && seconds <= to(2036)));
    }),
  );
  for (const secret of ['secret', '99/99/2024 secret', '2024-13-45', '123456']) assert.ok(!String(operation(secret)).includes(secret));
});
