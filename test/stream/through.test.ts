import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, Transform } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type ThroughOptions, through } from '../../lib/stream/through.ts';

const explain = (error: unknown): Error => new Error('explained', { cause: error });
const over = (stream: PassThrough | Transform, more: object = {}): ThroughOptions => ({ choose: () => ({ stream, ...more }), explain });

test('choose sees all bytes until it has chosen, then they all go through', async () => {
  const heads: string[] = [];
  const stream = through({
    choose: (head, ended) => {
      heads.push(`${head}${ended ? '.' : ''}`);
      return head.length < 3 && !ended ? undefined : 'plain';
    },
    explain,
  });
  for (const chunk of ['a', 'b', 'c', 'd']) stream.write(chunk);
  stream.end();
  const out = await stream.toArray();
  assert.equal(Buffer.concat(out).toString(), 'abcd');
  assert.deepEqual(heads, ['a', 'ab', 'abc']);
});

test('what choose throws is the error', async () => {
  const stream = through({
    choose: () => {
      throw new Error('refused');
    },
    explain,
  });
  stream.write('a');
  await assert.rejects(once(stream, 'close'), /refused/);
});

test('the inner stream waits while nobody reads', async () => {
  const inner = new PassThrough();
  const stream = through(over(inner));
  let taken = 0;
  const offer = (): void => {
    stream.write(Buffer.alloc(65_536), (error) => {
      if (error) return;
      taken++;
      offer();
    });
  };
  offer();
  for (let i = 0; i < 100; i++) await turn();
  assert.ok(taken < 20, `took ${taken} chunks`);
  const before = taken;
  for (let i = 0; i < 20; i++) {
    if (stream.read() === null) await once(stream, 'readable');
    await turn();
  }
  assert.ok(taken > before);
  stream.destroy();
  assert.ok(inner.destroyed);
});

test('an error of the inner stream comes explained, and after all that it gave before', async () => {
  const failure = new Error('inner');
  const inner = new Transform({
    transform: (chunk: Buffer, _encoding, callback) => (chunk.includes('x') ? callback(failure) : callback(null, chunk)),
  });
  const stream = through(over(inner));
  for (let i = 0; i < 5; i++) stream.write(`row ${i}\n`);
  stream.write('x');
  await turn();
  const seen: string[] = [];
  await assert.rejects(
    async () => {
      for await (const chunk of stream) seen.push(String(chunk));
    },
    { message: 'explained', cause: failure },
  );
  assert.equal(seen.join(''), 'row 0\nrow 1\nrow 2\nrow 3\nrow 4\n');
});

test('the input can be refused at its end, and chunks can be cut', async () => {
  const parts: string[] = [];
  const inner = new Transform({
    transform: (chunk: Buffer, _encoding, callback) => {
      parts.push(String(chunk));
      callback(null, chunk);
    },
  });
  const end = (): void => {
    throw new Error('too early');
  };
  const stream = through(over(inner, { cut: (chunk: Buffer) => [chunk.subarray(0, 1), chunk.subarray(1)], end }));
  stream.end('abc');
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const chunk of stream) seen.push(String(chunk));
  }, /explained/);
  assert.deepEqual([parts, seen.join('')], [['a', 'bc'], 'abc']);
});
