/** Where rows end: broken quotes and what lies behind them, ends of lines, marks; and csv-parse as the oracle of what is well-formed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { originOf } from '../../../lib/record/origin.ts';
import type { Element } from '../../../lib/record/record.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import type { CsvOptions } from '../../../lib/source/csv/options.ts';
import { csvDecoder } from '../../../lib/source/csv.ts';
import fc from '../../support/fast-check.ts';
import { brief, cutAt, everyCut, fractions, outcome, readAll, show } from '../../support/read-all.ts';
import { runs } from '../../support/runs.ts';

const raw = (element: Element): string | undefined => (element instanceof Rejection ? element.origin?.raw : undefined);

/** The records of the input, and the lines that were rejected; the same at every cut. */
async function sorted(input: string, options?: CsvOptions): Promise<{ sent: string[]; refused: (string | undefined)[] }> {
  const bytes = Buffer.from(input);
  const whole = await readAll(csvDecoder(options), [bytes]);
  for (const chunks of everyCut(bytes)) assert.deepEqual((await readAll(csvDecoder(options), chunks)).map(show), whole.map(show), input);
  const isRefused = (element: Element): boolean => element instanceof Rejection;
  return {
    sent: whole.filter((one) => !isRefused(one)).map((one) => Object.values(one).join('|')),
    refused: whole.filter(isRefused).map(raw),
  };
}

const head = 'email,note\n';

test('of a row with a stray quote in a cell of several lines nothing is sent, whatever its lines look like', async () => {
  const notes = [
    ['a,"She said "call me"', 'Best regards, Ada', 'Thanks"'],
    ['a,"She said "call me" twice', 'x@y.io,ok', 'z@y.io,ok', 'Thanks"'],
    ['a,"Dear all,', 'x@y.io,ok', 'he said "no" again', 'z@y.io,ok', 'Thanks"'],
    ['a,"He wrote "this"', 'x@y.io,"ok"', 'Thanks"'],
    ['a,"one "two"', 'he cried "', 'x@y.io,ok', 'Thanks"'],
    ['a,"one "two"', '', 'x@y.io,ok', '"'],
    ['"a "b" c","d', 'x@y.io,ok', 'e "f" g"'],
    ['a, "spaces', 'x@y.io,ok', 'Thanks"'],
  ];
  for (const note of notes) {
    const { sent, refused } = await sorted(`${head}0,0\n${note.join('\n')}\nbob,fine\ncarl,"fine, too"\n`);
    assert.deepEqual(sent, ['0|0', 'bob|fine', 'carl|fine, too'], note[0]);
    assert.deepEqual(refused, note.filter(Boolean));
  }
});

test('a quote inside a cell that no quote opened ends with its line', async () => {
  const { sent, refused } = await sorted(`${head}a,5" pipe\nb,ok\n5" c,6" d\n"e",7" f\ng,"h"\n`);
  assert.deepEqual(
    [sent, refused],
    [
      ['b|ok', 'g|h'],
      ['a,5" pipe', '5" c,6" d', '"e",7" f'],
    ],
  );
});

test('rows between two rows with broken quotes are sent only where one of them shows by its quotes that it is a row', async () => {
  const shown = await sorted('"e","n"\n"a","5" pipe"\n"b","ok"\n"c","6" pipe"\n"d","ok"\n');
  assert.deepEqual([shown.sent, shown.refused.length], [['b|ok', 'd|ok'], 2]);
  // These may be one note: 5" pipe" ... 6" pipe.
  const open = await sorted(`${head}a,"5" pipe"\nb,ok\nc,"6" pipe"\nd,ok\n`);
  assert.deepEqual([open.sent, open.refused.length], [['d|ok'], 3]);
});

test('a quote that is never closed takes all that follows, line by line; one closed by chance what lies between', async () => {
  const never = await sorted(`${head}a,"open\nb,ok\n\nc,ok\n`);
  assert.deepEqual([never.sent, never.refused], [[], ['a,"open', 'b,ok', 'c,ok']]);
  const chance = await sorted(`${head}a,"open\nb,ok\nc,"ok"\nd,ok\n`);
  assert.deepEqual([chance.sent, chance.refused], [['d|ok'], ['a,"open', 'b,ok', 'c,"ok"']]);
});

test('behind a broken row no row is held longer than a row may be', async () => {
  const rows = Array.from({ length: 8 }, (_, n) => `p${n},ok\n`).join('');
  const { sent } = await sorted(`${head}a,"5" x"\n${rows}Thanks"\nz,ok\n`, { maxRecordBytes: 30 });
  assert.deepEqual(sent, [...Array.from({ length: 8 }, (_, n) => `p${n}|ok`), 'z|ok']);
});

test('a row of several lines over the limit is handed back by lines, and its lines are no rows', async () => {
  const { sent, refused } = await sorted(`${head}a,"${'x@y.io,ok\n'.repeat(9)}"\nb,ok\n`, { maxRecordBytes: 40 });
  assert.deepEqual([sent, refused.length], [['b|ok'], 10]);
  const long = await sorted(`${head}a,"${'x'.repeat(50)}\nx@y.io,ok\nz"\nb,"ok"\n"${'y"",'.repeat(50)}",c\nd,ok\n`, { maxRecordBytes: 40 });
  assert.deepEqual(
    [long.sent, long.refused],
    [
      ['b|ok', 'd|ok'],
      [undefined, 'x@y.io,ok', 'z"', undefined],
    ],
  );
});

test('lines may end in CR CR LF, in CR alone, and one way here and another there; a CR inside quotes is data', async () => {
  const rows = ['email,note', 'a,1', '"b","2\r3"', 'c,'];
  for (const end of ['\n', '\r\n', '\r\r\n', '\r']) {
    for (const last of [end, '', '\r', '\x1A', `${end}\x1A`]) {
      const { sent, refused } = await sorted(rows.join(end) + last);
      assert.deepEqual([sent, refused], [['a|1', 'b|2\r3', 'c'], []], JSON.stringify([end, last]));
      const columns = ['email', 'note'];
      assert.deepEqual((await sorted(rows.slice(1).join(end) + last, { columns })).sent, sent, JSON.stringify([end, last]));
    }
  }
  const joined = await sorted('email,note\na,1\nb,2\rc,3\rd,4\ne,5\n');
  assert.deepEqual([joined.sent, joined.refused], [['a|1', 'b|2', 'c|3', 'd|4', 'e|5'], []]);
});

test("one column: CRs end rows where no LF does, and if that can't be known it is an error", async () => {
  assert.deepEqual((await sorted('a\rb\rc', { columns: ['x'] })).sent, ['a', 'b', 'c']);
  assert.deepEqual((await sorted('x\ra\rb\n')).sent, ['a', 'b']);
  assert.deepEqual(await sorted('x\na\rb\nc\n'), { sent: ['c'], refused: ['a\rb'] });
  await assert.rejects(readAll(csvDecoder({ columns: ['x'] }), ['a\rb\nc\n']), { code: 'CIO_SOURCE', message: /CR alone and some in LF/ });
});

test('byte order marks and Ctrl-Z at the start of a line are no text', async () => {
  const mark = '\uFEFF';
  const { sent } = await sorted(`${mark}${mark}"email",note\n${mark}a,1\r\n${mark}${mark}"b","2"\n\x1A${mark}c,3\n${mark}\n\x1A`);
  assert.deepEqual(sent, ['a|1', 'b|2', 'c|3']);
  const [element] = await readAll(csvDecoder(), [`a\n${mark}b\n`]);
  assert.deepEqual([originOf(element)?.offset, originOf(element)?.bytes], [5, 1]);
});

/** How often the input is searched, or copied, while it is read. */
async function searches(input: string, options?: CsvOptions): Promise<number> {
  let calls = 0;
  const undo: (() => void)[] = [];
  const watch = (of: object, name: string): void => {
    const real = Reflect.get(of, name);
    Reflect.set(of, name, function (this: unknown, ...args: unknown[]) {
      calls++;
      return Reflect.apply(real, this, args);
    });
    undo.push(() => Reflect.set(of, name, real));
  };
  for (const of of [Array.prototype, String.prototype, Buffer.prototype]) for (const name of ['indexOf', 'includes']) watch(of, name);
  watch(Buffer, 'concat');
  try {
    await readAll(csvDecoder(options), cutAt(Buffer.from(input), [0.25, 0.5, 0.75]));
  } finally {
    for (const one of undo) one();
  }
  return calls;
}

test('work grows with the bytes alone: blank rows, ragged rows, a header of 80,000 columns', async () => {
  assert.ok((await searches(`a,b\n${'\n'.repeat(100_000)}`)) < 1_000, 'a newline costs no search of its own');
  assert.ok((await searches(`a,b\n${'1,2\n'.repeat(5_000)}`)) < 1_000, 'nor does an ordinary row');
  const good = await searches(`a||b\n${'1||2\n'.repeat(5_000)}`, { delimiter: '||' });
  assert.ok((await searches(`a,b\n${'1\n'.repeat(5_000)}`)) < 2 * good);
  const names = Array.from({ length: 80_000 }, (_, n) => `c${n}`).join(',');
  assert.ok(
    (await searches(`${names}\n${'1\n'.repeat(5_000)}`)) < 2 * good + 240_000,
    'some searches a column, not one through all of them',
  );
});

const formats = fc
  .record({
    delimiter: fc.constantFrom(',', ';', '\t', '||', '::=', 'ü'),
    quote: fc.constantFrom('"', "'", '«', false as const),
    newline: fc.constantFrom('\n', '\r\n'),
  })
  .chain((format) => {
    const text = fc.oneof(
      fc.constantFrom('', 'a', 'é😀', '\uFFFD', ' ', 'x y'),
      fc.constantFrom(...(format.quote ? [format.delimiter, format.quote, '\n', '\r\n', `${format.quote},${format.quote}`] : ['"', "'"])),
      fc
        .string({ maxLength: 4 })
        .filter((one) => !/[\r\n]/.test(one) && (format.quote !== false || !one.includes(format.delimiter[0] as string))),
    );
    const cell = fc.tuple(text, fc.boolean());
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    return fc.record({ format: fc.constant(format), table: fc.array(row, { minLength: 1, maxLength: 8 }) });
  });

test('law: what is well-formed is read as csv-parse reads it, whatever the chunks', async () => {
  await fc.assert(
    fc.asyncProperty(formats, fc.boolean(), fractions, async ({ format: { delimiter, quote, newline }, table }, final, cuts) => {
      const needs = (text: string): boolean =>
        quote !== false && (text.includes(quote) || /[\r\n]/.test(text) || [...delimiter].some((c) => text.includes(c)));
      const put = ([text, quoted]: [string, boolean]): string =>
        quote && (quoted || needs(text)) ? quote + text.replaceAll(quote, quote + quote) + quote : text;
      const width = table[0]?.length ?? 0;
      const rows = table.map((row) => row.map(put).join(delimiter));
      const names = Array.from({ length: width }, (_, n) => `column ${n}`);
      const input = Buffer.from([names.join(delimiter), ...rows].join(newline) + (final ? newline : ''));
      const read = parse(input, {
        delimiter,
        quote,
        escape: quote === false ? null : quote,
        record_delimiter: newline,
        relax_column_count: true,
      });
      const expected = (read as string[][]).slice(1).map((cells) => (cells.length === width ? cells : 'malformed'));
      const elements = await outcome(csvDecoder({ delimiter, quote, emptyCells: 'keep' }), cutAt(input, cuts));
      assert.ok(Array.isArray(elements), String(elements));
      assert.deepEqual(
        elements.map(({ record, reason }) => reason ?? Object.values(JSON.parse(record as string))),
        expected,
      );
      assert.deepEqual(brief(await readAll(csvDecoder({ delimiter, quote, emptyCells: 'keep' }), [input])).length, expected.length);
    }),
    { numRuns: runs(300) },
  );
});
