import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { open as openLmdb } from 'lmdb';
import { LmdbStore, lmdbStore } from '../../lib/dedupe/lmdb-store.ts';
import type { Store } from '../../lib/dedupe/store.ts';
import { storeContract } from '../support/contract/store-contract.ts';
import { folder } from '../support/folder.ts';
import { isLong } from '../support/runs.ts';

function child(t: TestContext, what: string, path: string, ...more: string[]): ChildProcess {
  const process = fork(new URL('../support/lmdb-child.js', import.meta.url), [what, path, ...more]);
  t.after(() => process.kill('SIGKILL'));
  return process;
}

const paths = new WeakMap<Store, string>();
function storeIn(path: string, takeoverAt?: number): Store {
  const store = takeoverAt === undefined ? lmdbStore({ path }) : new LmdbStore(path, takeoverAt);
  paths.set(store, path);
  return store;
}

storeContract({
  name: 'lmdb',
  make: async (t) => storeIn(await folder(t)),
  again: (store) => storeIn(paths.get(store) as string),
});

for (const takeoverAt of [1, 10]) {
  storeContract({
    name: `lmdb, the log taken over at ${takeoverAt}`,
    make: async (t) => storeIn(await folder(t), takeoverAt),
    again: (store) => storeIn(paths.get(store) as string, takeoverAt),
  });
}

test('one process at a time: the second learns which one has it, and gets it when that one is gone', async (t) => {
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
  await assert.rejects(two.open(), { code: 'CIO_STATE', message: /already open in this process/ });
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
    // Some with the log taken over into the tree, in every third commit or so.
    const worker = child(t, 'commit', path, ...(round % 2 === 1 ? ['500'] : []));
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

/** Keys are hashes, so they come in random order. */
const hash = (n: number): bigint => BigInt.asUintN(64, BigInt(n + 1) * 0x9e3779b97f4a7c15n);

test('a person takes about 70 bytes on disk', async (t) => {
  const path = await folder(t);
  const store = new LmdbStore(path, 10_000);
  t.after(() => store.close());
  await store.open();
  const KEYS = 60_000;
  for (let from = 0; from < KEYS; from += 10_000) {
    await store.commit(new Map(Array.from({ length: 10_000 }, (_, i) => [hash(from + i), hash(from - i)])));
  }
  const { size } = await stat(join(path, 'data.mdb'));
  assert.ok(size / KEYS < 130, `${size / KEYS} bytes a key`);
});

test('the log is taken over into the tree, however large the commits are: it holds at most twice the changes at which that begins', async (t) => {
  for (const [size, takeoverAt] of [
    [1, 50],
    [10, 200],
    [700, 1_000],
    [1_500, 1_000],
    [5_000, 1_000],
  ] as const) {
    const path = await folder(t);
    const store = new LmdbStore(path, takeoverAt);
    await store.open();
    const keys = 5 * takeoverAt + 3 * size;
    for (let from = 0; from < keys; from += size) {
      await store.commit(new Map(Array.from({ length: Math.min(size, keys - from) }, (_, i) => [hash(from + i), 1n])));
    }
    await store.close();
    const database = openLmdb<Buffer, Buffer>({ path, noSubdir: false, keyEncoding: 'binary', encoding: 'binary' });
    const entries = [...database.getRange()].map(({ key, value }) => ({ isLog: (key as unknown as Buffer).length > 8, value }));
    await database.close();
    const inTree = entries.filter(({ isLog }) => !isLog).length;
    // The last entry says where the log begins and ends.
    const log = entries.filter(({ isLog }) => isLog).slice(0, -1);
    const inLog = log.reduce((sum, { value }) => sum + value.readUInt16BE(), 0);
    assert.ok(inTree + inLog >= keys, `${inTree} and ${inLog} of ${keys}, ${size} a commit`);
    assert.ok(inLog < 2 * takeoverAt + size, `${inLog} in the log, ${size} a commit`);
  }
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
  const script = fileURLToPath(new URL('../support/lmdb-child.js', import.meta.url));
  // No file past 4 kB: what a full disk is to a program.
  const small = spawn('sh', ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, script, 'hold', path], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  t.after(() => small.kill('SIGKILL'));
  const [[message], [status, signal]] = await Promise.all([once(small, 'message'), once(small, 'exit')]);
  assert.match(message, /can't be opened: the file would be larger than allowed \(EFBIG\)/);
  assert.deepEqual([status, signal, await readdir(path)], [0, null, []]);
  const [answer] = await once(child(t, 'hold', path), 'message');
  assert.equal(answer, 'open');
});

/** A store that has grown, shrunk and grown again, so that pages are free; what is in it is opened and closed in between. */
async function worn(path: string): Promise<Map<bigint, bigint>> {
  const known = new Map<bigint, bigint>();
  const numbers = (from: number, count: number): bigint[] => Array.from({ length: count }, (_, n) => hash(from + n));
  const rounds: [bigint[], bigint | undefined][] = [
    [numbers(0, 4_000), 1n],
    [numbers(500, 3_000), undefined],
    [numbers(8_000, 300), 2n],
    [numbers(0, 400), undefined],
    [numbers(0, 200), 3n],
  ];
  for (const [keys, value] of rounds) {
    const store = new LmdbStore(path, 1_000);
    await store.open();
    await store.commit(new Map(keys.map((key) => [key, value])));
    await store.close();
    for (const key of keys) value === undefined ? known.delete(key) : known.set(key, value);
  }
  return known;
}

test('a file that is cut short anywhere is refused, where the library ends the process; or nothing of it is missing', async (t) => {
  const [path, other] = [await folder(t), await folder(t)];
  const known = await worn(path);
  const { size } = await stat(join(path, 'data.mdb'));
  const ofPage = (page: number): number[] => [page * 4_096, page * 4_096 + 1, page * 4_096 + 4_095];
  // In each page in three places; in a quick run in one of them, by turns.
  const ends = Array.from({ length: size / 4_096 }, (_, page) =>
    isLong ? ofPage(page) : ofPage(page).slice(page % 3, (page % 3) + 1),
  ).flat();
  let refused = 0;
  for (const end of [...ends, size]) {
    await copyFile(join(path, 'data.mdb'), join(other, 'data.mdb'));
    await truncate(join(other, 'data.mdb'), end);
    const store = lmdbStore({ path: other });
    try {
      await store.open();
      for (const [key, value] of known) assert.equal(store.get(key), value, `${end} of ${size}`);
      await store.commit(new Map([[0n, 1n]]));
    } catch (error) {
      assert.match(String(error), /CioError: the dedupe store in .* can't be opened: data\.mdb is cut short or damaged/);
      refused++;
    } finally {
      await store.close();
    }
  }
  assert.ok(refused > ends.length / 2 && refused <= ends.length, `${refused} of ${ends.length} refused`);
});

test('a file that is not a store of ours is refused by name, whatever it is', async (t) => {
  const path = await folder(t);
  const good = join(path, 'good');
  await worn(good);
  const bytes = await readFile(join(good, 'data.mdb'));
  const over = (at: number, text: string): Buffer =>
    Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at + text.length)]);
  const files: [Buffer, RegExp][] = [
    [Buffer.alloc(0), /cut short/],
    [Buffer.alloc(100), /cut short/],
    [Buffer.alloc(100_000), /was not written by a dedupe store/],
    [Buffer.from('id,email\n'.repeat(1_000)), /was not written by a dedupe store/],
    [over(24, 'xxxx'), /was not written by a dedupe store/],
    [over(28, '\x01'), /was not written by a dedupe store/],
    [over(48, '\x07'), /was not written by a dedupe store/],
    [over(4_096, 'x'.repeat(1_000)), /cut short or damaged/],
  ];
  for (const [file, words] of files) {
    await writeFile(join(path, 'data.mdb'), file);
    const store = lmdbStore({ path });
    await assert.rejects(store.open(), { code: 'CIO_STATE', message: words });
    await store.close();
    assert.deepEqual(await readFile(join(path, 'data.mdb')), file, 'it is left as it is');
  }
  const theirs = openLmdb({ path: join(path, 'theirs'), noSubdir: false });
  await theirs.put('name', 'something else');
  await theirs.close();
  await assert.rejects(lmdbStore({ path: join(path, 'theirs') }).open(), {
    code: 'CIO_STATE',
    message: /was not written by a dedupe store/,
  });
});

test('pages that are damaged inside are an error of the store, not of the program', async (t) => {
  const path = await folder(t);
  const known = await worn(path);
  const { size } = await stat(join(path, 'data.mdb'));
  const file = await open(join(path, 'data.mdb'), 'r+');
  await file.write(Buffer.alloc(size / 2), 0, size / 2, size / 4);
  await file.close();
  const store = lmdbStore({ path });
  const use = async (): Promise<void> => {
    await store.open();
    for (const key of known.keys()) store.get(key);
  };
  await assert.rejects(use(), { code: 'CIO_STATE' });
  await store.close();
});

test('a first opening that was killed is done again', async (t) => {
  const path = await folder(t);
  for (const name of ['data.mdb', 'begun.partial']) await writeFile(join(path, name), '');
  const store = lmdbStore({ path });
  await store.open();
  await store.commit(new Map([[1n, 1n]]));
  await store.close();
  assert.deepEqual((await readdir(path)).sort(), ['data.mdb', 'lock.mdb']);
});

test('only its owner can read it, whatever the umask, and a link in it is not followed', {
  skip: process.platform === 'win32',
}, async (t) => {
  const path = join(await folder(t), 'state');
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const store = lmdbStore({ path });
  await store.open();
  await store.close();
  const modes = await Promise.all(['.', 'data.mdb', 'lock.mdb'].map(async (name) => (await stat(join(path, name))).mode & 0o777));
  assert.deepEqual(modes, [0o700, 0o600, 0o600]);
  const victim = join(path, '..', 'victim');
  for (const name of ['data.mdb', 'lock.mdb', 'begun.partial']) {
    await writeFile(victim, 'precious');
    await rm(join(path, name), { force: true });
    await symlink(victim, join(path, name));
    await lmdbStore({ path })
      .open()
      .catch(({ code }) => assert.equal(code, 'CIO_STATE'));
    assert.equal(await readFile(victim, 'utf8'), 'precious', name);
  }
  await rm(join(path, 'data.mdb'), { force: true });
  await mkdir(join(path, 'data.mdb'));
  await assert.rejects(lmdbStore({ path }).open(), { code: 'CIO_STATE' });
});
