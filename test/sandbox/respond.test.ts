import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { readHalf, readWhole } from '../../lib/sandbox/respond.ts';

const request = (chunks: readonly string[]): IncomingMessage => Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as IncomingMessage;

test('a body within the limit is read as it is', async () => {
  for (const chunks of [[], ['a'], ['abc', 'def']]) {
    const { body, bytes } = await readWhole(request(chunks), 6);
    assert.deepEqual([String(body), bytes], [chunks.join(''), body.length]);
  }
});

test('a body over the limit is read to its end, and only as much of it is kept as shows that', async () => {
  const chunks = Array.from({ length: 1_000 }, () => 'x'.repeat(100));
  const sent = request(chunks);
  const { body, bytes } = await readWhole(sent, 250);
  assert.ok(body.length > 250 && body.length <= 350, `${body.length}`);
  assert.deepEqual([bytes, sent.readableEnded], [100_000, true]);
});

test('half of a body is read, and the connection stays open', async () => {
  const body = Object.assign(new PassThrough(), { headers: { 'content-length': '10' } });
  body.write('123');
  let isRead = false;
  const half = readHalf(body as unknown as IncomingMessage).then(() => {
    isRead = true;
  });
  await new Promise(setImmediate);
  assert.equal(isRead, false);
  body.write('45');
  await half;
  assert.deepEqual([body.destroyed, body.readableEnded], [false, false]);
});
