import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Element } from '../../lib/record/record.ts';
import { type Decoder, decode, type Push, type Source, type Warn } from '../../lib/stream/decode.ts';

const record = (text: string): Element => ({ text }) as unknown as Element;
const texts = (elements: unknown[]): string[] => elements.map((element) => (element as { text: string }).text);

/** A source whose decoder gives each chunk as an element and notes what is asked of it. */
function noting(calls: string[], more: (push: Push, warn: Warn) => Partial<Decoder> = () => ({})): Source {
  return decode((push, warn) => ({
    open: () => void calls.push('open'),
    write: (chunk) => {
      calls.push('write');
      push(record(chunk.toString('hex')));
    },
    end: () => {
      calls.push('end');
      push(record('end'));
    },
    stop: () => void calls.push('stop'),
    ...more(push, warn),
  }));
}

test('it is opened first and ended last, and what the end gives comes out as well', async () => {
  const calls: string[] = [];
  const source = noting(calls);
  source.write(Buffer.of(1));
  source.end(Buffer.of(2));
  assert.deepEqual(texts(await source.toArray()), ['01', '02', 'end']);
  assert.deepEqual(calls, ['open', 'write', 'write', 'end']);
});

test('nothing is written before it is open, nor while a write takes its time', async () => {
  const calls: string[] = [];
  const later = async (what: string): Promise<void> => {
    calls.push(`${what} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    calls.push(`${what} ends`);
  };
  const source = noting(calls, () => ({ open: () => later('open'), write: () => later('write'), end: () => later('end') }));
  source.write(Buffer.of(1));
  source.end(Buffer.of(2));
  await source.toArray();
  assert.deepEqual(
    calls,
    ['open', 'write', 'write', 'end'].flatMap((what) => [`${what} begins`, `${what} ends`]),
  );
});

test('text chunks are taken as UTF-8', async () => {
  const source = noting([]);
  source.write('é');
  source.end();
  assert.equal(texts(await source.toArray())[0], 'c3a9');
});

test('a source that was stopped is not ended: it stops, also if its decoder has nothing to do for that', async () => {
  const calls: string[] = [];
  const source = noting(calls);
  source.write(Buffer.of(1));
  source.stop();
  source.end();
  assert.deepEqual(texts(await source.toArray()), ['01']);
  assert.deepEqual(calls, ['open', 'write', 'stop']);
  const plain = decode((push) => ({ write: () => {}, end: () => push(record('end')) }));
  plain.stop();
  plain.end();
  assert.deepEqual(await plain.toArray(), []);
});

test('each warning is an event, with its text as a string and as it was given', async () => {
  const source = noting([], (_push, warn) => ({ write: () => warn({ toString: () => 'watch out' } as never) }));
  const heard: unknown[][] = [];
  source.on('warning', (...args) => heard.push(args));
  source.end(Buffer.of(1));
  await source.toArray();
  assert.equal(heard.length, 1);
  assert.equal(heard[0]?.[0], 'watch out');
  assert.equal(String(heard[0]?.[1]), 'watch out');
  assert.notEqual(typeof heard[0]?.[1], 'string');
});

test('an error of any step ends the stream with that error', async () => {
  for (const step of ['open', 'write', 'end']) {
    for (const isLate of [false, true]) {
      const failure = new Error(step);
      const fail = (): Promise<void> => {
        if (isLate) return Promise.reject(failure);
        throw failure;
      };
      const source = noting([], () => ({ [step]: fail }));
      source.end(Buffer.of(1));
      await assert.rejects(source.toArray(), failure, step);
    }
  }
});

test('the flaw is the one of the decoder at the time that it is asked for; without one there is none', () => {
  let flaw: string | undefined;
  const source = noting([], () => ({ flaw: () => flaw }));
  assert.equal(source.flaw(), undefined);
  flaw = 'cut off';
  assert.equal(source.flaw(), 'cut off');
  assert.equal(noting([]).flaw(), undefined);
});
