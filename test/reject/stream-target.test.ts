import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { CioError } from '../../lib/errors.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { rejectWriter } from '../../lib/reject/reject-writer.ts';
import { StreamTarget } from '../../lib/reject/stream-target.ts';
import { closed, folder } from '../support/reject/folder.ts';

const reject = (n: unknown): Rejection => new Rejection({ reason: 'invalid', message: 'no', stage: 'test' }, { n });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const isStoreError = (error: unknown): boolean => error instanceof CioError && error.code === 'CIO_REJECT_STORE';

test('errors call it what it is: standard output or error, the path of a file, else the given stream', () => {
  const file = Object.assign(new PassThrough(), { path: '/tmp/rejects.ndjson' });
  assert.deepEqual(
    [process.stdout, process.stderr, file, new PassThrough(), Object.assign(new PassThrough(), { path: 5 })].map((to) => {
      const target = new StreamTarget(to);
      void target.close();
      return target.location;
    }),
    ['standard output', 'standard error', '/tmp/rejects.ndjson', 'the given stream', 'the given stream'],
  );
});

test('a stream that failed, was destroyed or has ended is refused with its own reason', async () => {
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
  const failed = new PassThrough().on('error', () => {}).destroy(full);
  await new Promise((resolve) => failed.once('close', resolve));
  await assert.rejects(new StreamTarget(failed).open(), { code: 'CIO_REJECT_STORE', message: /no space left \(ENOSPC\)$/ });
  await assert.rejects(new StreamTarget(new PassThrough().destroy()).open(), isStoreError);
  await new StreamTarget(new PassThrough()).open();
});

test('released, a write waits for the stream no longer, whether it came before or after', async () => {
  const target = new StreamTarget(new Writable({ write: () => {} }));
  const before = target.write({} as never, 'a\n');
  target.release();
  await before;
  await target.write({} as never, 'b\n');
});

test('an error that comes after the end of a write in flight does not end the process', async () => {
  let fail = (_error: Error): void => {};
  const to = new Writable({
    write: (_chunk, _encoding, callback) => {
      fail = callback;
    },
  });
  const target = new StreamTarget(to);
  const write = target.write({} as never, 'a\n');
  target.release();
  await write;
  await target.close();
  assert.equal(to.listenerCount('close'), 0);
  fail(new Error('late'));
  await new Promise((resolve) => to.once('close', resolve));
});

test('a Writable gets the lines, and is neither ended nor destroyed', async (t) => {
  const to = new PassThrough();
  t.after(() => to.destroy());
  for (const n of [1, 2]) await pipeline(Readable.from([reject(n)]), rejectWriter({ to }));
  const failing = rejectWriter({ to });
  failing.on('error', () => {});
  failing.destroy(new Error('elsewhere'));
  await closed(failing);
  assert.deepEqual([to.writableEnded, to.destroyed, to.listenerCount('error'), to.listenerCount('close')], [false, false, 0, 0]);
  const lines = String(to.read()).trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).record.n),
    [1, 2],
  );
});

test('a slow Writable slows the writer down, and memory is bounded', async () => {
  let held: (() => void) | undefined;
  let lengths = 0;
  const to = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, callback) => {
      lengths += chunk.length;
      held = callback;
    },
  });
  let taken = 0;
  const wide = 'x'.repeat(1_000);
  const endless = Readable.from(
    (function* () {
      for (taken = 0; taken < 5_000; taken++) yield reject(wide);
    })(),
  );
  const done = pipeline(endless, rejectWriter({ to }));
  let before = -1;
  for (; before !== taken; await new Promise(setImmediate)) before = taken;
  assert.ok(taken < 300, `took ${taken} while nothing went out`);
  const release = setInterval(() => held?.(), 0);
  await done.finally(() => clearInterval(release));
  assert.ok(lengths > 5_000_000);
});

test('a flush to a Writable waits for the callback of each write', async () => {
  const calls: (() => void)[] = [];
  const to = new Writable({ write: (_chunk, _encoding, callback) => void calls.push(callback) });
  const writer = rejectWriter({ to });
  writer.write(reject(1));
  let flushed = false;
  const flush = writer.flush().then(() => {
    flushed = true;
  });
  await new Promise(setImmediate);
  assert.deepEqual([calls.length, flushed], [1, false]);
  calls[0]?.();
  await flush;
  writer.destroy();
});

test('a reader that reads no more does not hold up the end of a failed line', async () => {
  const to = new Writable({ write: () => {} });
  const writer = rejectWriter({ to });
  writer.on('error', () => {});
  for (const n of [1, 2]) writer.write(reject(n));
  await new Promise(setImmediate);
  writer.destroy(new Error('elsewhere'));
  await closed(writer);
});

test('a full disk: /dev/full', { skip: process.platform !== 'linux' && 'only Linux has /dev/full' }, async () => {
  const to = createWriteStream('/dev/full');
  const error = { code: 'CIO_REJECT_STORE', message: "rejected rows can't be stored in /dev/full: no space left (ENOSPC)" };
  await assert.rejects(pipeline(Readable.from([reject(1)]), rejectWriter({ to })), (thrown: CioError) => {
    assert.equal((thrown.cause as NodeJS.ErrnoException).code, 'ENOSPC');
    assert.equal(thrown.code, error.code);
    assert.equal(thrown.message, error.message);
    return true;
  });
});

test('flush fails where a write has failed, and so does every later one', async (t) => {
  const to = new Writable({ write: (_chunk, _encoding, callback) => callback(Object.assign(new Error('gone'), { code: 'EPIPE' })) });
  const writer = rejectWriter({ to });
  const failed = once(writer, 'error').catch((error) => error);
  t.after(() => writer.destroy());
  writer.write(reject(1));
  await assert.rejects(writer.flush(), { code: 'CIO_REJECT_STORE', message: /its reader has closed it \(EPIPE\)/ });
  await assert.rejects(writer.flush(), isStoreError);
  await failed;
});

test('an error comes out without a flush and without a further write', async () => {
  const to = new Writable({ write: (_chunk, _encoding, callback) => callback(Object.assign(new Error('gone'), { code: 'EPIPE' })) });
  const writer = rejectWriter({ to });
  writer.write(reject(1));
  const [error] = await once(writer, 'error').catch((thrown) => [thrown]);
  assert.ok(isStoreError(error));
});

test('a Writable that ended before is refused', async () => {
  const to = new PassThrough();
  to.end();
  await assert.rejects(pipeline(Readable.from([reject(1)]), rejectWriter({ to })), isStoreError);
});

test('a Writable that is destroyed meanwhile', async () => {
  const to = new PassThrough();
  const writer = rejectWriter({ to });
  writer.write(reject(1));
  await writer.flush();
  to.destroy();
  writer.write(reject(2));
  const [error] = await once(writer, 'error').catch((thrown) => [thrown]);
  assert.ok(isStoreError(error));
});

test('a Writable that is destroyed with a write in flight, and never calls back', { timeout: 60_000 }, async () => {
  const to = new Writable({ write: () => void setImmediate(() => to.destroy()) });
  const writer = rejectWriter({ to });
  const failed = once(writer, 'error').catch((thrown) => [thrown]);
  writer.write(reject(1));
  await assert.rejects(writer.flush(), { code: 'CIO_REJECT_STORE', message: /it was closed/ });
  const [error] = await failed;
  assert.ok(isStoreError(error));
});

test('a file that is written as a Writable can be read again', async (t) => {
  const path = join(await folder(t), 'rejects.ndjson');
  const to = createWriteStream(path);
  await pipeline(Readable.from(numbers(1_000).map(reject)), rejectWriter({ to }));
  to.end();
  await once(to, 'close');
  assert.equal((await createReadStream(path).toArray()).join(''), await readFile(path, 'utf8'));
  assert.equal((await readFile(path, 'utf8')).split('\n').length, 1_001);
});
