import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../lib/clock.ts';
import type { CioError } from '../../lib/errors.ts';
import { Origin } from '../../lib/record/origin.ts';
import { encodingOf } from '../../lib/reject/encoding.ts';
import { FallbackFile } from '../../lib/reject/fallback-file.ts';
import { type Group, templateNaming } from '../../lib/reject/naming.ts';
import { RollingObjects } from '../../lib/reject/rolling-objects.ts';
import { FolderStore } from '../../lib/storage/folder-store.ts';
import { ownMark } from '../../lib/storage/run-mark.ts';
import { FakeClock, turn } from '../support/fake-clock.ts';
import { folder } from '../support/reject/folder.ts';

interface Given {
  readonly clock?: Clock;
  readonly rollBytes?: number;
  readonly onError?: (error: CioError) => void;
}

/** A folder as a place for lines, one file for each stream. */
function objectsIn(
  path: string,
  { clock = { ...systemClock, timer: () => () => {} }, rollBytes = 1_000_000, onError = () => {} }: Given = {},
): RollingObjects {
  const encoding = encodingOf({ format: 'ndjson', flattening: 'none', compression: 'none' });
  const naming = templateNaming({
    pathFormat: '{stream_name}',
    fileNameFormat: '{part_number}.ndjson',
    syncId: 's',
    run: 'r',
    bytes: (length) => clock.bytes(length),
    extension: '.ndjson',
  });
  return new RollingObjects(new FolderStore(path), {
    naming,
    encoding,
    run: 'r',
    rollBytes,
    rollMs: 60_000,
    giveUpMs: 0,
    clock,
    fallback: new FallbackFile(`${path}.fallback`, 'fallback.ndjson'),
    onError,
  });
}

const group = (objects: RollingObjects, stream: string): Group => objects.groupOf(new Origin({}, { stream }));

async function files(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true });
  return names.filter((name) => name.endsWith('.ndjson')).sort();
}

/** After a timer the objects are made in the background: until that is done. */
async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await turn();
}

test('each stream has its own object, and all are complete after a flush', async (t) => {
  const path = await folder(t);
  const objects = objectsIn(path);
  for (const stream of ['a', 'b', 'a']) await objects.write(group(objects, stream), `${stream}\n`);
  assert.deepEqual(await files(path), []);
  await objects.flush();
  assert.deepEqual(await files(path), ['a/0.ndjson', 'b/1.ndjson']);
  assert.equal(await readFile(join(path, 'a/0.ndjson'), 'utf8'), 'a\na\n');
  await objects.close();
});

test('a bounded number is open: the one that waited longest becomes an object', async (t) => {
  const path = await folder(t);
  const objects = objectsIn(path);
  for (let n = 0; n < 128; n++) await objects.write(group(objects, `s${n}`), 'x\n');
  await objects.write(group(objects, 's0'), 'x\n');
  assert.deepEqual(await files(path), []);
  await objects.write(group(objects, 'one-more'), 'x\n');
  assert.deepEqual(await files(path), ['s1/1.ndjson']);
  for (let n = 0; n < 300; n++) await objects.write(group(objects, `t${n}`), 'x\n');
  assert.equal((await readdir(path, { recursive: true })).filter((name) => name.endsWith('.partial')).length, 128);
  await objects.flush();
  assert.equal((await files(path)).length, 429);
  await objects.close();
});

test('an object that is old enough is completed, though nothing more comes', async (t) => {
  const path = await folder(t);
  const clock = new FakeClock();
  const objects = objectsIn(path, { clock });
  await objects.write(group(objects, 'a'), 'x\n');
  await clock.run(30_000);
  await objects.write(group(objects, 'b'), 'x\n');
  await clock.run(29_999);
  assert.deepEqual(await files(path), []);
  await clock.run(1);
  await until(async () => (await files(path)).length > 0);
  assert.deepEqual(await files(path), ['a/0.ndjson']);
  // The next timer is set when that is done.
  await objects.write(group(objects, 'b'), 'x\n');
  await clock.run(30_000);
  await until(async () => (await files(path)).length > 1);
  assert.equal(await readFile(join(path, 'b/1.ndjson'), 'utf8'), 'x\nx\n');
  await objects.close();
});

test('a failure in the background is reported', async (t) => {
  const path = await folder(t);
  const clock = new FakeClock();
  const errors: CioError[] = [];
  const objects = objectsIn(path, { clock, onError: (error) => errors.push(error) });
  await objects.write(group(objects, 'a'), 'x\n');
  await rm(join(path, 'a'), { recursive: true });
  await clock.run(60_000);
  await until(async () => errors.length > 0);
  assert.equal(errors[0]?.code, 'CIO_REJECT_STORE');
  assert.equal(await readFile(`${path}.fallback/fallback.ndjson`, 'utf8'), 'x\n');
  await assert.rejects(objects.flush(), errors[0]);
  await objects.close();
});

test('what is neither stored nor in the fallback file is still in the staging file that the error names', async (t) => {
  const path = await folder(t);
  const objects = objectsIn(path);
  await writeFile(`${path}.fallback`, 'in the way');
  await objects.write(group(objects, 'a'), 'x\n');
  await writeFile(join(path, 'b'), 'in the way of a folder');
  const kept = join(path, 'a', `0.ndjson.${ownMark()}.ndjson`);
  await assert.rejects(objects.write(group(objects, 'b'), 'y\n'), (error: CioError) => {
    assert.match(error.message, /could not be kept in .*fallback\.ndjson either: a file is in the way/);
    assert.ok(error.message.includes(kept), error.message);
    return true;
  });
  await objects.close();
  // Not under a name that the next run would clear, but one that a replay reads.
  assert.equal(await readFile(kept, 'utf8'), 'x\n');
});
