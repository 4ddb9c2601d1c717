/** The check of an LMDB file before it is mapped: a good file passes, and no damage makes the check itself fail. */
import assert from 'node:assert/strict';
import { open, readFile, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lmdbFileProblem } from '../../../lib/dedupe/lmdb/lmdb-file.ts';
import { LmdbStore } from '../../../lib/dedupe/lmdb-store.ts';
import fc from '../../support/fast-check.ts';
import { folder } from '../../support/folder.ts';

const skip = endianness() !== 'LE';
const CUT = 'is cut short or damaged';
const FOREIGN = 'was not written by a dedupe store';
/** Where a meta page says which page is the root of the entries, and which commit it is. */
const [ROOT, COMMIT] = [136, 152];

/** So that both the tree and the log have pages. */
const TAKEOVER_AT = 500;

/** The file of a store with so many entries, after so many commits more. */
async function storeFile(t: TestContext, count: number, commits = 0): Promise<string> {
  const path = await folder(t);
  const store = new LmdbStore(path, TAKEOVER_AT);
  await store.open();
  const hash = (n: number): bigint => BigInt.asUintN(64, BigInt(n + 1) * 0x9e3779b97f4a7c15n);
  if (count > 0) await store.commit(new Map(Array.from({ length: count }, (_, n) => [hash(n), 1n])));
  for (let n = 0; n < commits; n++) await store.commit(new Map([[BigInt(n), 2n]]));
  await store.close();
  return join(path, 'data.mdb');
}

function newerMeta(bytes: Buffer): number {
  return bytes.readBigUInt64LE(COMMIT) < bytes.readBigUInt64LE(4_096 + COMMIT) ? 4_096 : 0;
}

async function problemOf(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    return await lmdbFileProblem(file);
  } finally {
    await file.close();
  }
}

test('a store is whole when it is empty, of one page, and of many', { skip }, async (t) => {
  for (const count of [0, 1, 3_000]) assert.equal(await problemOf(await storeFile(t, count)), undefined, `${count}`);
});

test('the newer of the two meta pages counts, whichever that is', { skip }, async (t) => {
  const newest = new Set<number>();
  for (const commits of [0, 1]) {
    const path = await storeFile(t, 3_000, commits);
    const bytes = await readFile(path);
    const newer = newerMeta(bytes);
    newest.add(newer);
    const withRoot = async (at: number): Promise<string | undefined> => {
      const changed = Buffer.from(bytes);
      changed.writeBigUInt64LE(1_000_000n, at + ROOT);
      await writeFile(path, changed);
      return problemOf(path);
    };
    assert.equal(await withRoot(4_096 - newer), undefined);
    assert.equal(await withRoot(newer), CUT);
  }
  assert.equal(newest.size, 2);
});

test('a file that another process commits to while it is read has no problem that stays', { skip }, async (t) => {
  const path = await storeFile(t, 3_000);
  const bytes = await readFile(path);
  const newer = newerMeta(bytes);
  bytes.writeBigUInt64LE(1_000_000n, newer + ROOT);
  await writeFile(path, bytes);
  const file = await open(path, 'r+');
  t.after(() => file.close());
  const read = file.read.bind(file);
  t.mock.method(file, 'read', async (buffer: Buffer, offset: number, length: number, position: number) => {
    const result = await read(buffer, offset, length, position);
    // Each time that the newer meta page is read, there has been a commit since.
    if (position === newer) {
      bytes.writeBigUInt64LE(bytes.readBigUInt64LE(newer + COMMIT) + 2n, newer + COMMIT);
      await file.write(bytes, newer + COMMIT, 8, newer + COMMIT);
    }
    return result;
  });
  assert.equal(await lmdbFileProblem(file), undefined);
});

test('law: whatever stands anywhere in the file, the check ends and gives one of its answers', { skip }, async (t) => {
  const path = await storeFile(t, 1_000);
  const bytes = await readFile(path);
  const damage = fc.record({
    page: fc.nat(bytes.length / 4_096 - 1),
    at: fc.oneof(fc.nat(200), fc.nat(4_095)),
    with: fc.uint8Array({ minLength: 1, maxLength: 16 }),
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (all) => {
      const damaged = Buffer.from(bytes);
      for (const { page, at, with: written } of all)
        damaged.set(written.subarray(0, damaged.length - page * 4_096 - at), page * 4_096 + at);
      await writeFile(path, damaged);
      const problem = await problemOf(path);
      assert.ok([undefined, CUT, FOREIGN].includes(problem), problem);
      if (problem !== undefined) refused++;
    }),
  );
  assert.ok(refused > 0);
});
