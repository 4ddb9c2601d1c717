import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chunks } from '../../bench/rows.ts';
import { parse } from '../../lib/json/exact.ts';
import { RowScanner } from '../../lib/json/row-scanner.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const WANTED = ['person_email', 'event_name', 'event_id', 'timestamp', 'email', '_id', 'a', 'b c'];

function scannerFor(names: readonly string[]): RowScanner {
  const scanner = RowScanner.for(names);
  assert.ok(scanner);
  return scanner;
}

let scans = 0;
/** Has met all the rows of all the tests. */
const experienced = scannerFor(WANTED);

/** What may lie behind a row. */
const TAILS = [
  '',
  '\n',
  '"',
  '"}',
  '}',
  '}}}}',
  '0'.repeat(40),
  ']}',
  ' '.repeat(40),
  ',"a":1}',
  '\n{"a":1}\n',
  '\xff\xff',
  '{'.repeat(100),
  '":1}',
  // As many bytes as the scanner reads without a look at the end, and one more.
  '[[[[[[[t',
  '{{{{{{{{',
  '""""""""',
  '\\\\\\\\\\\\\\\\\\',
].map((tail) => Buffer.from(tail, 'latin1'));

/** The verdict on a row. A true is held against what JSON.parse says, and so is all that the scanner reports then. */
function scan(row: string | Buffer, tail: Buffer = Buffer.from('\n'), scanner = experienced): boolean {
  const bytes = Buffer.from(row);
  const before = Buffer.from('{"a":"');
  const from = before.length;
  const to = from + bytes.length;
  const all = Buffer.concat([before, bytes, tail]);
  const isRow = scanner.scan(all, from, to);
  // That takes time, so not at every row.
  if (scans++ % 8 === 0)
    assert.equal(scannerFor(WANTED).scan(all, from, to), isRow, `a scanner that has met nothing says the same: ${bytes}`);
  if (isRow) assertReport(scanner, all, from, to);
  return isRow;
}

function assertReport(scanner: RowScanner, bytes: Buffer, from: number, to: number): void {
  const text = bytes.toString('utf8', from, to);
  const textOf = (at: number, end: number): string => {
    assert.ok(from < at && at <= end && end < to);
    return bytes.toString('utf8', at, end);
  };
  const row = JSON.parse(text) as Record<string, unknown>;
  assert.equal(Object.getPrototypeOf(row), Object.prototype);
  parse(text);
  assert.deepEqual(JSON.parse(JSON.stringify(row)), row, 'it can be written as it was read');
  const names = Object.keys(row);
  assert.equal(scanner.members, names.length);
  assert.deepEqual(JSON.parse(`{${textOf(scanner.bodyFrom, scanner.bodyTo)}}`), row);
  if (names.length > 0) assert.match(textOf(scanner.bodyFrom, scanner.bodyTo), /^".*\S$/s);

  const found = Array.from({ length: scanner.found }, (_, n) => WANTED[scanner.which[n] as number] as string);
  assert.deepEqual([...found].sort(), WANTED.filter((name) => Object.hasOwn(row, name)).sort());
  let last = from;
  for (const [n, name] of found.entries()) {
    const [memberFrom, valueFrom, valueTo] = [scanner.memberFrom[n], scanner.valueFrom[n], scanner.valueTo[n]] as [number, number, number];
    assert.ok(memberFrom > last, 'in the order of the text');
    last = valueTo;
    assert.deepEqual(JSON.parse(textOf(valueFrom, valueTo)), row[name]);
    assert.equal(textOf(valueFrom, valueTo), textOf(valueFrom, valueTo).trim());
    assert.ok(textOf(memberFrom, valueTo).startsWith(`"${name}"`));
    assert.deepEqual(JSON.parse(`{${textOf(memberFrom, valueTo)}}`), { [name]: row[name] });
  }

  const textBytes = Object.values(row).map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0));
  const longestText = Math.max(0, ...textBytes);
  // Not UTF-8: such bytes are counted as they are.
  if (text.includes('\ufffd')) return;
  assert.equal(scanner.longestName, Math.max(0, ...names.map((name) => Buffer.byteLength(name))));
  if (text.includes('\\')) assert.ok(longestText <= scanner.longestText && scanner.longestText <= to - from);
  else assert.equal(scanner.longestText, longestText);
}

test('the members of a row and where they are', () => {
  const text = '{"x":1,"a":"héé","long name":[1,{"a":2}],"b c":{"a":"much longer text"},"email":null}';
  const bytes = Buffer.from(`  ${text}\n`);
  const scanner = scannerFor(WANTED);
  assert.equal(scanner.scan(bytes, 2, bytes.length - 1), true);
  const spans = Array.from({ length: scanner.found }, (_, n) => [
    WANTED[scanner.which[n] as number],
    bytes.toString('utf8', scanner.memberFrom[n], scanner.valueFrom[n]),
    bytes.toString('utf8', scanner.valueFrom[n], scanner.valueTo[n]),
  ]);
  assert.deepEqual(spans, [
    ['a', '"a":', '"héé"'],
    ['b c', '"b c":', '{"a":"much longer text"}'],
    ['email', '"email":', 'null'],
  ]);
  assert.equal(scanner.members, 5);
  assert.equal(scanner.longestName, 9);
  assert.equal(scanner.longestText, 5, 'of the texts of the row itself, in bytes');
  assert.equal(bytes.toString('utf8', scanner.bodyFrom, scanner.bodyTo), text.slice(1, -1));
});

test('an empty object is a row', () => {
  for (const text of ['{}', '{ \t}', ' {} ']) assert.ok(scan(text), text);
  assert.equal(experienced.members, 0);
  assert.equal(experienced.bodyFrom, experienced.bodyTo);
});

test('names are found if they are JSON as they are and each is there once', () => {
  assert.ok(RowScanner.for([]));
  assert.ok(RowScanner.for(['a', '~ !#[]', 'é', '名前', '🎉']));
  for (const names of [['a', 'b', 'a'], ['a"'], ['a\\'], ['a\n'], ['\x7f'], ['\ud83c'], ['']])
    assert.equal(RowScanner.for(names), undefined, String(names));
});

test('a name that is not ASCII is found by its UTF-8', () => {
  const scanner = RowScanner.for(['é', '名前']) as RowScanner;
  const text = Buffer.from('{"e":1,"é":2,"e\u0301":3,"\ufffd":4,"名前":[5]}');
  assert.ok(scanner.scan(text, 0, text.length));
  assert.deepEqual([...scanner.which.subarray(0, scanner.found)], [0, 1]);
  assert.equal(text.toString('utf8', scanner.valueFrom[1], scanner.valueTo[1]), '[5]');
});

test('ordinary values are accepted, wherever they are', () => {
  const values = [
    ...['0', '-1', '10', '1.0', '1.50', '-0.5', '0.000', '12345678901234567890', '9'.repeat(300), `0.${'1'.repeat(297)}`, '-0.0001'],
    ...['true', 'false', 'null', '[]', '{}', '[[]]', '[{}]', '[1,"a",null]', '{"a":{"a":{"a":1}}}', '[{"a":1},{"a":2}]'],
    ...['""', '"é漢🎉"', '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83c\\udf89"', '"\\ud800"', '"\\u0000"', '"\x7f"', '"[{,:}]"'],
  ];
  for (const value of values)
    for (const text of [`{"a":${value}}`, `{"a":1,"z":${value},"y":2}`, `{"z":[${value}]}`, `{"z":{"y":${value}},"a":[0,${value},0]}`])
      assert.ok(scan(text), text);
});

test('a string of every length, with what ends it at every place', () => {
  for (let length = 0; length < 20; length++) {
    const text = 'x'.repeat(length);
    assert.ok(scan(`{"a":"${text}"}`));
    for (let at = 0; at < length; at++) {
      const put = (middle: string): string => `{"a":"${text.slice(0, at)}${middle}${text.slice(at)}"}`;
      for (const good of ['\\"', '\\\\', '\\u002c', 'é', '!', '#', '[', ']', '\x7f', ' ', '🎉']) assert.ok(scan(put(good)), put(good));
      for (const bad of ['"', '\\', '\\x', '\\ug000', '\\u0g00', '\\u00g0', '\\u000g', '\x00', '\x1f', '\n', '\\u12"'])
        assert.ok(!scan(put(bad)), put(bad));
    }
  }
});

test('every byte in a string and in a name', () => {
  for (let byte = 0; byte < 256; byte++) {
    const isGood = byte >= 32 && byte !== 34 && byte !== 92;
    for (const text of ['{"a":"_"}', '{"a":"xxx_xxx"}', '{"_":1}', '{"xxx_xxx":1}', '{"a":{"xxx_":1}}']) {
      const row = Buffer.from(text.replace('_', String.fromCharCode(byte)), 'latin1');
      assert.equal(scan(row), isGood, `${byte} in ${text}`);
    }
  }
});

test('what is left to the parser: a name with an escape, twice, empty, too long or of the prototype', () => {
  const long = 'n'.repeat(295);
  assert.ok(scan(`{"${long}":1}`));
  for (const members of [
    '"\\u0061":1',
    '"a\\n":1',
    '"a":1,"a":1',
    '"a":1,"b":2,"a" : 3',
    '"é":1,"x":2,"é":1',
    '"":1',
    `"${long}nnn":1`,
    '"__proto__":1',
  ])
    for (const text of [`{${members}}`, `{"x":{${members}}}`, `{"x":[1,{${members}}],"y":1}`, `{"x":{"y":[[{"z":{${members}}}]]}}`])
      assert.ok(!scan(text), text);
  assert.ok(scan('{"a":{"a":{"a":1},"b":1},"b":[{"a":1},{"a":1}],"c":{"a":1}}'), 'one name in many objects');
});

test('what is left to the parser: numbers that may be written otherwise, and deep nesting', () => {
  for (const number of ['1e5', '1E5', '0e1', '1.5e-7', '-1e400', '9'.repeat(301), `0.${'0'.repeat(299)}1`, '-0', '-0.0', '-0.00'])
    for (const text of [`{"a":${number}}`, `{"x":[1,${number}]}`]) assert.ok(!scan(text), text);
  const nest = (depth: number, open: string, close: string): string => `{"x":${open.repeat(depth)}1${close.repeat(depth)}}`;
  for (const [open, close] of [
    ['[', ']'],
    ['{"x":', '}'],
  ] as const) {
    assert.ok(scan(nest(59, open, close)));
    assert.ok(!scan(nest(60, open, close)));
    assert.ok(!scan(nest(5000, open, close)));
  }
});

test('what is not JSON', () => {
  const bad = [
    ...[
      '',
      ' ',
      '{',
      '}',
      '[]',
      '1',
      '"a"',
      'null',
      '{}}',
      '{}x',
      '{}{}',
      '{} {}',
      '\ufeff{}',
      '{,}',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{,"a":1}',
    ],
    ...[
      '{"a":1 "b":2}',
      '{"a":1,,"b":2}',
      '{"a"::1}',
      '{"a" 1}',
      "{'a':1}",
      '{a:1}',
      '{"a":1]',
      '{"a":[1}',
      '{"a":[1,]}',
      '{"a":[,1]}',
      '{"a":[1 2]}',
    ],
    ...[
      '{"a":01}',
      '{"a":-}',
      '{"a":1.}',
      '{"a":.5}',
      '{"a":+1}',
      '{"a":-.5}',
      '{"a":0x1}',
      '{"a":1_0}',
      '{"a":--1}',
      '{"a":1.2.3}',
      '{"a":1a}',
      '{"a":-01}',
    ],
    ...[
      '{"a":tru}',
      '{"a":truee}',
      '{"a":True}',
      '{"a":nul}',
      '{"a":nulll}',
      '{"a":fals}',
      '{"a":falsee}',
      '{"a":NaN}',
      '{"a":Infinity}',
      '{"a":undefined}',
    ],
    ...[
      '{"a":{"b":1}',
      '{"a":{"b"}}',
      '{"a":{,}}',
      '{"a":{"b":1,}}',
      '{"a":1}\u00a0',
      '{\u00a0"a":1}',
      '{"a":1}\f',
      '{\v}',
      '{"a":"}',
      '{"a":"\\',
    ],
  ];
  for (const text of bad) {
    assert.throws(() => assert.ok(JSON.parse(text)?.constructor === Object), text);
    for (const tail of TAILS) assert.ok(!scan(text, tail), text);
  }
});

test('white space is accepted between tokens', () => {
  const tokens = [
    '{',
    '"a"',
    ':',
    '1',
    ',',
    '"x"',
    ':',
    '[',
    '"y"',
    ',',
    '{',
    '"z"',
    ':',
    'true',
    '}',
    ',',
    '[',
    ']',
    ']',
    ',',
    '"b c"',
    ':',
    '{',
    '}',
    '}',
  ];
  for (const space of [' ', '\t', '\r\n', '\n    ', '']) {
    assert.ok(scan(tokens.join(space)));
    for (let at = 0; at <= tokens.length; at++) {
      const text = `${tokens.slice(0, at).join('')}${space}${tokens.slice(at).join('')}`;
      assert.ok(scan(text), text);
      if (space !== '') assert.ok(!scan(text.replace(space, '\x00')), text);
    }
  }
});

const BENCH_ROWS = (['person_identify', 'person_event'] as const).map((kind) => [...chunks(kind, 500, 3)].join('').trim().split('\n'));
/** As json.dumps of Python writes a row. */
const inPython = (row: string): string => row.replace(/"(?:[^"\\]|\\.)*"|[:,]/g, (token) => (token.length === 1 ? `${token} ` : token));
const escaped = (row: string): string => row.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
const inFixtures = (name: string): string[] => readFileSync(`test/fixtures/cases/${name}`, 'utf8').trim().split('\n');
const CORPUS = [...BENCH_ROWS.flat(), ...['B36/dynamodb.ndjson', 'B36/mongoexport.ndjson', 'B17/messages.jsonl'].flatMap(inFixtures)];

test('the ordinary rows of exports are accepted', () => {
  for (const [n, row] of CORPUS.entries()) {
    for (const text of [row, inPython(row), JSON.stringify(JSON.parse(row), null, 2), `${row}\r`, escaped(row)])
      assert.ok(scan(text), text);
    if (n % 100 === 0) for (const tail of TAILS) assert.ok(scan(row, tail));
  }
});

test('names left out, in another order, and in both spellings', () => {
  const random = fc.sample(fc.infiniteStream(fc.nat(2 ** 30)), 1)[0] as Iterator<number>;
  const chance = (): number => random.next().value as number;
  for (const row of BENCH_ROWS.flat().slice(0, 300)) {
    const members = Object.entries(JSON.parse(row)).filter(() => chance() % 3 > 0);
    const mixed = members.map((member) => [chance(), member] as const).sort(([one], [other]) => one - other);
    const text = JSON.stringify(Object.fromEntries(mixed.map(([, member]) => member)));
    assert.ok(scan(chance() % 2 ? text : inPython(text)), text);
  }
});

test('more names than are kept: new ones in every row, and too many in one', () => {
  const scanner = scannerFor(WANTED);
  const objectOf = (from: number, size: number): string =>
    JSON.stringify({ a: 1, by: Object.fromEntries(Array.from({ length: size }, (_, n) => [`user-${from + n}`, n])) });
  for (let n = 0; n < 60_000; n += 1000) assert.ok(scan(objectOf(n, 1000), undefined, scanner));
  assert.ok(!scan(objectOf(0, 20_000), undefined, scanner));
  assert.ok(scan(objectOf(0, 1000), undefined, scanner));
  assert.ok(scan('{"a":1,"by":{"user-1":2}}', undefined, scanner));
});

test('a row of any size is scanned within its buffer; at the very end of it, up to a megabyte', () => {
  const row = (size: number): string => `{"a":"${'x'.repeat(size)}"}`;
  assert.ok(scan(row(3_000_000), Buffer.from('\n'.repeat(8))));
  assert.ok(scan(row(1_000_000), Buffer.of()));
  assert.ok(!scan(row(3_000_000), Buffer.of()));
  assert.ok(scan(row(10), Buffer.of()));
});

test('two names with one hash are left to the parser', () => {
  const scanner = scannerFor(['liquid']);
  const isRow = (text: string): boolean => scanner.scan(Buffer.from(text), 0, text.length);
  // FNV-1a of 32 bits is the same for both, and for the next two.
  assert.deepEqual(['{"costarring":1,"x":2}', '{"liquid":1}', '{"x":2,"costarring":1}', '{"x":{"liquid":1}}'].map(isRow), [
    true,
    false,
    true,
    true,
  ]);
  assert.ok(!isRow('{"costarring":1,"liquid":1}'));
  assert.deepEqual(['{"declinate":1}', '{"macallums":1}', '{"x":1,"declinate":1}'].map(isRow), [true, false, true]);
});

test('a name of any length is not taken for one that differs in a letter', () => {
  for (let length = 1; length < 50; length++) {
    const name = 'abcdefghij'.repeat(5).slice(0, length);
    const scanner = scannerFor([name]);
    const isFound = (other: string): boolean => {
      const row = Buffer.from(`{"${other}":1}`);
      assert.ok(scanner.scan(Buffer.concat([row, TAILS[1] as Buffer]), 0, row.length));
      return scanner.found === 1;
    };
    for (let at = 0; at < length; at++) {
      assert.ok(isFound(name));
      assert.ok(!isFound(`${name.slice(0, at)}x${name.slice(at + 1)}`), `${length} ${at}`);
    }
    assert.ok(!isFound(`${name}x`));
  }
});

test('a row cut short is never a row, whatever lies behind it', () => {
  const rows = [
    ...BENCH_ROWS.flatMap((some) => some.slice(0, runs(20) / 10)),
    '{"a":[1,{"b":-0.5,"c":[true,false,null]}],"z":"\\u00e9\\n"}',
    '{"a":12,"a_name_of_more_than_two_words_of_eight_bytes":[1,[2]]}',
    '{}',
  ];
  for (const row of rows) {
    const bytes = Buffer.from(row);
    scan(bytes);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      assert.ok(!scan(cut, bytes.subarray(length)), 'its own rest');
      for (const tail of TAILS) assert.ok(!scan(cut, tail));
    }
  }
});

const odd = fc.constantFrom(...Array.from('"\\{}[]:,0123-.eEtfnu \t\n\r\0\x1f\x7f\x80\xc3\xff', (char) => char.charCodeAt(0)));
const mutation = fc.record({
  kind: fc.constantFrom('set', 'insert', 'delete', 'cut', 'repeat', 'splice'),
  at: fc.nat(2 ** 20),
  length: fc.nat(12),
  byte: fc.oneof(odd, fc.nat(255)),
});

function mutated(row: Buffer, { kind, at, length, byte }: { kind: string; at: number; length: number; byte: number }): Buffer {
  const from = at % (row.length + 1);
  const [head, rest] = [row.subarray(0, from), row.subarray(from)];
  if (kind === 'set') return Buffer.concat([head, Buffer.of(byte), rest.subarray(1)]);
  if (kind === 'insert') return Buffer.concat([head, Buffer.of(byte), rest]);
  if (kind === 'delete') return Buffer.concat([head, rest.subarray(length)]);
  if (kind === 'repeat') return Buffer.concat([head, rest.subarray(0, length), rest]);
  return kind === 'cut' ? head : Buffer.concat([rest, head]);
}

/** Whether the parser takes the row, and it is an object. */
function isObjectText(bytes: Buffer): boolean {
  try {
    const value = parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

test('of mutated rows, those that are no JSON are declined, and of the others all reports are right', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CORPUS),
      fc.boolean(),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...TAILS),
      (row, spaced, mutations, tail) => {
        const bytes = mutations.reduce(mutated, Buffer.from(spaced ? inPython(row) : row));
        if (scan(bytes, tail)) assert.ok(isObjectText(bytes));
      },
    ),
    { numRuns: runs(5000) },
  );
});

/** A JSON text, and whether nothing in it is odd: then it must be accepted. */
interface Spelled {
  readonly text: string;
  readonly isPlain: boolean;
}
const joined = (parts: readonly Spelled[], between = ''): Spelled => ({
  text: parts.map(({ text }) => text).join(between),
  isPlain: parts.every(({ isPlain }) => isPlain),
});
const plain = (text: string): Spelled => ({ text, isPlain: true });
const strange = (text: string): Spelled => ({ text, isPlain: false });

const space = fc.constantFrom('', '', '', '', ' ', ' ', '\t', '\r\n  ');
const letters = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => plain(text.replace(/["\\\p{Cc}\p{Surrogate}]/gu, '~')));
const escaping = fc.constantFrom('\\n', '\\"', '\\\\', '\\/', '\\u0041', '\\u00e9', '\\ud83c\\udf89', '\\ud800', '\\u0000');
const badPiece = fc.constantFrom('\\x', '\\u12g4', '\x01', '\n', '"', '\\').map(strange);
const inText = fc.oneof(
  { weight: 20, arbitrary: letters },
  { weight: 6, arbitrary: escaping.map(plain) },
  { weight: 1, arbitrary: badPiece },
);
const inName = fc.oneof(
  { weight: 40, arbitrary: letters },
  { weight: 1, arbitrary: escaping.map(strange) },
  { weight: 1, arbitrary: badPiece },
);
const quoted = (piece: fc.Arbitrary<Spelled>): fc.Arbitrary<Spelled> =>
  fc.array(piece, { maxLength: 4 }).map((pieces) => joined([plain('"'), ...pieces, plain('"')]));
const madeUpName = quoted(inName).map((name) =>
  /^"(__proto__)?"$/.test(name.text) || Buffer.byteLength(name.text) > 290 ? strange(name.text) : name,
);
const name = fc.oneof(
  fc.constantFrom(...WANTED).map((known) => plain(`"${known}"`)),
  madeUpName,
  fc.constant(strange('"__proto__"')),
);

const number = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^-?[1-9]\d{0,24}(\.\d{1,24})?$/).map(plain) },
  { weight: 4, arbitrary: fc.stringMatching(/^-?0\.\d{0,5}[1-9]$/).map(plain) },
  { weight: 1, arbitrary: fc.stringMatching(/^-?\d{1,3}(\.\d{0,2})?([eE][+-]?\d{0,3})?$/).map(strange) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('-0', '-0.00', '01', '1.', '.5', '+1', '-', '1e400', '9'.repeat(400), 'NaN', 'tru', 'nulls').map(strange),
  },
);
const { value } = fc.letrec<{ value: Spelled; list: Spelled; object: Spelled }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    quoted(inText),
    number,
    fc.constantFrom('true', 'false', 'null', '0', '0.0').map(plain),
    tie('list'),
    tie('object'),
  ),
  list: fc.tuple(fc.array(spaced(tie('value')), { maxLength: 4 }), space).map(([items, inside]) => wrapped('[', items, inside, ']')),
  object: objectOf(tie('value')),
}));
const row = fc.tuple(
  objectOf(value),
  space,
  fc.oneof({ weight: 20, arbitrary: space.map(plain) }, { weight: 1, arbitrary: fc.constantFrom(',', '}', 'x', '\0').map(strange) }),
);

function spaced(part: fc.Arbitrary<Spelled>): fc.Arbitrary<Spelled> {
  return fc.tuple(space, part, space).map(([before, { text, isPlain }, after]) => ({ text: before + text + after, isPlain }));
}

function wrapped(open: string, items: readonly Spelled[], inside: string, close: string): Spelled {
  const { text, isPlain } = joined(items, ',');
  return { text: open + inside + text + close, isPlain };
}

function objectOf(of: fc.Arbitrary<Spelled>): fc.Arbitrary<Spelled> {
  const member = fc.tuple(name, space, space, of);
  const members = fc.oneof(
    { weight: 10, arbitrary: fc.uniqueArray(member, { maxLength: 5, selector: ([{ text }]) => text }) },
    { weight: 1, arbitrary: fc.array(member, { maxLength: 5 }) },
  );
  return fc.tuple(members, space).chain(([all, inside]) => {
    const parts = all.map(([{ text, isPlain }, before, after, of]) => ({
      text: `${text}${before}:${after}${of.text}`,
      isPlain: isPlain && of.isPlain,
    }));
    const isUnique = new Set(all.map(([{ text }]) => text)).size === all.length;
    return fc.tuple(...parts.map((part) => spaced(fc.constant(part)))).map((items) => {
      const { text, isPlain } = wrapped('{', items, inside, '}');
      return { text, isPlain: isPlain && isUnique };
    });
  });
}

test('JSON of every spelling: what is accepted is reported rightly, what is not JSON is declined, and what is plain is accepted', () => {
  fc.assert(
    fc.property(row, fc.constantFrom(...TAILS), ([object, before, after], tail) => {
      const { text, isPlain } = joined([plain(before), object, after]);
      const isRow = scan(text, tail);
      if (isPlain) assert.ok(isRow, 'plain');
      if (isRow) assert.ok(isObjectText(Buffer.from(text)));
    }),
    { numRuns: runs(5000) },
  );
});
