import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter } from '../../lib/bytes/lines.ts';
import { everyCut } from '../support/read-all.ts';

/** Each line as its text, or its length where it is too long, with its place. */
function split(chunks: Buffer[], maxBytes: number, offset = 0): (string | number)[][] {
  const lines: (string | number)[][] = [];
  const splitter = new LineSplitter(
    maxBytes,
    {
      line: (bytes, from, to, line, at) => lines.push([bytes.toString('latin1', from, to), line, at]),
      tooLong: (line, at, length) => lines.push([length, line, at]),
    },
    offset,
  );
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}

test('LF, CR and CRs with an LF end a line; the numbers and offsets fit, wherever it is cut', () => {
  const input = Buffer.from('ab\r\n\nc\rd\r\r\ne\r\r\rf\r\r\r\ng\r');
  const expected = [
    ['ab', 1, 3],
    ['', 2, 7],
    ['c', 3, 8],
    ['d', 4, 10],
    ['e', 5, 14],
    ['f', 8, 18],
    ['g', 9, 23],
  ];
  for (const chunks of [[input], ...everyCut(input)]) assert.deepEqual(split(chunks, 10, 3), expected);
  // Nothing in the middle of CRs.
  const [first, second] = [input.subarray(0, 3), input.subarray(3)];
  assert.deepEqual(split([first, Buffer.alloc(0), second], 10, 3), expected);
});

test('the limit counts the line without its newline; at the limit it is whole, one over it is only a length', () => {
  const input = Buffer.from('1234\n1234\r\n12345\n12345\r\n123456789\r\n1234\r');
  const whole = split([input], 4);
  assert.deepEqual(
    whole.map(([line]) => line),
    ['1234', '1234', 5, 5, 9, '1234'],
  );
  for (const chunks of everyCut(input)) assert.deepEqual(split(chunks, 4), whole);
});

test('a long line in many small chunks costs no more than its length', () => {
  const chunks = Array.from({ length: 1_000_000 }, () => Buffer.from('x'));
  const [line] = split(chunks, 1_048_576) as [[string]];
  assert.equal(line[0].length, 1_000_000);
});
