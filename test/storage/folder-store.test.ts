import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../lib/clock.ts';
import type { CioError } from '../../lib/errors.ts';
import { FolderStore } from '../../lib/storage/folder-store.ts';
import { ownMark } from '../../lib/storage/run-mark.ts';
import { folder } from '../support/reject/folder.ts';
import { folderObjects } from '../support/reject/folder-objects.ts';

const MIB = 1024 * 1024;
const clock: Clock = { ...systemClock, wall: () => Date.UTC(2026, 10, 24, 2, 10, 0), bytes: (length) => Buffer.alloc(length, 0xab) };
const FIRST = '2026-11-24T02-10-00Z-abababab-0001.ndjson';
const SECOND = '2026-11-24T02-10-00Z-abababab-0002.ndjson';
const partial = (name: string): string => `.${name}.${ownMark()}.partial`;

const fails = (code: string, place: string) => (error: CioError) => {
  assert.equal(error.code, 'CIO_REJECT_STORE');
  assert.ok(error.message.includes(place) && error.message.includes(`(${code})`), error.message);
  assert.equal((error.cause as NodeJS.ErrnoException).code, code);
  return true;
};

test('a file gets its name when it is complete', async (t) => {
  const path = await folder(t);
  const store = folderObjects(path, MIB, clock);
  await store.open();
  await store.write('a\n');
  assert.deepEqual(await readdir(path), [partial(FIRST)]);
  await store.write('b\n');
  await store.flush();
  assert.deepEqual(await readdir(path), [FIRST]);
  assert.equal(await readFile(join(path, FIRST), 'utf8'), 'a\nb\n');
  await store.flush();
  await store.close();
  assert.deepEqual(await readdir(path), [FIRST]);
});

test('a file that has grown enough is completed at once', async (t) => {
  const path = await folder(t);
  const store = folderObjects(path, 4, clock);
  for (const lines of ['é\n', 'é\n', 'c\n']) await store.write(lines);
  assert.deepEqual((await readdir(path)).sort(), [partial(SECOND), FIRST]);
  assert.equal(await readFile(join(path, FIRST), 'utf8'), 'é\né\n');
  await store.close();
});

test('files of others are left alone, complete or not', async (t) => {
  const path = await folder(t);
  await writeFile(join(path, FIRST), 'theirs');
  await writeFile(join(path, partial(SECOND)), 'also theirs');
  const store = folderObjects(path, MIB, clock);
  await store.write('mine\n');
  await store.flush();
  const third = FIRST.replace('0001', '0003');
  assert.deepEqual((await readdir(path)).sort(), [partial(SECOND), FIRST, third]);
  assert.equal(await readFile(join(path, FIRST), 'utf8'), 'theirs');
  assert.equal(await readFile(join(path, third), 'utf8'), 'mine\n');
});

test('what was not flushed when a store closes never shows as a file', async (t) => {
  const path = await folder(t);
  const store = folderObjects(path, MIB, clock);
  await store.write('a\n');
  await store.close();
  assert.deepEqual(await readdir(path), [partial(FIRST)]);
});

test('opening creates nothing', async (t) => {
  const path = join(await folder(t), 'rejected');
  await folderObjects(path, MIB, clock).open();
  await assert.rejects(readdir(path), { code: 'ENOENT' });
});

test('a file in the place of the folder, or above it', async (t) => {
  const path = join(await folder(t), 'rejected');
  await writeFile(path, '');
  for (const place of [path, join(path, 'below')]) {
    await assert.rejects(folderObjects(place, MIB, clock).open(), fails('ENOTDIR', place));
    await assert.rejects(folderObjects(place, MIB, clock).write('a\n'), fails(place === path ? 'EEXIST' : 'ENOTDIR', place));
  }
});

test('a file that another run has cleared is cleared', async (t) => {
  const path = await folder(t);
  await writeFile(join(path, 'a.ndjson'), '');
  const store = new FolderStore(path);
  await store.remove('a.ndjson');
  await store.remove('a.ndjson');
  assert.deepEqual(await readdir(path), []);
});

test('a folder that is removed meanwhile', async (t) => {
  const path = join(await folder(t), 'rejected');
  const store = folderObjects(path, MIB, clock);
  await store.write('a\n');
  await rm(path, { recursive: true });
  await assert.rejects(store.flush(), fails('ENOENT', path));
  await assert.rejects(store.write('b\n'), fails('ENOENT', path));
  await store.close();
});

test('no permission', { skip: process.getuid?.() === 0 && 'root may write everywhere' }, async (t) => {
  const path = await folder(t);
  await chmod(path, 0o500);
  await assert.rejects(folderObjects(path, MIB, clock).open(), fails('EACCES', path));
  await assert.rejects(folderObjects(path, MIB, clock).write('a\n'), fails('EACCES', path));
});

test('a disk that runs full', async (t) => {
  const path = await folder(t);
  const why = mountTiny(path);
  if (why !== undefined) return t.skip(why);
  try {
    const store = folderObjects(path, MIB, clock);
    await store.write(`${'a'.repeat(16_000)}\n`);
    await store.flush();
    await assert.rejects(store.write(`${'b'.repeat(100_000)}\n`), fails('ENOSPC', path));
    await store.close();
    // What was promised is there; what was not is no file that anybody reads.
    const visible = (await readdir(path)).filter((name) => !name.startsWith('.'));
    assert.deepEqual(visible, [FIRST]);
    assert.equal((await readFile(join(path, FIRST))).length, 16_001);
  } finally {
    execFileSync('umount', [path]);
  }
});

/** Mounts a file system of 64 kB, or says why it can't. */
function mountTiny(path: string): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can mount a small file system';
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'cio-test', path]);
  return mounted.status === 0 ? undefined : 'mount is not allowed here';
}

test('a process that is killed leaves what it flushed, and never half a file', async (t) => {
  const path = await folder(t);
  const program = `
    import { folderObjects } from ${JSON.stringify(new URL('../support/reject/folder-objects.js', import.meta.url).href)};
    import { systemClock } from ${JSON.stringify(new URL('../../lib/clock.js', import.meta.url).href)};
    const store = folderObjects(process.argv[1], 1e6, systemClock);
    await store.write('flushed\\n');
    await store.flush();
    await store.write('torn');
    console.log('ready');
    setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
  assert.equal(names.length, 1);
  assert.equal(await readFile(join(path, String(names[0])), 'utf8'), 'flushed\n');
});

test('two stores in one folder do not meet', async (t) => {
  const path = await folder(t);
  await mkdir(path, { recursive: true });
  const stores = Array.from({ length: 8 }, () => folderObjects(path, MIB, systemClock));
  await Promise.all(stores.map((store, n) => store.write(`${n}\n`).then(() => store.flush())));
  const texts = await Promise.all((await readdir(path)).map((name) => readFile(join(path, name), 'utf8')));
  assert.deepEqual(texts.sort(), stores.map((_, n) => `${n}\n`).sort());
});
