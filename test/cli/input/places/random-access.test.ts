/** Bytes by their offsets: the same of a file, S3 and GCS, whatever part is asked for; never fewer. */
import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type RandomAccess, remoteAccess } from '../../../../lib/bytes/random-access.ts';
import { bucketPlaces } from '../../../../lib/cli/input/places/bucket.ts';
import { localPlaces } from '../../../../lib/cli/input/places/local.ts';
import fc from '../../../support/fast-check.ts';
import { folder } from '../../../support/folder.ts';
import { BUCKETS } from '../../../support/object-storage/stored-objects.ts';
import { runs } from '../../../support/runs.ts';

const BYTES = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7) % 251));
const { signal } = new AbortController();
const SEARCH = { note: assert.fail, signal };

const OPENED: Readonly<Record<string, (t: TestContext) => Promise<RandomAccess | undefined>>> = {
  'a local file': async (t) => {
    const path = join(await folder(t), 'rows.bin');
    await writeFile(path, BYTES);
    return (await localPlaces(path, assert.fail))[0]?.openAt?.(signal);
  },
  ...Object.fromEntries(
    Object.entries(BUCKETS).map(([name, start]) => [
      name,
      async (t: TestContext) => {
        const bucket = await start(t);
        await bucket.put('rows.bin', BYTES);
        return (await bucketPlaces(`${bucket.url}rows.bin`, bucket.access, SEARCH))[0]?.openAt?.(signal);
      },
    ]),
  ),
};

for (const [what, open] of Object.entries(OPENED)) {
  test(`${what}: any part of it, as ArrayBuffer.slice() would cut it`, async (t) => {
    const access = await open(t);
    assert.ok(access);
    assert.equal(access.byteLength, BYTES.length);
    const place = fc.nat(BYTES.length + 10);
    await fc.assert(
      fc.asyncProperty(place, fc.option(place, { nil: undefined }), async (start, end) => {
        const part = Buffer.from(await access.slice(start, end));
        assert.ok(part.equals(BYTES.subarray(start, end)), `${start} ${end}`);
      }),
      { numRuns: runs(40) },
    );
    await access.close();
  });
}

test('bytes that are missing, or too many, are an error', async (t) => {
  const path = join(await folder(t), 'rows.bin');
  await writeFile(path, BYTES);
  const access = await (await localPlaces(path, assert.fail))[0]?.openAt?.(signal);
  await truncate(path, 100);
  assert.ok(access);
  await assert.rejects(access.slice(50, 200), { code: 'CIO_SOURCE', message: /became shorter/ });
  await access.close();
  async function* read(from: number, to: number, length: number): AsyncGenerator<Buffer> {
    yield BYTES.subarray(from, Math.min(to, from + 10));
    yield BYTES.subarray(from + 10, from + length);
  }
  await assert.rejects(remoteAccess(100, (from, to) => read(from, to, 11)).slice(0, 20), { message: /became shorter/ });
  await assert.rejects(remoteAccess(100, (from, to) => read(from, to, 21)).slice(0, 20), { message: /more bytes came/ });
});
