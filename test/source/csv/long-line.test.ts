import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CellEnd, type CellFormat, cut } from '../../../lib/source/csv/cells.ts';
import { LongLine } from '../../../lib/source/csv/long-line.ts';
import fc from '../../support/fast-check.ts';
import { cutAt, everyCut, fractions } from '../../support/read-all.ts';
import { runs } from '../../support/runs.ts';

interface Followed {
  readonly span: number;
  readonly length: number;
  readonly outside: CellEnd;
  readonly inside: CellEnd;
}

function followed(chunks: readonly Buffer[], format: CellFormat): Followed {
  const line = new LongLine(format);
  for (const chunk of chunks) line.add(chunk);
  return { span: line.span, ...line.end() };
}

/**
 * By `cut()`, of the whole. Which kind of mistake it is makes no difference to the rows behind a line that is not held; and without
 * quotes nothing is ever inside them.
 */
function byCut(text: string, end: string, format: CellFormat): Followed {
  const [length, span] = [Buffer.byteLength(text), Buffer.byteLength(text + end)];
  const ending = (isInside: boolean): CellEnd => {
    const { ending: one } = cut(text, format, isInside);
    return one === 'stray' ? 'broken' : one;
  };
  return { span, length, outside: ending(false), inside: format.quote === false ? 'inside' : ending(true) };
}

const PLAIN: CellFormat = { delimiter: ',', quote: '"', trim: false };

test('how a long line ends is known, wherever its bytes are cut', () => {
  const filler = 'x'.repeat(170);
  for (const [format, text] of [
    [PLAIN, `${filler},"a""b",`],
    [PLAIN, `"${filler}""","b`],
    [PLAIN, `"${filler}"x,"b"`],
    [{ ...PLAIN, trim: true }, `"${filler}" \t , "b" `],
    [{ ...PLAIN, delimiter: '||' }, `"a"||"${filler}"||"b"|`],
    [{ ...PLAIN, quote: '«' }, `«${filler}««»«,«b`],
    [{ ...PLAIN, quote: '«' }, `${filler}«${filler}`],
    [{ ...PLAIN, trim: true, delimiter: ' |' }, ` |"${filler}" |"b`],
    [{ ...PLAIN, quote: false }, `"${filler}",b"`],
  ] as const) {
    for (const end of ['\r\n', '\r\r\n', '']) {
      const bytes = Buffer.from(text + end);
      for (const chunks of [[bytes], ...everyCut(bytes)]) assert.deepEqual(followed(chunks, format), byCut(text, end, format), text);
    }
  }
});

test('law: a line that comes in pieces ends as it does for cut(), from outside quotes and from inside', () => {
  const format = fc.record({
    delimiter: fc.constantFrom(',', ';', '\t', '||', '::=', 'ü', '|'.repeat(16)),
    quote: fc.constantFrom('"', "'", '«', false as const),
    trim: fc.boolean(),
  });
  const law = format.chain((one) => {
    const { delimiter, quote } = one;
    const sign = quote || '"';
    const between = `${sign}${delimiter}${sign}`;
    const part = fc.constantFrom(
      between,
      delimiter,
      sign,
      sign + sign,
      'a',
      ' ',
      '\t',
      'é',
      '|',
      'x'.repeat(90),
      ' '.repeat(90),
      `${sign}${'y'.repeat(170)}${sign}${delimiter}`,
    );
    return fc.record({ format: fc.constant(one), text: fc.array(part, { maxLength: 14 }).map((parts) => parts.join('')) });
  });
  fc.assert(
    fc.property(law, fractions, fc.constantFrom('\n', '\r\n', '\r\r\n', ''), ({ format: one, text }, cuts, end) => {
      assert.deepEqual(followed(cutAt(Buffer.from(text + end), cuts), one), byCut(text, end, one));
    }),
    { numRuns: runs(2000) },
  );
});
