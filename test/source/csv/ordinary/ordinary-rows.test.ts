import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoint } from '../../../../lib/record/checkpoint.ts';
import type { CsvOptions } from '../../../../lib/source/csv/options.ts';
import { RowWriter } from '../../../../lib/source/csv/ordinary/row-writer.ts';
import { csvDecoder } from '../../../../lib/source/csv.ts';
import fc from '../../../support/fast-check.ts';
import { cutAt, everyCut, fractions } from '../../../support/read-all.ts';
import { readItems, sameBothWays } from '../../../support/read-both-ways.ts';
import { runs } from '../../../support/runs.ts';

async function asText<T>(run: () => Promise<T>): Promise<T> {
  const real = RowWriter.for;
  RowWriter.for = () => undefined;
  try {
    return await run();
  } finally {
    RowWriter.for = real;
  }
}

/** Reads it both ways; gives how many rows came as bytes. */
const same = (input: Buffer, options: CsvOptions = {}, ...cuts: Buffer[][]): Promise<number> =>
  sameBothWays(csvDecoder(options), input, asText, cuts);

const data = (...rows: (string | Buffer)[]): Buffer =>
  Buffer.concat(['a,b\n', ...rows.flatMap((row) => [row, '\n'])].map((part) => Buffer.from(part as string)));

test('ordinary rows come as bytes, and are the same as text', async () => {
  const rows = ['1,2', ',', '1,', ',2', '1,2\r', '1,2\r\r', '"1","2"', '"","x,y"', '"q""","""b"', '"1\n2\r\n","\n"', 'é😀,\uFFFD'];
  const escaped = ['\\,\t', '\u0001,\u001f', '\u007f,\u2028', '\b\f,"\v\t"'];
  for (const row of [...rows, ...escaped]) {
    const input = data(row, '3,4');
    assert.equal(await same(input, {}, ...everyCut(input)), 2, JSON.stringify(row));
    assert.equal(await same(input, { emptyCells: 'keep' }), 2, JSON.stringify(row));
  }
});

test('all others are read as text, and the next one comes as bytes again', async () => {
  const rows = [
    '',
    ' ',
    '1',
    '1,2,3',
    '1,x"y',
    'a,b',
    '"a",b\uFEFF',
    '\uFEFF1,2',
    '\x1a1,2',
    '1\r2,3',
    '1,2\r\r\r',
    '\0,1',
    'sep=,',
    '"sep=,"',
  ];
  for (const row of [...rows, 'ſep=,', '\u00A0a,b', '"\u200Ba",b', Buffer.from([0x31, 0x2c, 0xff]), '1,234567890123']) {
    const input = data('1,2', row, '3,4', '5,"6"');
    const rows = await same(input, { maxRecordBytes: 12 }, ...everyCut(input));
    assert.ok(rows === 3 || /"/.test(String(row)), `${JSON.stringify(row)} ${rows}`);
  }
});

const TABLE: readonly [text: string, weight: number][] = [
  ['1', 6],
  ['x y', 2],
  [',', 14],
  ['\n', 8],
  ['\r\n', 2],
  ['"', 2],
  ['""', 2],
  [',"', 3],
  ['",', 3],
  ['"\n', 3],
  ['\n"', 1],
  ['1,2\n', 6],
  ['"1",2\n', 4],
  ['a,b\n', 1],
  ['a', 2],
  [' ', 2],
  ['\t', 1],
  ['é', 1],
  ['😀', 1],
  ['\uFFFD', 1],
  ['\u00A0', 1],
  ['\u3000', 1],
  ['中', 1],
  ['\uFEFF', 1],
  ['\\', 1],
  ['\\N', 1],
  ['NULL', 1],
  ['\u0001', 1],
  ['\u007f', 1],
  ['\x1a', 1],
  ['\r', 1],
  ['\0', 1],
  ['sep=,\n', 1],
  ['=', 1],
];
const piece = fc.oneof(
  ...TABLE.map(([text, weight]) => ({ arbitrary: fc.constant(Buffer.from(text)), weight })),
  { arbitrary: fc.constant(Buffer.from([0xff])), weight: 1 },
  { arbitrary: fc.string({ maxLength: 3 }).map((text) => Buffer.from(text)), weight: 2 },
);
const options: fc.Arbitrary<CsvOptions> = fc.record(
  {
    delimiter: fc.constantFrom(',', ';', '\t', ' ', '1', '||', 'é'),
    quote: fc.constantFrom('"', "'", 'x', false as const),
    columns: fc.constantFrom(['a'], ['a', 'b'], ['é', 'b"\\', ' c'], ['__proto__', 'a']),
    emptyCells: fc.constant('keep' as const),
    null: fc.constantFrom(['NULL'], ['\\N', '1'], ['é', '"']),
    trim: fc.boolean(),
    maxRecordBytes: fc.integer({ min: 1, max: 30 }),
    checkpointEveryRecords: fc.integer({ min: 1, max: 4 }),
    source: fc.constant('f'),
  },
  { requiredKeys: [] },
);

test('law: rows that come as bytes are those that are read as text, in their order, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), options, fc.boolean(), fractions, async (pieces, given, hasHeader, cuts) => {
      const input = Buffer.concat([Buffer.from(hasHeader ? 'a,b\n' : ''), ...pieces]);
      await same(input, given, cutAt(input, cuts));
    }),
    { numRuns: runs(5000) },
  );
});

test('law: at every border of a small input, and from every checkpoint on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), options, async (pieces, given) => {
      const input = Buffer.concat([Buffer.from('a,b\n1,2\n'), ...pieces]);
      const all = { ...given, checkpointEveryRecords: 1 };
      await same(input, all, ...everyCut(input));
      const { shown } = await readItems(csvDecoder(all), [input]);
      for (const one of shown)
        if (one instanceof Checkpoint) await same(input, { ...given, skip: 'bytes', startAt: one.position as never });
    }),
    { numRuns: runs(500) },
  );
});
