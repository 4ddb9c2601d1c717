import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Origin } from '../../lib/record/origin.ts';
import { Rejection } from '../../lib/record/rejection.ts';
import { type RejectWriter, rejectWriter } from '../../lib/reject/reject-writer.ts';
import { openRejects } from '../../lib/replay/open-rejects.ts';
import { checkStore } from '../../lib/storage/check-store.ts';
import { range, rejection, stored, write } from '../support/object-storage/contract.ts';
import { folder } from '../support/reject/folder.ts';

test('options of places, formats and names are checked at once', () => {
  const s3 = { accessKeyId: 'a', secretAccessKey: 'the-secret' };
  const cases: [object, RegExp][] = [
    [{ format: 'jsonl' }, /option "format"/],
    [{ flattening: 'all' }, /option "flattening"/],
    [{ compresion: 'gzip' }, /unknown option "compresion": did you mean "compression"\?/],
    [{ pathFormat: '{namspace}' }, /unknown variable "namspace": did you mean "namespace"\?/],
    [{ s3: { ...s3, endpont: 'x' } }, /unknown option "s3.endpont": did you mean "s3.endpoint"\?/],
    [{ s3: { accessKeyId: 'a' } }, /accessKeyId and secretAccessKey go together/],
    [{ s3: { sessionToken: 'a' } }, /sessionToken goes with/],
    [{ s3: { ...s3, endpoint: 'the-secret' } }, /option "s3.endpoint"/],
    [{ gcs: { keyFilename: 'a', credentials: {} } }, /not both/],
    [{ rollMs: 5 }, /option "rollMs"/],
    [{ to: `s3://bucket/${'x'.repeat(800)}` }, /a key can be up to \d+ bytes long, more than 1024/],
  ];
  for (const [options, message] of cases) {
    const given = { to: 's3://bucket/x', ...options };
    assert.throws(() => rejectWriter(given as never), { code: 'CIO_OPTIONS', message: new RegExp(`^(?!.*the-secret).*${message.source}`) });
  }
  const stream = (): RejectWriter => rejectWriter({ to: new PassThrough(), format: 'csv' });
  assert.throws(stream, { code: 'CIO_OPTIONS', message: /a Writable always gets JSON lines/ });
});

test('where the rejects go, in words', () => {
  assert.equal(rejectWriter({ to: 's3://bucket/some/prefix/' }).location, 's3://bucket/some/prefix');
  assert.equal(rejectWriter({ to: 'gs://bucket' }).location, 'gs://bucket/');
});

test('a local folder: flat names in every format, folders where templates ask for them', async (t) => {
  const to = await folder(t);
  await write([rejection(0)], { to, format: 'csv', compression: 'gzip' });
  assert.match(String(await readdir(to)), /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{8}-0001\.csv\.gz$/);
  await write([rejection(1)], { to, pathFormat: '{namespace}/{stream_name}', fileNameFormat: 'r{format_extension}' });
  assert.deepEqual(await readdir(join(to, 'shop', 'people')), ['r.ndjson']);
  await write([rejection(2)], { to, pathFormat: '{namespace}/{stream_name}', fileNameFormat: 'r{format_extension}' });
  assert.equal((await readdir(join(to, 'shop', 'people'))).length, 2);
  assert.deepEqual(await stored(to, {}), range(3));
  assert.deepEqual(await stored(join(to, 'shop', 'people', 'r.ndjson'), {}), [1]);
});

test('columns of a CSV file are those of all its records', async (t) => {
  const to = await folder(t);
  const first = rejection(0);
  const second = new Rejection(first.cause, {}, new Origin({ line: 1, raw: '{"n":1,"exact":12345678901234567890,"pad":"more"}' }));
  await write([first, second], { to, format: 'csv', flattening: 'root' });
  const [name] = await readdir(to);
  const [header, ...rows] = (await readFile(join(to, String(name)), 'utf8')).split('\r\n');
  assert.match(String(header), /^"n","exact","pad","record","rejected_reason",/);
  assert.match(String(rows[0]), /^0,12345678901234567890,,,"invalid","person_email",/);
  assert.match(String(rows[1]), /^1,12345678901234567890,"more",,"invalid",/);
});

test('reading leaves alone what is still being written, and says where nothing is', async (t) => {
  const to = await folder(t);
  const writer = rejectWriter({ to });
  await new Promise((resolve) => writer.write(rejection(0), resolve));
  assert.deepEqual(await stored(to, {}), []);
  writer.end();
  await writer.flush();
  assert.deepEqual(await stored(to, {}), [0]);
  const rejects = await openRejects(join(to, 'nowhere'));
  await assert.rejects(rejects.objects().next(), {
    code: 'CIO_REJECT_STORE',
    message: /can't be listed in .*nowhere: it does not exist \(ENOENT\)/,
  });
});

test('a local folder passes the check, and one that can not be made does not', async (t) => {
  const to = await folder(t);
  await checkStore(to);
  assert.deepEqual(await readdir(to), []);
  await write([rejection(0)], { to });
  const [file] = await readdir(to);
  await assert.rejects(checkStore(join(to, String(file))), { code: 'CIO_REJECT_STORE', message: /ENOTDIR/ });
});
