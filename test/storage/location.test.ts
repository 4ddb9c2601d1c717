import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { checkStore, openRejects, rejectWriter } from '../../lib/index.ts';
import { fileIn, isWithin, readLocation, splitLocation } from '../../lib/storage/location.ts';

test('a bucket and a prefix, as they are written', () => {
  const prefix = 'a b/%20/ä?#x';
  assert.deepEqual(readLocation('to', `s3://bucket/${prefix}/`), { kind: 's3', bucket: 'bucket', prefix });
  assert.deepEqual(readLocation('to', 'GS://my.bucket-1'), { kind: 'gs', bucket: 'my.bucket-1', prefix: '' });
  assert.deepEqual(readLocation('to', new URL('s3://bucket/a b')), { kind: 's3', bucket: 'bucket', prefix: 'a b' });
  assert.deepEqual(readLocation('to', 'file:rejected'), { kind: 'folder', path: 'rejected' });
  assert.deepEqual(readLocation('to', pathToFileURL(resolve('x'))), { kind: 'folder', path: resolve('x') });
});

test('a file is called as the place was named, and a place that is a file by its own name', () => {
  const called = (place: string, name: string): string => {
    const { location, base } = splitLocation(readLocation('to', place));
    return fileIn(location, base, name);
  };
  for (const place of ['rejected', 'out/rejected', resolve('rejected'), 's3://bucket/rejected', 'gs://bucket/a/rejected'])
    assert.equal(called(place, 'rejected/2026/a.csv'), `${place}/2026/a.csv`);
  assert.equal(called('rejected//', 'rejected/a.csv'), 'rejected/a.csv');
  assert.equal(called('s3://bucket', 'a.csv'), 's3://bucket/a.csv');
  for (const file of ['fix.csv', './out/fix.csv', 's3://bucket/a/fix.csv']) assert.equal(called(file, 'fix.csv'), file);
});

test('what can be no place is refused, and not repeated', () => {
  for (const to of [
    's3://',
    's3:///x',
    's3://key:secret@bucket/x',
    's3://b\u00e4/x',
    'gs://bucket/a/../secret',
    's3://bucket/a\nsecret',
    'https://secret.example.com',
  ]) {
    assert.throws(() => readLocation('to', to), { code: 'CIO_OPTIONS', message: /^to: (?!.*secret)/ }, to);
  }
});

test('a mistyped s3:// or gs:// is not taken for a folder', async () => {
  for (const to of ['s3:/secret/x', 's3:secret', 'S3:/secret', 's3//secret/x', 's3:\\\\secret', new URL('s3:/secret/x')]) {
    const error = { code: 'CIO_OPTIONS', message: /^to: (?!.*secret).*s3:\/\/bucket\/prefix.* \.\// };
    assert.throws(() => readLocation('to', to), error, String(to));
  }
  for (const to of ['gs:/secret/x', 'gs:secret', 'GS:secret', 'gs//secret']) {
    assert.throws(() => readLocation('to', to), { code: 'CIO_OPTIONS', message: /^to: (?!.*secret).*gs:\/\/bucket\/prefix/ }, to);
  }
  for (const path of ['./s3:/x', 's3', 's3/x', 's30:x', 'gsx', '/s3:/x'])
    assert.deepEqual(readLocation('to', path), { kind: 'folder', path });
  const wrong = { code: 'CIO_OPTIONS', message: /s3:\/\/bucket\/prefix/ };
  assert.throws(() => rejectWriter({ to: 's3:/bucket/x' }), wrong);
  await assert.rejects(openRejects('s3:/bucket/x'), wrong);
  await assert.rejects(checkStore('s3:/bucket/x'), wrong);
});

test('a place as what holds it and its name', () => {
  const at = { kind: 's3', bucket: 'b', prefix: 'x/y' } as const;
  assert.deepEqual(splitLocation(at), { parent: { ...at, prefix: 'x' }, base: 'y', location: 's3://b/x/y' });
  assert.deepEqual(splitLocation({ ...at, prefix: '' }), { parent: { ...at, prefix: '' }, base: '', location: 's3://b/' });
  assert.equal(splitLocation({ kind: 'folder', path: 'x/y' }).base, 'y');
});

test('what lies in a place', () => {
  const parent = { kind: 's3', bucket: 'b', prefix: 'x' } as const;
  assert.ok(isWithin(parent, 'done/1', { ...parent, prefix: 'x/done' }));
  assert.ok(!isWithin(parent, 'done2/1', { ...parent, prefix: 'x/done' }));
  assert.ok(!isWithin(parent, 'done/1', { ...parent, bucket: 'c', prefix: 'x/done' }));
  assert.ok(!isWithin(parent, 'done/1', { kind: 'folder', path: 'x/done' }));
  assert.ok(isWithin({ kind: 'folder', path: 'x' }, 'done/1', { kind: 'folder', path: resolve('x/done') }));
});
