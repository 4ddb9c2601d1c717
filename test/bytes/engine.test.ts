import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInflateRaw, deflateRawSync } from 'node:zlib';
import { type Decompressor, Engine, Unreadable } from '../../lib/bytes/engine.ts';
import { everyCut } from '../support/read-all.ts';

const inflating = (): Engine => new Engine(createInflateRaw() as Decompressor);

async function outputOf(engine: Engine, piece: Buffer): Promise<Buffer> {
  const out: Buffer[] = [];
  for await (const part of engine.pass(piece)) out.push(part);
  return Buffer.concat(out);
}

test('how many bytes of the last piece lie behind the end is known, wherever the pieces are cut', async () => {
  const packed = deflateRawSync('some text, some text');
  const behind = Buffer.from('behind');
  const all = Buffer.concat([packed, behind]);
  for (const pieces of [[all], ...everyCut(all)]) {
    const engine = inflating();
    let text = '';
    let given = 0;
    for (const piece of pieces) {
      if (given >= packed.length) break;
      text += await outputOf(engine, piece);
      given += piece.length;
      assert.equal(engine.left, Math.max(0, given - packed.length));
    }
    assert.equal(text, 'some text, some text');
    engine.close();
  }
});

test('the output of a piece is whole before the next piece goes in', async () => {
  const engine = inflating();
  const text = Buffer.alloc(1_000_000, 'abc');
  const packed = deflateRawSync(text, { finishFlush: 2 });
  assert.ok((await outputOf(engine, packed)).equals(text));
  assert.equal((await outputOf(engine, deflateRawSync('end'))).toString(), 'end');
  engine.close();
});

test('a piece that is broken is an error with its cause, after all that came before it', async () => {
  const engine = inflating();
  assert.equal((await outputOf(engine, deflateRawSync('good', { finishFlush: 2 }))).toString(), 'good');
  await assert.rejects(outputOf(engine, Buffer.alloc(20, 0xff)), (error) => {
    assert.ok(error instanceof Unreadable && error.cause instanceof Error);
    assert.equal(error.message, 'the compressed data is corrupt');
    return true;
  });
  engine.close();
});

test('closing it closes the decompressor', () => {
  const stream = createInflateRaw();
  new Engine(stream as Decompressor).close();
  assert.equal(stream.destroyed, true);
});
