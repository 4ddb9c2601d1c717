import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CsvRow, CsvRows, isText } from '../../lib/replay/csv-rows.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const bytesOf = (text: string | Buffer): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);

/** The rows of a text that comes in two chunks. */
function rowsOf(text: string | Buffer, cut = 0): CsvRow[] {
  const [bytes, rows] = [bytesOf(text), new CsvRows('x.csv')];
  const found = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((chunk) => [...rows.write(chunk)]);
  return [...found, ...rows.end()];
}

const shown = ({ cells, bytes, line, isBroken, isCut }: CsvRow): unknown => ({
  cells: cells.map(({ text, quoted }) => (quoted ? `"${text}"` : text)),
  bytes: bytes.toString(),
  line,
  isBroken,
  isCut,
});

const row = (line: number, bytes: string, ...cells: string[]): unknown => ({ cells, bytes, line, isBroken: false, isCut: false });

test('each cell says whether it was in quotes, each row where it begins, at every chunk border', () => {
  const text = 'a,"b ""é""",,""\r\n"two\nlines",5" disk,"x,y"\n1,2';
  const expected = [
    row(1, 'a,"b ""é""",,""', 'a', '"b "é""', '', '""'),
    row(2, '"two\nlines",5" disk,"x,y"', '"two\nlines"', '5" disk', '"x,y"'),
    { ...Object(row(4, '1,2', '1', '2')), isCut: true },
  ];
  for (let cut = 0; cut <= Buffer.byteLength(text); cut++) assert.deepEqual(rowsOf(text, cut).map(shown), expected, `cut at ${cut}`);
});

test('only a last row without a line break may be cut', () => {
  assert.deepEqual(
    ['a,b\n1,2', 'a,b\n1,2\n', 'a,b\r\n1,2\r\n'].map((text) => rowsOf(text).map(({ isCut }) => isCut)),
    [
      [false, true],
      [false, false],
      [false, false],
    ],
  );
});

test('each line of a row with broken quotes comes by itself, without cells, at every chunk border', () => {
  const text = 'a,b\n1,"x"y\n2,z\n';
  for (let cut = 0; cut <= text.length; cut++) {
    const rows = rowsOf(text, cut);
    assert.deepEqual(
      rows.map(({ isBroken, cells, bytes, line }) => [isBroken, cells.length, bytes.toString(), line]),
      [
        [false, 2, 'a,b', 1],
        [true, 0, '1,"x"y', 2],
        [false, 2, '2,z', 3],
      ],
    );
  }
});

test('a quoted cell that does not end: the rows before it come out, then an error names its line', () => {
  const rows = new CsvRows('x.csv');
  const found = [...rows.write(Buffer.from('a,b\n1,2\n'))];
  assert.throws(
    () => {
      for (const one of rows.write(Buffer.from('3,"open\n4,5\n'))) found.push(one);
      for (const one of rows.end()) found.push(one);
    },
    { code: 'CIO_SOURCE', message: "x.csv: this CSV can't be read beyond line 3: a quoted cell does not end" },
  );
  assert.deepEqual(
    found.map(({ bytes }) => bytes.toString()),
    ['a,b', '1,2'],
  );
});

test('a row is text if its bytes say what its cells say; a replacement character of its own is text', () => {
  const texts = ['é,\uFFFD', Buffer.from([0x61, 0x2c, 0xff])].map((bytes) => rowsOf(bytes).map(isText));
  assert.deepEqual(texts, [[true], [false]]);
});

test('law: cells come back as they were written, quoted or not', () => {
  const quoted = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', ' ') }).map((text) => ({ text, quoted: true }));
  const bare = fc.string({ unit: fc.constantFrom('a', '1', '-', 'é') }).map((text) => ({ text, quoted: false }));
  const rows = fc.array(fc.array(fc.oneof(quoted, bare), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.nat(), (given, at) => {
      const cellOf = ({ text, quoted }: (typeof given)[0][0]): string => (quoted ? `"${text.replaceAll('"', '""')}"` : text);
      const text = given.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
      const back = rowsOf(text, at % (Buffer.byteLength(text) + 1));
      assert.deepEqual(
        back.map(({ cells }) => cells),
        given,
      );
    }),
    { numRuns: runs(200) },
  );
});
