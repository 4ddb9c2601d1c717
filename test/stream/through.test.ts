import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { through } from '../../lib/stream/through.ts';

async function* same(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield piece;
}

test('all bytes go through the generator, and its end is the end', async () => {
  const stream = through(async function* (pieces) {
    for await (const piece of pieces) yield Buffer.from(`${piece}.`);
    yield Buffer.from('end');
  });
  for (const chunk of ['a', 'b', 'c']) stream.write(chunk);
  stream.end();
  assert.equal(Buffer.concat(await stream.toArray()).toString(), 'a.b.c.end');
});

test('it takes no more while it is not read', async () => {
  const stream = through(same);
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
  assert.ok(taken < 5, `took ${taken} chunks`);
  const before = taken;
  for (let i = 0; i < 20; i++) {
    if (stream.read() === null) await once(stream, 'readable');
    await turn();
  }
  assert.ok(taken > before);
  stream.destroy();
});

test('an error of the generator comes after all that it gave before, however slowly that is read', async () => {
  const failure = new Error('inner');
  const stream = through(async function* (pieces) {
    for await (const piece of pieces) {
      if (piece.includes('x')) throw failure;
      yield piece;
    }
  });
  for (let i = 0; i < 5; i++) stream.write(`row ${i}\n`);
  stream.write('x');
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const chunk of stream) {
      seen.push(String(chunk));
      for (let i = 0; i < 5; i++) await turn();
    }
  }, failure);
  assert.equal(seen.join(''), 'row 0\nrow 1\nrow 2\nrow 3\nrow 4\n');
});

test('destroyed, it lets the generator end', async () => {
  const ended: string[] = [];
  const stream = through(async function* (pieces) {
    try {
      yield* same(pieces);
    } finally {
      ended.push('finally');
    }
  });
  stream.write('a');
  await once(stream, 'readable');
  stream.read();
  await turn();
  stream.destroy();
  await once(stream, 'close');
  await turn();
  assert.deepEqual(ended, ['finally']);
});
