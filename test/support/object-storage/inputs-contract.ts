/** What a bucket must do for inputs, whatever server keeps it. */
import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { bucketPlaces } from '../../../lib/cli/input/places/bucket.ts';
import type { Place } from '../../../lib/cli/input/places/place.ts';
import { bucketAt } from '../../../lib/storage/location.ts';
import { STORE_SHAPE, type StoreOptions } from '../../../lib/storage/options.ts';

/** A place such as `s3://bucket/prefix` that is empty, and how to get there. */
interface Prefix {
  readonly place: string;
  readonly options: StoreOptions;
}

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) % 251));

/** Stores an object; one that is there is replaced. */
export async function putObject({ place, options }: Prefix, name: string, content: string | Buffer): Promise<void> {
  const [, kind, bucket = '', prefix = ''] = /^(s3|gs):\/\/([^/]+)\/(.*)$/.exec(`${place.replace(/\/$/, '')}/`) ?? [];
  const store = bucketAt(kind as 's3' | 'gs', { bucket, prefix, location: place }, z.strictObject(STORE_SHAPE).parse(options));
  // The SDK adds listeners to it.
  const { signal } = new AbortController();
  const bytes = Buffer.from(content);
  async function* body(): AsyncGenerator<Buffer> {
    yield bytes;
  }
  await store.open();
  await store.remove(name, signal).catch(() => {});
  const token = Buffer.from(name).toString('hex');
  assert.ok(await store.put(name, { token, contentType: 'text/plain', bytes: bytes.length, body }, signal));
  await store.close();
}

export function readsInputs(title: string, start: (t: TestContext) => Promise<Prefix>): void {
  test(`${title}: objects are found, read whole and in parts, and not mistaken for what replaces them`, async (t) => {
    const { place, options } = await start(t);
    const signal = new AbortController().signal;
    const find = (name: string): Promise<Place[]> => bucketPlaces(`${place}/${name}`, options, { note: () => {}, signal });
    for (const name of ['in/b+ü.csv', 'in/a/1.csv', 'in/_SUCCESS']) await putObject({ place, options }, name, BYTES);
    const places = await find('in/');
    assert.deepEqual(
      places.map(({ label, size }) => [label, size]),
      ['in/a/1.csv', 'in/b+ü.csv'].map((name) => [`${place}/${name}`, BYTES.length]),
    );
    const [one] = await find('in/b+ü.csv');
    assert.ok(one);
    assert.equal(one.version, places[1]?.version, 'a listing and an object say the same');
    for (const from of [0, 200_000, BYTES.length]) {
      assert.ok((await buffer(await one.open(from, signal))).equals(BYTES.subarray(from)), `from ${from}`);
    }
    const access = await one.openAt?.(signal);
    assert.ok(Buffer.from((await access?.slice(1_000, 2_000)) ?? new ArrayBuffer()).equals(BYTES.subarray(1_000, 2_000)));
    await putObject({ place, options }, 'in/b+ü.csv', Buffer.from(BYTES).fill(1));
    const replaced = { code: 'CIO_SOURCE', message: /it was replaced while it was being read/ };
    for (const from of [0, 200_000]) await assert.rejects(one.open(from, signal).then(buffer), replaced);
    await assert.rejects(find('none'), { code: 'CIO_SOURCE', message: /none does not exist/ });
  });
}
