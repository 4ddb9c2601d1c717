/** Formats of times: what they read, what they refuse, and which are refused themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeFormat } from '../../lib/track/time-format.ts';
import fc from '../support/fast-check.ts';

const read = (format: string, text: string): number | undefined => {
  const made = timeFormat(format);
  return typeof made === 'string' ? assert.fail(`${format}: ${made}`) : made.read(text);
};
const utc = (text: string): number => Date.parse(text) / 1000;

const READ: readonly (readonly [format: string, text: string, iso: string])[] = [
  ['DD/MM/YYYY', '01/02/2024', '2024-02-01T00:00Z'],
  ['MM/DD/YYYY', '01/02/2024', '2024-01-02T00:00Z'],
  ['DD.MM.YYYY HH:mm', '29.02.2024 23:59', '2024-02-29T23:59Z'],
  ['DD-MM-YYYY HH:mm:ss', '31-12-1999 23:59:59', '1999-12-31T23:59:59Z'],
  ['D/M/YYYY', '1/2/2024', '2024-02-01T00:00Z'],
  ['D/M/YYYY', '01/12/2024', '2024-12-01T00:00Z'],
  ['M/D/YYYY H:mm', '1/31/2024 7:05', '2024-01-31T07:05Z'],
  ['M/D/YYYY h:mm A', '1/31/2024 2:05 PM', '2024-01-31T14:05Z'],
  ['M/D/YYYY h:mm A', '1/31/2024 12:05 am', '2024-01-31T00:05Z'],
  ['M/D/YYYY, h:mm:ss A', '1/31/2024, 12:05:06\u202fPM', '2024-01-31T12:05:06Z'],
  ['DD/MM/YYYY hh:mmA', '31/01/2024 02:05PM', '2024-01-31T14:05Z'],
  ['DD MMM YYYY', '05 Jan 2024', '2024-01-05T00:00Z'],
  ['DD-MMM-YYYY', '05-JAN-2024', '2024-01-05T00:00Z'],
  ['D MMMM YYYY', '5 december 2024', '2024-12-05T00:00Z'],
  ['MMMM D, YYYY', 'May 5, 2024', '2024-05-05T00:00Z'],
  ['YYYY/MM/DD HH:mm:ss.SSS', '2024/01/05 10:11:12.123456', '2024-01-05T10:11:12Z'],
  ['YYYY-MM-DDTHH:mm:ssZ', '2024-01-05T10:11:12+02:00', '2024-01-05T08:11:12Z'],
  ['DD/MM/YYYY HH:mm Z', '05/01/2024 10:11 -0330', '2024-01-05T13:41Z'],
  ['DD/MM/YYYY HH:mm Z', '05/01/2024 10:11 UTC', '2024-01-05T10:11Z'],
  ['YYYYMMDD', '20240105', '2024-01-05T00:00Z'],
  ['YYYYMMDDHHmmss', '20240105101112', '2024-01-05T10:11:12Z'],
  ['[on] DD/MM/YYYY', 'on 05/01/2024', '2024-01-05T00:00Z'],
  ['DD/MM/YYYY', '30/06/1950', '1950-06-30T00:00Z'],
];

for (const [format, text, iso] of READ) test(`${format} reads ${text}`, () => assert.equal(read(format, text), utc(iso)));

const REFUSED: readonly (readonly [format: string, ...texts: string[]])[] = [
  ['DD/MM/YYYY', '31/04/2024', '29/02/2023', '00/01/2024', '32/01/2024', '13/13/2024', '01/00/2024', '1/2/2024', '01/02/24'],
  [
    'DD/MM/YYYY',
    '01/02/2024 ',
    ' 01/02/2024',
    '01/02/2024x',
    '01.02.2024',
    '01/02/0024',
    '2024-02-01',
    '',
    '01/02/2024 10:00',
    '12/31/2024',
  ],
  ['DD/MM/YYYY HH:mm', '01/02/2024 24:00', '01/02/2024 10:60', '01/02/2024', '01/02/2024 1:00'],
  ['M/D/YYYY h:mm A', '1/31/2024 13:05 PM', '1/31/2024 0:05 AM', '1/31/2024 2:05', '1/31/2024 2:05 XM'],
  ['DD MMM YYYY', '05 Mai 2024', '05 January 2024', '31 Apr 2024', '05 01 2024'],
  ['DD/MM/YYYY HH:mm Z', '05/01/2024 10:11', '05/01/2024 10:11 CET', '05/01/2024 10:11 +15:00', '05/01/2024 10:11 +01:99'],
  ['DD.MM.YYYY', '01x02x2024'],
];

for (const [format, ...texts] of REFUSED) {
  test(`${format} refuses what is written otherwise or does not exist`, () => {
    for (const text of texts) assert.equal(read(format, text), undefined, text);
  });
}

const FLAWS: readonly (readonly [message: RegExp, ...formats: string[]])[] = [
  [
    /which is not a part of a time: the parts are YYYY/,
    'dd/mm/yyyy',
    'DD/MM/YY',
    'YY-MM-DD',
    'D de MMMM de YYYY',
    '%d/%m/%Y',
    'DD/MM/yyyy',
    'ddd DD/MM/YYYY',
    '[x',
  ],
  [/needs a year, a month and a day/, '', 'DD/MM', 'MM/YYYY', 'YYYY', 'HH:mm', '/'],
  [/gives the month a second time, with MM \(months are MM, minutes mm\)/, 'DD/MM/YYYY HH:MM'],
  [/gives the (day|year|hour) a second time/, 'DDD/MM/YYYY', 'YYYYYYYY-MM-DD', 'DD/MM/YYYY HHH'],
  [/without what they belong to/, 'DD/MM/YYYY mm', 'DD/MM/YYYY HH:ss', 'DD/MM/YYYY HH:mm.SSS'],
  [/must have A, for AM and PM, beside hh or h/, 'DD/MM/YYYY hh:mm', 'DD/MM/YYYY HH:mm A', 'DD/MM/YYYY A'],
  [
    /must have something between \w+, which may be one digit or more, and other digits/,
    'DMYYYY',
    'YYYYMD',
    'YYYYMMD',
    'DD/MM/YYYYH',
    'YYYYMMDDHHmmssSSS',
  ],
];

for (const [message, ...formats] of FLAWS) {
  test(`not a format: ${message.source}`, () => {
    for (const format of formats) assert.match(String(timeFormat(format)), message, format);
  });
}

test('law: any day and time comes back through any format that holds it, and no other text does', () => {
  const time = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
  const format = fc.constantFrom('DD/MM/YYYY HH:mm:ss', 'MM-DD-YYYY HH:mm:ss', 'YYYYMMDDHHmmss', 'YYYY.MM.DD HH.mm.ss');
  fc.assert(
    fc.property(time, format, fc.string({ minLength: 1 }), fc.nat(20), (date, pattern, noise, at) => {
      const [day, clock = ''] = date.toISOString().split('T');
      const [YYYY = '', MM = '', DD = ''] = (day ?? '').split('-');
      const [HH = '', mm = '', ss = ''] = clock.slice(0, 8).split(':');
      const parts: Record<string, string> = { YYYY, MM, DD, HH, mm, ss };
      const text = pattern.replace(/YYYY|MM|DD|HH|mm|ss/g, (token) => parts[token] ?? '');
      assert.equal(read(pattern, text), Math.floor(date.getTime() / 1000));
      const noisy = text.slice(0, at) + noise + text.slice(at);
      // White space is what a space stands for; nothing else may be added.
      assert.equal(read(pattern, noisy), undefined, noisy);
    }),
  );
});
