import assert from 'node:assert/strict';
import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { StagingFile } from '../../lib/reject/staging-file.ts';
import { folder } from '../support/folder.ts';

const OBJECT = { group: { key: '', namespace: '', stream: '' }, since: 0, token: 't', name: 'n' };

async function text(file: StagingFile): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of file.read()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('what was appended is read, again and again, also when somebody has removed the file', async (t) => {
  const path = join(await folder(t), '1.partial');
  const file = await StagingFile.create(path, OBJECT);
  t.after(() => file.close().catch(() => {}));
  assert.equal(await text(file), '');
  const long = `${'é'.repeat(300_000)}\n`;
  for (const lines of ['a\nb\n', long]) await file.append(lines);
  assert.equal(file.bytes, 4 + Buffer.byteLength(long));
  for (const _ of [1, 2]) assert.ok((await text(file)) === `a\nb\n${long}`);
  let pieces = 0;
  for await (const _ of file.read(() => pieces++));
  assert.ok(pieces > 2, 'each piece is reported');
  await unlink(path);
  await file.append('c\n');
  assert.ok((await text(file)) === `a\nb\n${long}c\n`);
});

test('a file that is there already is not taken', async (t) => {
  const path = join(await folder(t), '1.partial');
  await writeFile(path, 'mine');
  await assert.rejects(StagingFile.create(path, OBJECT), { code: 'EEXIST' });
  assert.equal(await readFile(path, 'utf8'), 'mine');
});

test('a stored one is removed; one whose lines are nowhere else keeps them, under a name that no run clears', async (t) => {
  const at = await folder(t);
  const [stored, kept] = [
    await StagingFile.create(join(at, '1.partial'), OBJECT),
    await StagingFile.create(join(at, '.2.partial'), OBJECT),
  ];
  await kept.append('a\n');
  await stored.discard();
  await kept.keep();
  assert.equal(kept.path, join(at, '2.ndjson'));
  await kept.append('b\n');
  await kept.close();
  assert.deepEqual(await readdir(at), ['2.ndjson']);
  assert.equal(await readFile(kept.path, 'utf8'), 'a\nb\n');
});
