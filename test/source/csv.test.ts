import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Checkpoint } from '../../lib/record/checkpoint.ts';
import { type Origin, originOf } from '../../lib/record/origin.ts';
import type { Element, SourceRecord } from '../../lib/record/record.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { Skipped } from '../../lib/record/skipped.ts';
import type { SourcePosition } from '../../lib/source/checkpointer.ts';
import type { CsvOptions } from '../../lib/source/csv/options.ts';
import { csv, csvDecoder } from '../../lib/source/csv.ts';
import fc from '../support/fast-check.ts';
import { brief, cutAt, everyCut, fractions, mostMemory, oneByOne, outcome, readAll, type Shown, show } from '../support/read-all.ts';
import { runs } from '../support/runs.ts';

const read = (input: string | Buffer, options?: CsvOptions): Promise<Element[]> => readAll(csvDecoder(options), [input]);
const origin = (element: Element | undefined): Origin =>
  (element instanceof Rejection || element instanceof Skipped ? element.origin : originOf(element)) as Origin;
const place = (element: Element): (number | undefined)[] => [origin(element).line, origin(element).offset, origin(element).bytes];

test('each row is a record of texts that knows where it came from, however the chunks cut it', async () => {
  const input = Buffer.from('\uFEFFid,name\r\n1,"Ann, ""A"""\r\n\r\n2,"two\r\nlines"\n3,\n  \n"4",é😀');
  const whole = await read(input, { source: 'f' });
  assert.deepEqual(brief(whole), [
    '{"id":"1","name":"Ann, \\"A\\""}',
    '{"id":"2","name":"two\\r\\nlines"}',
    '{"id":"3"}',
    '{"id":"4","name":"é😀"}',
  ]);
  assert.deepEqual(whole.map(place), [
    [2, 12, 14],
    [4, 30, 14],
    [6, 45, 2],
    [8, 51, 10],
  ]);
  assert.deepEqual([origin(whole[0]).source, origin(whole[0]).raw], ['f', '{"id":"1","name":"Ann, \\"A\\""}']);
  for (const chunks of everyCut(input)) assert.deepEqual((await readAll(csvDecoder({ source: 'f' }), chunks)).map(show), whole.map(show));
});

test('delimiter, quote, columns and emptyCells', async () => {
  assert.deepEqual(brief(await read("a;b\n'1;''';\n", { delimiter: ';', quote: "'" })), ['{"a":"1;\'"}']);
  assert.deepEqual(brief(await read('a\tb\n"1\t2"\n', { delimiter: '\t', quote: false })), ['{"a":"\\"1","b":"2\\""}']);
  assert.deepEqual(brief(await read('1,2\n', { columns: ['x', 'y'] })), ['{"x":"1","y":"2"}']);
  assert.deepEqual(brief(await read('a,b\n,""\n', { emptyCells: 'keep' })), ['{"a":"","b":""}']);
  assert.deepEqual(brief(await read('a,b\n,""\n')), ['{}']);
});

test('an empty file and a lone header hold no records', async () => {
  for (const input of ['', '\n\n', 'a,b', 'a,b\r\n']) assert.deepEqual(await read(input), []);
});

test('a ragged row is malformed and keeps its text', async () => {
  const elements = await read('a,b\n1\n1,2,3\n4,5\n');
  assert.deepEqual(brief(elements), ['malformed', 'malformed', '{"a":"4","b":"5"}']);
  assert.deepEqual(
    elements.slice(0, 2).map((element) => [(element as Rejection).cause.message, origin(element).raw]),
    [
      ['1 cell, but the header has 2', '1'],
      ['3 cells, but the header has 2', '1,2,3'],
    ],
  );
});

test('a row with a broken quote is malformed, with its text, and the next rows are read', async () => {
  for (const bad of ['x"y,2', '"x"y,2', '"x" ,2', '1, "x"']) {
    const input = Buffer.from(`a,b\r\n1,2\r\n${bad}\r\n3,4\r\n5,"6"\r\n`);
    const whole = await read(input);
    assert.deepEqual(brief(whole), ['{"a":"1","b":"2"}', 'malformed', '{"a":"3","b":"4"}', '{"a":"5","b":"6"}'], bad);
    assert.deepEqual([origin(whole[1]).raw, ...place(whole[1] as Element)], [bad, 3, 10, bad.length]);
    assert.deepEqual(place(whole[2] as Element), [4, 12 + bad.length, 3]);
    for (const chunks of everyCut(input)) assert.deepEqual((await readAll(csvDecoder(), chunks)).map(show), whole.map(show), bad);
  }
});

test('a quote that is not closed and one that is misplaced are told apart, and the lines behind them from both', async () => {
  const reasons = async (input: string, options = {}): Promise<unknown[]> =>
    (await read(Buffer.from(input), options)).map((element) => (element instanceof Rejection ? element.cause.message : 'a row'));
  const misplaced = 'a quote is where none is allowed: in a cell that no quote opens, or not doubled within quotes';
  const behind = 'follows a row with a broken quote, and may be part of it';
  assert.deepEqual(await reasons('a,b\n5" pipe,x\n1,2\n'), [misplaced, 'a row']);
  assert.deepEqual(await reasons('a,b\n1,"x "y" z"\n'), [misplaced]);
  assert.deepEqual(await reasons('a,b\n1,"2\n3,4\n'), ['a quote is not closed', behind]);
  const long = await reasons(`a,b\n1,"2\n${'3,4\n'.repeat(10)}5"\n`, { maxRecordBytes: 20 });
  assert.deepEqual(long.slice(0, 2), ['a quote is not closed within 20 bytes, the most that a row may have', behind]);
  const todo = { code: 'CIO_SOURCE', todo: /^Say how the file is written: .*`delimiter`.*`encoding`/ };
  await assert.rejects(read(Buffer.from('"a";"b"\n')), { ...todo, message: /: a quote is where none is allowed/ });
  await assert.rejects(read(Buffer.from('aaaa,bbbb\n'), { maxRecordBytes: 5 }), { ...todo, message: /more than `maxRecordBytes` allows/ });
});

test('invalid UTF-8 is malformed and keeps its bytes', async () => {
  const row = Buffer.from([0x31, 0x2c, 0xff]);
  const [bad, good] = await read(Buffer.concat([Buffer.from('a,b\n'), row, Buffer.from('\n2,\uFFFD\n')]));
  assert.deepEqual([(bad as Rejection).cause.reason, (bad as Rejection).bytes, origin(bad).raw], ['malformed', row, undefined]);
  assert.deepEqual(brief([good as Element]), ['{"a":"2","b":"\uFFFD"}']);
});

test('__proto__ and constructor are columns like any other', async () => {
  const [record] = (await read('__proto__,constructor\nx,y\n')) as [SourceRecord];
  assert.deepEqual(Object.entries(record), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

test('values stay text, digits and all', async () => {
  const [record] = (await read('n,t,z\n12345678901234567890,true,007\n')) as [SourceRecord];
  assert.deepEqual({ ...record }, { ...record, n: '12345678901234567890', t: 'true', z: '007' });
});

test('a row over maxRecordBytes is rejected without its text, however it is cut', async () => {
  const input = Buffer.from('a,b\n12345,789\n12345,7890\r\n1,2\n1,"34567890123"\n3,4\n"1\n2\n3\n4\n5\n6\n7",8\n5,6');
  const whole = await read(input, { maxRecordBytes: 9 });
  assert.deepEqual(brief(whole).slice(0, 5), [
    '{"a":"12345","b":"789"}',
    'too_large',
    '{"a":"1","b":"2"}',
    'too_large',
    '{"a":"3","b":"4"}',
  ]);
  assert.deepEqual([...place(whole[1] as Element), origin(whole[1]).raw], [3, 14, 10, undefined]);
  // A quoted cell over the limit: by lines, and all of its text is there.
  assert.deepEqual(
    whole.slice(5, -1).map((element) => origin(element).raw),
    ['"1', '2', '3', '4', '5', '6', '7",8'],
  );
  assert.deepEqual(brief(whole).at(-1), '{"a":"5","b":"6"}');
  for (const chunks of everyCut(input)) {
    assert.deepEqual((await readAll(csvDecoder({ maxRecordBytes: 9 }), chunks)).map(show), whole.map(show));
  }
});

for (const [what, start, chunk, times] of [
  ['a line of 100 MB', 'a,b\n1,', Buffer.alloc(65_536, 'x'), 1600],
  ['a row of 100 MB of commas', 'a,b\n', Buffer.alloc(65_536, ','), 1600],
  ['a quote that is never closed', 'a,b\n1,"', Buffer.from(`${'x'.repeat(4095)}\n`.repeat(16)), 800],
] as const) {
  test(`${what} is never held`, async () => {
    let last: Element | undefined;
    let count = 0;
    const push = (element: Element): void => {
      last = element;
      count++;
    };
    const decoder = csvDecoder()(oneByOne(push), () => {});
    await decoder.write(Buffer.from(start));
    const most = await mostMemory(times, () => decoder.write(chunk));
    await decoder.write(Buffer.from('\n7,8\n'));
    await decoder.end();
    assert.ok(most < 40_000_000, `held ${most} bytes`);
    const isClosed = !chunk.includes(10);
    assert.deepEqual(brief([last as Element]), [isClosed ? '{"a":"7","b":"8"}' : 'malformed']);
    assert.equal(count, chunk.includes(10) ? times * 16 + 1 : 2);
  });
}

test('options are checked', () => {
  assert.throws(() => csv({ delimeter: ';' } as CsvOptions), { code: 'CIO_OPTIONS', message: /"delimiter"/ });
  for (const options of [
    { delimiter: '' },
    { quote: '""' },
    { delimiter: ';', quote: ';' },
    { columns: [] },
    { columns: ['a', 'a'] },
    { columns: ['a', ''] },
  ]) {
    assert.throws(() => csv(options), { code: 'CIO_OPTIONS' });
  }
});

test('a first line sep= names the delimiter; one given must be the same', async () => {
  for (const [line, between] of [
    ['sep=;', ';'],
    ['"sep=|"', '|'],
    ['SEP=,', ','],
    ['sep=\t', '\t'],
  ] as const) {
    const input = Buffer.from(`\uFEFF${line}\r\na${between}b\r\n1${between}2\r\n`);
    const whole = await read(input);
    assert.deepEqual([...brief(whole), ...place(whole[0] as Element)], ['{"a":"1","b":"2"}', 3, 3 + line.length + 7, 3], line);
    for (const chunks of everyCut(input)) assert.deepEqual((await readAll(csvDecoder(), chunks)).map(show), whole.map(show));
    assert.deepEqual(brief(await read(`${line}\n1${between}2\n`, { columns: ['a', 'b'], delimiter: between })), ['{"a":"1","b":"2"}']);
  }
  await assert.rejects(read('sep=;\na;b\n', { delimiter: ',' }), {
    code: 'CIO_SOURCE',
    message: /names the delimiter ";", `delimiter` is ","/,
  });
  const joined = await read('sep=;\na;b\n1;2\nsep=;\na;b\n3;4\nsep=,\n');
  assert.deepEqual(brief(joined), ['{"a":"1","b":"2"}', 'repeated_header', 'repeated_header', '{"a":"3","b":"4"}', 'malformed']);
});

test('a position behind sep= keeps the delimiter, one behind CRs that they end lines', async () => {
  for (const input of ['sep=;\na;b\n1;2\n3;4\n', 'a,b\r1,2\r3,4\r']) {
    const whole = await readAll(csvDecoder({ checkpointEveryRecords: 1, maxRecordBytes: 6 }), [input]);
    const startAt = JSON.parse(JSON.stringify((whole[1] as Checkpoint<SourcePosition>).position));
    assert.deepEqual(brief(await readAll(csvDecoder({ startAt }), [input.slice(startAt.offset)])), ['{"a":"3","b":"4"}']);
    assert.deepEqual(brief(await readAll(csvDecoder({ startAt, skip: 'bytes' }), [input])), ['{"a":"3","b":"4"}']);
  }
});

test('the header row once more is skipped and counted, cell by cell the same or nearly so', async () => {
  const elements = await read('Email,Plan\na,1\n\uFEFF"Email",Plan\nb,2\nEmail,Plan\u200B\nEmail,Free\nemail,plan\n');
  assert.deepEqual(brief(elements), [
    '{"Email":"a","Plan":"1"}',
    'repeated_header',
    '{"Email":"b","Plan":"2"}',
    'repeated_header',
    '{"Email":"Email","Plan":"Free"}',
    '{"Email":"email","Plan":"plan"}',
  ]);
  assert.deepEqual(place(elements[1] as Element), [3, 18, 12]);
  assert.deepEqual(brief(await read('x,y\n1,2\n', { columns: ['x', 'y'] })), ['repeated_header', '{"x":"1","y":"2"}']);
});

test('texts that mean null are empty cells, quoted or not; none without being named', async () => {
  const input = 'a,b,c\n\\N,"NULL",null\n NULL ,x,\n';
  assert.deepEqual(brief(await read(input, { null: ['\\N', 'NULL'] })), ['{"c":"null"}', '{"a":" NULL ","b":"x"}']);
  assert.deepEqual(brief(await read(input, { null: ['NULL'], trim: true, emptyCells: 'keep' })), [
    '{"a":"\\\\N","b":"","c":"null"}',
    '{"a":"","b":"x","c":""}',
  ]);
  assert.deepEqual(brief(await read('a,b\nNULL,\\N\n')), ['{"a":"NULL","b":"\\\\N"}']);
  assert.throws(() => csv({ null: [''] }), { code: 'CIO_OPTIONS' });
});

test('trim takes white space from around cells, quotes and names; without it the header is warned of, once', async () => {
  const input = ' a , b,c\t\n 1 , "x, ""y"" " ,\u00A0\n2,"3"\t,4\n';
  assert.deepEqual(brief(await read(input, { trim: true })), ['{"a":"1","b":"x, \\"y\\""}', '{"a":"2","b":"3","c":"4"}']);
  const warnings: string[] = [];
  const source = csv().on('warning', (text) => warnings.push(text));
  source.end('id, plan, city\n1, pro, Rome\n');
  const [record] = (await source.toArray()) as SourceRecord[];
  assert.deepEqual({ ...record }, { ...record, ' plan': ' pro' });
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] as string, /column " plan" has white space around it.*`trim`/);
  const others: string[] = [];
  await readAll(csvDecoder(), ['id, ada@secret.example\n'], (text) => others.push(String(text)));
  assert.match(others.join(), /^the name of column 2 has white space/);
  await assert.rejects(read('id, plan\n', { required: ['plan'] }), {
    message: /no column "plan": the name of " plan" has white space around it, `trim`/,
  });
});

const cell = fc.oneof(fc.constantFrom('', ',', '"', '""', '\n', '\r\n', 'é', '😀', '\uFFFD', ' '), fc.string({ maxLength: 5 }));
const rows = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }));

test('law: well-formed rows come back as they were, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), fractions, async (table, newline, final, cuts) => {
      const names = (table[0] ?? ['']).map((_, i) => `c${i}`);
      const quoted = table.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
      const input = Buffer.from([names.join(','), ...quoted].join(newline) + (final ? newline : ''));
      const elements = await readAll(csvDecoder({ emptyCells: 'keep' }), cutAt(input, cuts));
      assert.deepEqual(
        elements.map((element) => Object.values(element)),
        table,
      );
      for (const [i, element] of elements.entries()) {
        const { offset, bytes } = origin(element);
        assert.equal(input.subarray(offset, (offset as number) + (bytes as number)).toString(), quoted[i]);
      }
    }),
    { numRuns: runs(500) },
  );
});

const piece = fc.constantFrom(
  'a',
  ',',
  ',',
  '"',
  '""',
  '\n',
  '\n',
  '\r\n',
  '\r',
  'é',
  '\uFEFF',
  ' ',
  '1,2\n',
  '"x",y\n',
  Buffer.from([0xff]),
);
const content = fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.concat(pieces.map((p) => Buffer.from(p as string))));

test('law: the elements do not depend on the chunks, and every byte is in a row or a rejection', async () => {
  await fc.assert(
    fc.asyncProperty(content, fractions, fc.integer({ min: 1, max: 40 }), async (input, cuts, maxRecordBytes) => {
      const options: CsvOptions = { columns: ['x', 'y'], maxRecordBytes };
      const whole = await outcome(csvDecoder(options), [input]);
      assert.deepEqual(await outcome(csvDecoder(options), cutAt(input, cuts)), whole);
      assert.ok(Array.isArray(whole), String(whole));
      let at = 0;
      for (const { origin, reason, bytes } of whole as Shown[]) {
        const { offset, bytes: length, raw, line } = origin as Required<Origin>;
        const between = input.subarray(at, offset).toString();
        assert.match(between, /^[\uFEFF\s]*$/);
        // A lone CR may end a line, or not.
        if (!/\r(?!\n)/.test(input.toString())) assert.equal(line, input.subarray(0, offset).filter((byte) => byte === 10).length + 1);
        const there = input.subarray(offset, (offset as number) + (length as number));
        if (reason === 'malformed') assert.ok(raw === undefined ? there.toString('hex') === bytes : there.toString() === raw);
        at = (offset as number) + (length as number);
      }
    }),
    { numRuns: runs(1500) },
  );
});

test('a row with zero bytes is not text: damaged, or appended in UTF-16', async () => {
  const appended = Buffer.concat([
    Buffer.from('id,note\n1,a\\u0000b\n'),
    Buffer.from('2,b\n', 'utf16le'),
    Buffer.from('\n3,c\0\n4,"\0"\n5,e\n'),
  ]);
  assert.deepEqual(brief(await read(appended)), [
    '{"id":"1","note":"a\\\\u0000b"}',
    ...Array(4).fill('malformed'),
    '{"id":"5","note":"e"}',
  ]);
  assert.deepEqual(brief(await read('id,note\n1,a\0\0\n', { trim: true })), ['{"id":"1","note":"a"}']);
  await assert.rejects(read('id,no\0te\n1,a\n'), /the header row can't be used: it has zero bytes/);
});

test('JSON is named, not taken for a header row', async () => {
  for (const json of ['{"id":1}\n{"id":2}\n', '[{"id":1}]', '[\n{"id":1}\n]\n', '{\r\n  "id": 1\r\n}\r\n', '\uFEFF{"id":1}']) {
    for (const chunks of everyCut(Buffer.from(json)))
      await assert.rejects(readAll(csvDecoder(), chunks), /csv: the input is (a )?JSON/, json);
  }
  await assert.rejects(read(Buffer.from('{"id":1}\n', 'utf16le')), /the input is JSON/);
  assert.deepEqual(brief(await read('[id],[x]\n1,2\n')), ['{"[id]":"1","[x]":"2"}']);
});
