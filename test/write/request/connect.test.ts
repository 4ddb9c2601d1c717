import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContinueFilter } from '../../../lib/write/request/connect.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}\n';
const CONTINUE = 'HTTP/1.1 100 Continue\r\nx: y\r\n\r\n';

test('a 100 Continue is not heard, wherever the bytes are cut; all else is', () => {
  const echo = `HTTP/1.1 200 OK\r\n\r\n${CONTINUE}`;
  const cases = [ANSWER, echo, `HTTP/1.1 103 Early Hints\r\n\r\n${ANSWER}`];
  for (const heard of cases)
    for (const sent of [heard, CONTINUE + heard, CONTINUE + CONTINUE + heard])
      for (let first = 0; first <= sent.length; first++)
        for (let second = first; second <= sent.length; second++) {
          const filter = new ContinueFilter();
          filter.expectAnswer();
          const pieces = [sent.slice(0, first), sent.slice(first, second), sent.slice(second)];
          assert.equal(pieces.map((piece) => filter.take(Buffer.from(piece)).toString()).join(''), heard);
        }
});

test('each answer on a connection may have one', () => {
  const filter = new ContinueFilter();
  for (let n = 0; n < 3; n++) {
    filter.expectAnswer();
    assert.equal(filter.take(Buffer.from(CONTINUE + ANSWER)).toString(), ANSWER);
  }
});
