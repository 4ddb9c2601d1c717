import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identifierFlaw, isOddEmail, isOddPhone, markFlaw, trimIdentifier } from '../../lib/track/identifier.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

/** White space, marks of byte order and of direction, joiners, hyphens and blanks that nobody sees, control characters. */
const BLANKS = [
  ...[' ', '\t', '\r\n', '\u00a0', '\u2003', '\u202f', '\u3000', '\u2028', '\ufeff', '\u200b', '\u200c', '\u200d', '\u2060', '\u00ad'],
  ...[
    '\u200e',
    '\u200f',
    '\u202a',
    '\u202e',
    '\u2066',
    '\u061c',
    '\u180e',
    '\u115f',
    '\u3164',
    '\u2800',
    '\u0000',
    '\u001b',
    '\u007f',
    '\u0085',
  ],
  '\u{e0041}',
];

test('what nobody sees comes off both ends, and nothing else does', () => {
  for (const text of ['ada@example.com', 'é', '山田　太郎', 'a b', '😀', '7', '❤\ufe0f']) {
    assert.equal(trimIdentifier(text), text);
    for (const blank of BLANKS) {
      assert.equal(trimIdentifier(`${blank}${text}${blank}`), text, JSON.stringify(blank));
      assert.equal(trimIdentifier(blank + blank), '', JSON.stringify(blank));
    }
  }
  assert.equal(trimIdentifier(`${BLANKS.join('')}x${BLANKS.join('')}`), 'x');
  assert.equal(trimIdentifier(''), '');
});

test('a long run of blanks is looked at once', () => {
  const run = ' '.repeat(300_000);
  assert.equal(trimIdentifier(`é${run}é`).length, run.length + 2);
  assert.equal(trimIdentifier(`${run}é${run}`), 'é');
});

test('trimmed twice is trimmed once, and only ends are lost', () => {
  const text = fc.string({ unit: fc.oneof(fc.constantFrom(...BLANKS), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })) });
  fc.assert(
    fc.property(text, (given) => {
      const once = trimIdentifier(given);
      assert.equal(trimIdentifier(once), once);
      assert.ok(given.includes(once));
    }),
  );
});

test('marks for no value, in any capitals and any brackets, are flaws that say what they look like', () => {
  const marks = [
    '\\N',
    '\\\\N',
    'NULL',
    'null',
    'Null',
    '(null)',
    '<null>',
    '[NULL]',
    '"NULL"',
    'N/A',
    'n/a',
    '#N/A',
    'NA',
    '<NA>',
    'n.a.',
  ];
  marks.push(
    'None',
    'none',
    '(none)',
    'nil',
    '<nil>',
    'NaN',
    'nan',
    '-nan',
    'NaT',
    'undefined',
    'UNDEFINED',
    '-',
    '--',
    '---',
    '–',
    '—',
    '.',
    '...',
  );
  marks.push(
    '?',
    '_',
    "''",
    '""',
    '{}',
    '[]',
    '*',
    '#REF!',
    '#VALUE!',
    '#NAME?',
    '#DIV/0!',
    '#NULL!',
    '#ERROR!',
    '(empty)',
    '(blank)',
    '<unknown>',
  );
  marks.push('true', 'FALSE', '__HIVE_DEFAULT_PARTITION__', '00000000-0000-0000-0000-000000000000');
  for (const mark of marks) {
    const flaw = identifierFlaw(mark) ?? '';
    assert.ok(flaw.startsWith(`is "${mark}", which means no value: `) && flaw.includes('--null'), `${mark}: ${flaw}`);
    assert.equal(markFlaw(mark), flaw);
  }
});

test('what programs leave behind is a flaw', () => {
  for (const text of ['[object Object]', '[object Promise]', '[object Object],[object Object]'])
    assert.match(identifierFlaw(text) ?? '', /object/);
  for (const text of ['{{email}}', '{{ customer.email }}', ['$', '{email}'].join(''), '*|EMAIL|*', '%%email%%', '<%= email %>', '{% id %}'])
    assert.match(identifierFlaw(text) ?? '', /placeholder/, text);
  for (const text of ['1.23457E+11', '4,91511E+12', '9E+15', '-1.2e+10']) assert.match(identifierFlaw(text) ?? '', /spreadsheet/, text);
});

test('what nobody sees inside, and what could not be read, are flaws', () => {
  for (const blank of BLANKS.filter((one) => one !== ' ' && one !== '\u3000')) {
    assert.match(identifierFlaw(`ada${blank}@example.com`) ?? '', /invisible/, JSON.stringify(blank));
    assert.match(identifierFlaw(`7${blank}7`) ?? '', /invisible/, JSON.stringify(blank));
  }
  for (const text of ['m\ufffdller', 'a\ud800b', '\udc00a']) assert.match(identifierFlaw(text) ?? '', /could not be read/);
  assert.equal(identifierFlaw(''), 'is empty');
});

test('identifiers of all kinds have no flaw', () => {
  const good = [
    'ada@example.com',
    'nan@example.com',
    'none@x.io',
    'Nadia',
    'Nathan',
    'nullable',
    'Nil-Admirari',
    'tru',
    'trueman',
    'undef',
    '0',
    '007',
    '-1',
  ];
  good.push(
    '+4915123456',
    '+1',
    'a',
    'n',
    "O'Neil",
    '1e5',
    '1E10',
    '5e278',
    '12345678901234567890',
    '#42',
    '(7)',
    '_x',
    'a b',
    '山田　太郎',
    'größe@é.de',
  );
  good.push(
    '00000000-0000-0000-0000-000000000001',
    '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    'user:NULL',
    'null@x.io',
    'na-1',
    '😀',
    'Ñandú',
    '{a}',
    'unknown',
  );
  good.push('x'.repeat(10_000), 'auth0|5f7c8ec7c33c6c004bbafe82', '@handle', '~root', '$ada');
  for (const text of good) assert.equal(identifierFlaw(text), undefined, text);
});

test('the quick look at ordinary texts says what the slow one says', () => {
  const part = fc.oneof(
    fc.constantFrom('null', 'N/A', 'E+', '1', '.5', '{{', '}}', '-', 'x', '\u200b', '@', '\ufffd', ' '),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
      const text = trimIdentifier(parts.join(''));
      // Behind a sign that is no letter every text takes the slow way; so does one with a letter beyond ASCII.
      const slow = identifierFlaw(text) === undefined;
      const isFine = text !== '' && markFlaw(text) === undefined && identifierFlaw(`é${text}`) === undefined;
      assert.equal(slow, isFine, JSON.stringify(text));
    }),
    { numRuns: runs(2_000) },
  );
});

test('addresses that are none are odd, unusual ones are not', () => {
  for (const text of [
    'a@b',
    'a@b.c',
    'ada.lovelace+x@mail.example.co.uk',
    'größe@exämple.de',
    '"a b"@x.io',
    'a@[127.0.0.1]',
    "o'neil@x.io",
    'a..b.@docomo.ne.jp',
  ])
    assert.equal(isOddEmail(text), false, text);
  for (const text of [
    'ada',
    '@',
    '@x.io',
    'ada@',
    'a@@x.io',
    'a@b@x.io',
    'Ada <a@x.io>',
    'mailto:a@x.io',
    'a@x.io,b@x.io',
    'a@x.io;',
    'a b@x.io',
    'a@x..io',
  ])
    assert.equal(isOddEmail(text), true, text);
  for (const text of ['a@x.io.', 'a@.io', "'a@x.io'", 'a@x.io>', 'ada(at)x.io', 'a@x io']) assert.equal(isOddEmail(text), true, text);
});

test('phone numbers are those of E.164', () => {
  for (const text of ['+4915123456789', '+12025550123', '+31612345678']) assert.equal(isOddPhone(text), false);
  for (const text of ['015123456', '+49 151 23456', '(202) 555-0123', '4915123456', '+0151234567', '+123', 'unknown'])
    assert.equal(isOddPhone(text), true);
});

test('joiners, selectors and tags that make another picture or letter of their neighbours are seen', () => {
  const flags = ['eng', 'sct', 'wls'].map((place) => {
    const tags = [...`gb${place}`].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)));
    return `\u{1f3f4}${tags.join('')}\u{e007f}`;
  });
  const seen = [
    ...flags,
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
    '\u2764\ufe0f',
    '1\ufe0f\u20e3',
    '\u8fbb\u{e0100}',
    '\u0646\u0645\u06cc\u200c\u062e',
  ];
  for (const text of [...seen, '\u0915\u094d\u200d\u0937']) {
    assert.equal(trimIdentifier(text), text);
    assert.equal(trimIdentifier(` ${text}\u200d `), text);
    assert.equal(identifierFlaw(text), undefined, JSON.stringify(text));
    assert.match(identifierFlaw(`x${text}\u200by`) ?? '', /invisible/);
  }
  for (const text of ['a\u200db', 'e\u0301\u200db', 'a\ufe0fb', '1\ufe0f', 'a\u{e0067}b', '\u{1f600}\u200da']) {
    assert.match(identifierFlaw(text) ?? '', /invisible/, JSON.stringify(text));
  }
  assert.equal(trimIdentifier('\u{1f3f4}\u{e0067}'), '\u{1f3f4}', 'half a flag');
});

test('marks put together are marks', () => {
  for (const text of [
    'null null',
    'undefined-undefined',
    'NULL,NULL',
    'nullnull',
    'null@null',
    '"undefined | undefined"',
    'null_null_null',
  ])
    assert.match(identifierFlaw(text) ?? '', /means no value/, text);
  for (const text of ['null@null.com', 'nullable', 'undefined1', 'null-5', 'unknown@x.io'])
    assert.equal(identifierFlaw(text), undefined, text);
});
