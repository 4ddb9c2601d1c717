import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteCursor } from '../../lib/bytes/cursor.ts';
import { Unreadable } from '../../lib/bytes/engine.ts';
import { gzipMember } from '../../lib/bytes/gzip-member.ts';
import { gzipMemberOf } from '../support/gzip-member.ts';
import { everyCut } from '../support/read-all.ts';

async function* from(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

/** What comes out before the end or the error, and where the input then is. */
async function member(chunks: readonly Buffer[]): Promise<{ text: string; rest: string; offset: number; error?: string }> {
  const input = new ByteCursor(from(chunks));
  let text = '';
  let error: string | undefined;
  try {
    for await (const out of gzipMember(input)) text += out;
  } catch (failure) {
    assert.ok(failure instanceof Unreadable, String(failure));
    error = failure.message;
  }
  const { offset } = input;
  let rest = '';
  for await (const piece of input.rest()) rest += piece;
  return { text, rest, offset, ...(error !== undefined && { error }) };
}

test('the reader stops at the byte behind the member, wherever the input is cut', async () => {
  for (const flags of [0, 2, 4, 8, 16, 30]) {
    const bytes = gzipMemberOf('text', flags);
    const all = Buffer.concat([bytes, Buffer.from('next')]);
    const expected = { text: 'text', rest: 'next', offset: bytes.length };
    for (const chunks of [[all], ...everyCut(all)]) assert.deepEqual(await member(chunks), expected);
  }
});

test('a member that ends at any byte before its end is cut off', async () => {
  const bytes = gzipMemberOf('text', 2 + 4 + 16);
  for (let length = 2; length < bytes.length; length++) {
    const { text, error } = await member([bytes.subarray(0, length)]);
    assert.equal(error, 'the compressed data is cut off', `after ${length} bytes`);
    assert.ok('text'.startsWith(text));
  }
});

test('what a wrong checksum stands behind has come out before the error', async () => {
  const bytes = gzipMemberOf('text', 0, (all) => all.writeUInt32LE(1, all.length - 8));
  for (const chunks of [[bytes], ...everyCut(bytes)]) {
    const { text, error } = await member(chunks);
    assert.deepEqual([text, error], ['text', 'the compressed data is corrupt']);
  }
});
