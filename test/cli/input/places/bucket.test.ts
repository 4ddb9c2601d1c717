/** Objects of S3 and GCS as inputs: one, a prefix, and what is wrong with either. */
import assert from 'node:assert/strict';
import { buffer, text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { bucketPlaces } from '../../../../lib/cli/input/places/bucket.ts';
import type { Place } from '../../../../lib/cli/input/places/place.ts';
import { fastForStores } from '../../../support/fake-clock.ts';
import { BUCKETS, type TestBucket } from '../../../support/object-storage/stored-objects.ts';
import { isLong } from '../../../support/runs.ts';

const never = new AbortController().signal;
const { clock } = fastForStores(100);

for (const [name, start] of Object.entries(BUCKETS)) {
  const find = (bucket: TestBucket, key: string, notes: string[] = [], giveUpMs = 60_000): Promise<Place[]> =>
    bucketPlaces(bucket.url + key, { ...bucket.access, clock, giveUpMs }, { note: (note) => notes.push(note), signal: never });
  const check = (title: string, run: (t: TestContext, bucket: TestBucket) => Promise<void>): void => {
    test(`${name}: ${title}`, async (t) => run(t, await start(t)));
  };

  check('an object that is named, or all below a prefix, in the order of their names', async (_t, bucket) => {
    for (const key of ['export/b.csv', 'export/a/1.csv', 'export/_SUCCESS', 'export', 'exports.csv', 'a b+%/ü.csv'])
      await bucket.put(key, key === 'export/_SUCCESS' ? '' : key);
    const notes: string[] = [];
    const below = await find(bucket, 'export/', notes);
    assert.deepEqual(
      below.map(({ label }) => label),
      ['export/a/1.csv', 'export/b.csv'].map((key) => bucket.url + key),
    );
    assert.deepEqual(notes, [`${bucket.url}export/: left out 1 file that is not data (_SUCCESS)`]);
    for (const key of ['export', 'exports.csv', 'a b+%/ü.csv']) {
      const [place, ...more] = await find(bucket, key);
      assert.deepEqual([place?.source, place?.size, more], [bucket.url + key, Buffer.byteLength(key), []]);
      assert.equal(await text(await (place as Place).open(0, never)), key);
    }
    assert.equal((await find(bucket, 'a b+%')).length, 1, 'a prefix needs no slash');
    assert.equal((await find(bucket, '')).length, 5, 'the whole bucket');
  });

  check('a long listing is read page by page', async (t, bucket) => {
    if (!isLong) return t.skip('it takes 1,205 objects: CIO_RUNS=1 has the time');
    const keys = Array.from({ length: 1_205 }, (_, n) => `many/${String(n).padStart(5, '0')}.csv`);
    for (let at = 0; at < keys.length; at += 50) await Promise.all(keys.slice(at, at + 50).map((key) => bucket.put(key, 'x')));
    assert.deepEqual(
      (await find(bucket, 'many/')).map(({ label }) => label),
      keys.map((key) => bucket.url + key),
    );
  });

  check('reading that breaks continues at the byte; an object that is replaced meanwhile is an error', async (_t, bucket) => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) % 251));
    await bucket.put('x.csv', bytes);
    const [place] = await find(bucket, 'x.csv');
    assert.ok(place);
    for (const from of [0, 70_000, bytes.length]) {
      if (from < bytes.length) bucket.server.faults.add({ cutAnswerAfter: 100_000 });
      bucket.server.faults.add({ status: 503, afterServed: 1 });
      const read = await buffer(await place.open(from, never));
      assert.ok(read.equals(bytes.subarray(from)), `${from}: ${read.length}`);
      bucket.server.faults.clear();
    }
    await bucket.put('x.csv', Buffer.from(bytes).fill(1));
    const gone = { code: 'CIO_SOURCE', message: /x\.csv can't be read: it was replaced while it was being read/ };
    for (const from of [0, 70_000]) await assert.rejects(place.open(from, never).then(buffer), gone);
    const [again] = await find(bucket, 'x.csv');
    assert.notEqual(again?.version, place.version);
  });

  check('what is not there is said with what could be meant', async (_t, bucket) => {
    await bucket.put('export/a.csv', 'x');
    const fails = (key: string, message: RegExp): Promise<void> => assert.rejects(find(bucket, key), { code: 'CIO_SOURCE', message });
    await fails('exp', /exp does not exist: no object has this name, and none is below it$/);
    await fails('other/', /other\/ does not exist: no object is below it$/);
    await fails('export/*.csv', /\*\.csv does not exist: .*; patterns \(\*\) are not supported in a bucket/);
    const none = bucketPlaces(
      `${bucket.url.replace('bucket', 'no-such-bucket')}x`,
      { ...bucket.access, clock },
      { note: assert.fail, signal: never },
    );
    await assert.rejects(none, { code: 'CIO_SOURCE', message: /can't be listed: there is no bucket no-such-bucket/ });
  });

  check('who may only read names an object; the error for who may not says which permission is missing', async (_t, bucket) => {
    await bucket.put('export/a.csv', 'x');
    bucket.deny('list');
    assert.equal((await find(bucket, 'export/a.csv')).length, 1);
    await assert.rejects(find(bucket, 'export/'), {
      code: 'CIO_SOURCE',
      message: /export\/ can't be listed: .* lack the permission (s3:ListBucket|storage\.objects\.list)/,
    });
    bucket.deny('get');
    const [place] = await find(bucket, 'export/');
    await assert.rejects(text(await (place as Place).open(0, never)), {
      code: 'CIO_SOURCE',
      message: /a\.csv can't be read: .* lack the permission/,
    });
  });

  check('a mistyped address is not repeated: it may hold a secret', async (_t, bucket) => {
    const scheme = bucket.url.slice(0, 2);
    for (const url of [`${scheme}:bucket/x`, `${scheme}://key:secret@bucket/x`, `${scheme}:/secret`, `${scheme}://`])
      await assert.rejects(
        bucketPlaces(url, bucket.access, { note: assert.fail, signal: never }),
        ({ code, message }) => code === 'CIO_OPTIONS' && /not a bucket name/.test(message) && !/secret/.test(message),
      );
  });
}
