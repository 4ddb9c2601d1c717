import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachLine, lineEnd } from '../../../lib/source/csv/line-ends.ts';
import { LineCutter } from '../../../lib/source/csv/lines.ts';
import { LongLine } from '../../../lib/source/csv/long-line.ts';
import fc from '../../support/fast-check.ts';
import { cutAt, everyCut, fractions } from '../../support/read-all.ts';
import { runs } from '../../support/runs.ts';

const FORMAT = { delimiter: ',', quote: '"', trim: false } as const;
const QUOTE = Buffer.from('"');

/** A line: its text, or the length of one over the limit; how long it is with its end; whether it has a quote. */
type Line = [text: string | number, span: number, hasQuote: boolean];

interface Options {
  readonly atCr: boolean;
  readonly maxBytes?: number;
  readonly turns?: (start: Buffer) => boolean;
}

function linesOf(chunks: readonly Buffer[], { atCr, maxBytes = 1000, turns = () => false }: Options): { lines: Line[]; isInLine: boolean } {
  const lines: Line[] = [];
  const cutter = new LineCutter(
    { maxBytes, atCr },
    QUOTE,
    {
      ordinary: (_bytes, from) => from,
      line: (bytes, from, to, end, hasQuote) => lines.push([bytes.toString('latin1', from, to), end - from, hasQuote]),
      blank: (bytes, from, end, count) => {
        const texts = bytes.toString('latin1', from, end).split('\n').slice(0, -1);
        assert.equal(texts.length, count);
        for (const text of texts) lines.push(['', text.length + 1, false]);
      },
      turnsAtCr: (start) => {
        assert.ok(start.length <= maxBytes + 1);
        return turns(start);
      },
      tooLong: (long) => lines.push([long.end().length, long.span, false]),
    },
    () => new LongLine(FORMAT),
  );
  for (const chunk of chunks) cutter.write(chunk);
  const { isInLine } = cutter;
  cutter.end();
  return { lines, isInLine };
}

/** The lines by the definition: what a regular expression finds. */
function expected(text: string, atCr: boolean, maxBytes = 1000): Line[] {
  const whole = text.match(atCr ? /[^\r\n]*(\r{0,2}\n|\r)|[^\r\n]+/g : /[^\n]*\n|[^\n]+/g) ?? [];
  return whole.map((line) => {
    const content = line.replace(/\r{0,2}\n?$/, '');
    return content.length > maxBytes ? [content.length, line.length, false] : [content, line.length, line.includes('"')];
  });
}

const TEXTS = ['a,"b"\nc\r\nd\r\r\ne', '\n\r\n\r\r\n\r\r\r\na\n\n', 'a\rb\r\r\rc\r\n\rd\r', '"\n"\n', '\r', ''];

test('a line ends where it ends, wherever the chunks are cut', () => {
  for (const atCr of [false, true]) {
    for (const text of TEXTS) {
      const bytes = Buffer.from(text);
      const cuts = bytes.length > 1 ? everyCut(bytes) : [];
      for (const chunks of [[bytes], ...cuts])
        assert.deepEqual(linesOf(chunks, { atCr }).lines, expected(text, atCr), JSON.stringify(text));
    }
  }
});

const texts = fc.array(fc.constantFrom('a', '"', ',', '\r', '\n', '\r\n', 'bcd'), { maxLength: 20 }).map((parts) => parts.join(''));

test('law: every byte is in one line, a line over the limit is a length, and the chunks do not matter', () => {
  fc.assert(
    fc.property(texts, fractions, fc.boolean(), fc.integer({ min: 1, max: 6 }), (text, cuts, atCr, maxBytes) => {
      const bytes = Buffer.from(text);
      const { lines, isInLine } = linesOf(cutAt(bytes, cuts), { atCr, maxBytes });
      const wanted = expected(text, atCr, maxBytes);
      assert.deepEqual(lines, wanted);
      assert.equal(isInLine, text !== '' && !(atCr ? /[\r\n]$/ : /\n$/).test(text));
    }),
    { numRuns: runs(1000) },
  );
});

test('law: lines of bytes at hand are those of the cutter', () => {
  fc.assert(
    fc.property(texts, fc.boolean(), (text, atCr) => {
      const bytes = Buffer.from(text);
      const lines: Line[] = [];
      const end = eachLine(bytes, atCr, QUOTE, (from, to, behind, hasQuote) => {
        assert.equal(lineEnd(bytes, atCr, from), behind);
        lines.push([bytes.toString('latin1', from, to), behind - from, hasQuote]);
        return true;
      });
      assert.equal(end, bytes.length);
      assert.deepEqual(lines, expected(text, atCr));
    }),
    { numRuns: runs(300) },
  );
});

test('lines at hand are read until one is not wanted, and the place behind that is given', () => {
  const seen: number[] = [];
  const end = eachLine(Buffer.from('a\nbc\nd\n'), false, QUOTE, (from) => {
    seen.push(from);
    return from < 2;
  });
  assert.deepEqual([seen, end], [[0, 2], 5]);
});

test('a line over the limit whose CRs end lines is cut again at these, and so is all that follows', () => {
  const text = 'ab\rcd\ref\rgh\nij\r\nkl\r';
  const bytes = Buffer.from(text);
  for (const chunks of [[bytes], ...everyCut(bytes)]) {
    const starts: string[] = [];
    const turns = (start: Buffer): boolean => starts.push(start.toString()) > 0;
    assert.deepEqual(linesOf(chunks, { atCr: false, maxBytes: 4, turns }).lines, expected(text, true));
    assert.deepEqual(starts, ['ab\rcd'], 'it is asked once');
  }
});

test('a line within a chunk is handed on without a copy', () => {
  const chunk = Buffer.from('a,b\nc,d\n');
  const taken: Buffer[] = [];
  const ordinary = (_bytes: Buffer, from: number): number => from;
  const taker = { ordinary, line: (bytes: Buffer) => taken.push(bytes), blank: () => {}, turnsAtCr: () => false, tooLong: () => {} };
  new LineCutter({ maxBytes: 10, atCr: false }, QUOTE, taker, () => new LongLine(FORMAT)).write(chunk);
  assert.equal(taken.length, 2);
  for (const bytes of taken) assert.equal(bytes, chunk);
});
