import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Rejection } from '../../lib/record/rejection.ts';
import { rejectWriter } from '../../lib/reject/reject-writer.ts';
import { closed, folder, stored } from '../support/reject/folder.ts';

const reject = (n: unknown): Rejection => new Rejection({ reason: 'invalid', message: 'no', stage: 'test' }, { n });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

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
