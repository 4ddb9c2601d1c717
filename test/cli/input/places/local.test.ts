import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { localPlaces } from '../../../../lib/cli/input/places/local.ts';
import { folder } from '../../../support/folder.ts';

const { signal } = new AbortController();

test('a folder is its files, with all folders below it, by their whole names', async (t) => {
  const path = join(await folder(t), 'export');
  await mkdir(join(path, 'a', 'deep'), { recursive: true });
  for (const name of ['b.csv', 'a/2.csv', 'a/10.csv', 'a/deep/1.csv', 'a-.csv', '_SUCCESS']) await writeFile(join(path, name), name);
  const notes: string[] = [];
  const places = await localPlaces(`${path}/`, (note) => notes.push(note));
  // As S3 would list them: "-" comes before "/", and 10 before 2.
  const names = ['a-.csv', 'a/10.csv', 'a/2.csv', 'a/deep/1.csv', 'b.csv'];
  assert.deepEqual(
    places.map(({ source }) => source),
    names.map((name) => join(path, name)),
  );
  assert.deepEqual(await Promise.all(places.map(async ({ open }) => text(await open(0, signal)))), names);
  assert.deepEqual(
    places.map(({ size }) => size),
    names.map(({ length }) => length),
  );
  assert.deepEqual(notes, [`${path}/: left out 1 file that is not data (_SUCCESS)`]);
});

test('a file is called alike, named by itself or found in its folder', async (t) => {
  const path = await folder(t);
  await writeFile(join(path, 'x.csv'), 'x');
  const sources = await Promise.all(
    [`${path}/./x.csv`, path, `${path}//`].map(async (name) => (await localPlaces(name, assert.fail))[0]?.source),
  );
  assert.equal(new Set(sources).size, 1);
});

test('links to files are followed; pipes, and links that lead nowhere or to folders, are left out and said', async (t) => {
  const path = await folder(t);
  const [inside, other] = [join(path, 'in'), join(path, 'other')];
  for (const one of [inside, other]) await mkdir(one);
  await writeFile(join(other, 'x.csv'), 'linked');
  await symlink(join(other, 'x.csv'), join(inside, 'link.csv'));
  await symlink(other, join(inside, 'up'));
  await symlink(join(path, 'gone'), join(inside, 'gone.csv'));
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(inside, 'pipe.csv')]);
  const notes: string[] = [];
  const places = await localPlaces(inside, (note) => notes.push(note));
  assert.deepEqual(
    places.map(({ label }) => label),
    [join(inside, 'link.csv')],
  );
  assert.match(notes.join(), /left out gone\.csv, pipe\.csv, up: not a file/);
});

test('a file of a folder that can not be read is named', { skip: process.getuid?.() === 0 && 'root reads everything' }, async (t) => {
  const path = await folder(t);
  await writeFile(join(path, 'x.csv'), 'x');
  await chmod(join(path, 'x.csv'), 0);
  await assert.rejects(localPlaces(path, assert.fail), { code: 'CIO_SOURCE', message: /x\.csv is not readable: permission denied/ });
});
