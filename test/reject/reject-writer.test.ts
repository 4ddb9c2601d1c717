import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { CioError } from '../../lib/errors.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { rejectWriter } from '../../lib/reject/reject-writer.ts';
import { closed, folder, stored } from '../support/reject/folder.ts';

const reject = (n: unknown): Rejection => new Rejection({ reason: 'invalid', message: 'no', stage: 'test' }, { n });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const isStoreError = (error: unknown): boolean => error instanceof CioError && error.code === 'CIO_REJECT_STORE';

test('options are checked', () => {
  const codes = [{}, { to: '' }, { to: 7 }, { to: {} }, { to: 'rejected/', rollBytes: 0 }, { to: 'rejected/', rol: 1 }];
  for (const options of codes) assert.throws(() => rejectWriter(options as never), { code: 'CIO_OPTIONS', message: /^rejectWriter: / });
});

test('other URLs are refused', () => {
  for (const to of ['https://example.com/x', 'file://elsewhere/x', new URL('https://example.com/x')]) {
    assert.throws(() => rejectWriter({ to }), { code: 'CIO_OPTIONS' });
  }
});

test('a folder can be a path, file: and a path, or a file URL', async (t) => {
  const path = await folder(t);
  const places = [path, `file:${path}`, pathToFileURL(path), pathToFileURL(path).href];
  for (const [n, to] of places.entries()) await pipeline(Readable.from([reject(n)]), rejectWriter({ to }));
  assert.deepEqual((await stored(path)).sort(), [0, 1, 2, 3]);
  assert.equal(rejectWriter({ to: 'file:rejected/' }).location, 'rejected/');
  assert.equal(rejectWriter({ to: process.stdout }).location, 'standard output');
});

test('everything written is in the folder at the end, in order', async (t) => {
  const path = join(await folder(t), 'a', 'b');
  await pipeline(Readable.from(numbers(10_000).map(reject)), rejectWriter({ to: path }));
  assert.deepEqual(await stored(path), numbers(10_000));
  assert.equal((await readdir(path)).length, 1);
});

test('flush makes what was written before it visible, and makes no empty files', async (t) => {
  const path = await folder(t);
  const writer = rejectWriter({ to: path });
  t.after(() => writer.destroy());
  await writer.flush();
  assert.deepEqual(await readdir(path), []);
  for (const n of numbers(100)) writer.write(reject(n));
  const flushed = writer.flush();
  writer.write(reject(100));
  await flushed;
  assert.deepEqual(await stored(path), numbers(100));
  await writer.flush();
  await writer.flush();
  assert.deepEqual(await stored(path), numbers(101));
  assert.equal((await readdir(path)).length, 2);
});

test('flush of a writer that has ended waits for the end', async (t) => {
  const path = await folder(t);
  const writer = rejectWriter({ to: path });
  writer.end(reject(1));
  await writer.flush();
  assert.deepEqual(await stored(path), [1]);
  await writer.flush();
});

test('nothing rejected: no folder, no output', async (t) => {
  const path = join(await folder(t), 'rejected');
  await pipeline(Readable.from([]), rejectWriter({ to: path }));
  await assert.rejects(readdir(path), { code: 'ENOENT' });
});

test('a line that is torn down keeps what was handed over', async (t) => {
  const path = await folder(t);
  for (const error of [undefined, new Error('elsewhere')]) {
    const writer = rejectWriter({ to: path });
    writer.on('error', () => {});
    await new Promise((resolve) => writer.write(reject(1), resolve));
    for (const n of [2, 3]) writer.write(reject(n));
    writer.destroy(error);
    await closed(writer);
  }
  assert.deepEqual(await stored(path), [1, 2, 3, 1, 2, 3]);
  assert.deepEqual(
    (await readdir(path)).filter((name) => name.startsWith('.')),
    [],
  );
});

test('anything but a rejection is a mistake in the pipeline', async (t) => {
  const path = await folder(t);
  await assert.rejects(pipeline(Readable.from([reject(1), { n: 2 }]), rejectWriter({ to: path })), { code: 'CIO_LINE' });
  assert.deepEqual(await stored(path), [1]);
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
  const error = { code: 'CIO_REJECT_STORE', message: "rejected records can't be stored in /dev/full: no space left (ENOSPC)" };
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
  await assert.rejects(writer.flush(), { code: 'CIO_REJECT_STORE', message: /reader is gone \(EPIPE\)/ });
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
