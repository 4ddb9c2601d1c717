import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lmdbStore } from '../../lib/store/lmdb.ts';
import type { Store } from '../../lib/store/store.ts';
import { storeContract } from '../contract/store-contract.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cio-lmdb-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

function child(t: TestContext, what: string, path: string): ChildProcess {
  const process = fork(new URL('lmdb-child.js', import.meta.url), [what, path]);
  t.after(() => process.kill('SIGKILL'));
  return process;
}

const paths = new WeakMap<Store, string>();
function storeIn(path: string): Store {
  const store = lmdbStore({ path });
  paths.set(store, path);
  return store;
}

storeContract({
  name: 'lmdb',
  make: async (t) => storeIn(await folder(t)),
  again: (store) => storeIn(paths.get(store) as string),
});

test('one process at a time: the second is told which one has it, and gets it when that one is gone', async (t) => {
  const path = await folder(t);
  const holder = child(t, 'hold', path);
  assert.deepEqual(await once(holder, 'message'), ['open', undefined]);
  const store = lmdbStore({ path });
  t.after(() => store.close());
  await assert.rejects(store.open(), { code: 'CIO_STATE', message: new RegExp(`in use by process ${holder.pid}: one run at a time`) });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await store.open();
  const [message] = await once(child(t, 'hold', path), 'message');
  assert.match(message, new RegExp(`in use by process ${process.pid}`));
  await store.close();
  const [answer] = await once(child(t, 'hold', path), 'message');
  assert.equal(answer, 'open');
});

test('twice in one process is refused too', async (t) => {
  const path = await folder(t);
  const [one, two] = [lmdbStore({ path }), lmdbStore({ path: join(path, '.') })];
  t.after(() => one.close());
  await one.open();
  await one.commit(new Map([[1n, 1n]]));
  await assert.rejects(two.open(), { code: 'CIO_STATE', message: /open in this process already/ });
  await two.close();
  assert.equal(one.get(1n), 1n);
  await one.close();
  await two.open();
  assert.equal(two.get(1n), 1n);
  await two.close();
});

test('killed at any moment, what was committed is there, and no commit is there in part', async (t) => {
  const path = await folder(t);
  for (let round = 0, least = 0; round < 6; round++) {
    const worker = child(t, 'commit', path);
    let acknowledged = 0;
    worker.on('message', (message) => {
      if (typeof message === 'number') acknowledged = message;
      else if (message !== 'open') assert.fail(String(message));
      if (acknowledged >= least + 2 + round) worker.kill('SIGKILL');
    });
    await once(worker, 'exit');
    const store = lmdbStore({ path });
    await store.open();
    const count = Number(store.get(0n));
    assert.ok(count >= acknowledged && acknowledged > least, `${count} of ${acknowledged}`);
    for (let n = 1; n <= count; n++) for (let i = 0; i < 200; i++) assert.equal(store.get(BigInt(n * 1_000 + i)), BigInt(n));
    assert.equal(store.get(BigInt((count + 1) * 1_000)), undefined);
    await store.close();
    least = count;
  }
});

test('a person takes about 70 bytes on disk', async (t) => {
  const path = await folder(t);
  const store = lmdbStore({ path });
  t.after(() => store.close());
  await store.open();
  const KEYS = 40_000;
  // Keys are hashes, so they come in random order.
  const hash = (n: number): bigint => BigInt.asUintN(64, BigInt(n + 1) * 0x9e3779b97f4a7c15n);
  for (let from = 0; from < KEYS; from += 10_000) {
    await store.commit(new Map(Array.from({ length: 10_000 }, (_, i) => [hash(from + i), hash(from - i)])));
  }
  const { size } = await stat(join(path, 'data.mdb'));
  assert.ok(size / KEYS < 130, `${size / KEYS} bytes a key`);
});

test('a place that is none, and a file that is no store, are one clear error', async (t) => {
  const path = await folder(t);
  await writeFile(join(path, 'data.mdb'), 'x'.repeat(10_000));
  for (const place of [path, '/dev/null/store']) {
    const store = lmdbStore({ path: place });
    await assert.rejects(store.open(), { code: 'CIO_STATE', message: /can't be opened/ });
    await store.close();
  }
  assert.throws(() => lmdbStore({ path: '' }), { code: 'CIO_OPTIONS' });
  assert.throws(() => lmdbStore({ path: 'x' }).get(1n), { code: 'CIO_STATE', message: /is not open/ });
});

test('no room at the beginning is one clear error, where the library would end the process', async (t) => {
  if (process.platform === 'win32') return t.skip('no ulimit');
  const path = await folder(t);
  const script = fileURLToPath(new URL('lmdb-child.js', import.meta.url));
  // No file past 4 kB: what a full disk is to a program.
  const small = spawn('sh', ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, script, 'hold', path], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  t.after(() => small.kill('SIGKILL'));
  const [[message], [status, signal]] = await Promise.all([once(small, 'message'), once(small, 'exit')]);
  assert.match(message, /can't be opened \(EFBIG\)/);
  assert.deepEqual([status, signal, await readdir(path)], [0, null, []]);
  const [answer] = await once(child(t, 'hold', path), 'message');
  assert.equal(answer, 'open');
});
