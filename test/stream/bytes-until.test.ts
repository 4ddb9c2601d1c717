/** An input is read to its end, to where it fails, or to where it is stopped. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { bytesUntil } from '../../lib/stream/bytes-until.ts';
import { decode, type Source } from '../../lib/stream/decode.ts';

/** Notes what it gets; of a text that ends with `!` it fails. */
function noting(seen: string[]): Source {
  return decode(() => ({
    write: (chunk) => {
      seen.push(chunk.toString());
      if (seen.at(-1)?.endsWith('!')) throw new Error('no');
    },
    end: () => void seen.push('end'),
    stop: () => void seen.push('stop'),
  }));
}

/** An input of these pieces; `last` is what it does when it is asked for more. */
function inputOf(pieces: readonly string[], last: (input: Readable) => void): Readable {
  const left = [...pieces];
  return new Readable({
    highWaterMark: 1,
    read() {
      const piece = left.shift();
      if (piece === undefined) last(this);
      else this.push(piece);
    },
  });
}

const none = (): never => assert.fail();

async function seenOf(last: (input: Readable, stop: AbortController) => void, pieces = ['a', 'b']) {
  const [seen, failures, stop] = [[] as string[], [] as unknown[], new AbortController()];
  const input = inputOf(pieces, (own) => last(own, stop));
  const source = noting(seen).resume();
  await pipeline(bytesUntil({ input, source, stop: stop.signal, onFailure: (error) => failures.push(error) }), source).catch((error) =>
    seen.push(`error ${error.message}`),
  );
  return { seen, failures, isOver: input.destroyed };
}

test('the source learns whether the bytes end with the input', async () => {
  assert.deepEqual(await seenOf((input) => input.push(null)), { seen: ['a', 'b', 'end'], failures: [], isOver: true });
  assert.deepEqual(await seenOf((_input, stop) => setImmediate(() => stop.abort())), {
    seen: ['a', 'b', 'stop'],
    failures: [],
    isOver: true,
  });
  const failure = new Error('broken');
  assert.deepEqual(await seenOf((input) => input.destroy(failure)), { seen: ['a', 'b', 'stop'], failures: [failure], isOver: true });
});

test('a source that fails does not wait for an input that is silent', { timeout: 60_000 }, async () => {
  const { seen, isOver } = await seenOf(() => {}, ['a', 'b!']);
  assert.deepEqual([seen, isOver], [['a', 'b!', 'error no'], true]);
});

test('stopped, what one piece of the input still gives is left unread', async () => {
  const [seen, stop] = [[] as string[], new AbortController()];
  const source = noting(seen).resume();
  const input = inputOf([], () => {});
  async function* pieces(): AsyncGenerator<Buffer> {
    yield Buffer.from('a');
    stop.abort();
    for (;;) yield Buffer.from('b');
  }
  await pipeline(bytesUntil({ input, pieces: pieces(), source, stop: stop.signal, onFailure: none }), source);
  assert.deepEqual(seen, ['a', 'stop']);
});

test('an input that is stopped before it begins is not read', async () => {
  const seen: string[] = [];
  const source = noting(seen).resume();
  const input = inputOf(['a'], none);
  await pipeline(bytesUntil({ input, source, stop: AbortSignal.abort(), onFailure: none }), source);
  assert.deepEqual([seen, input.destroyed], [['stop'], true]);
});
