/** Rejected records on their way into a pipeline that has failed. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readInto } from '../../../lib/cli/input/record-reader.ts';
import { ReplayReader } from '../../../lib/cli/input/replay-inputs.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { formatRejection } from '../../../lib/reject/reject-line.ts';
import { openRejects, type Rejects } from '../../../lib/replay/open-rejects.ts';
import { folder } from '../../support/cli/run-cli.ts';

const LINES = Array.from({ length: 20_000 }, (_, n) =>
  formatRejection(new Rejection({ reason: 'invalid', message: `no ${n}`, stage: 'test' }, { n }), n),
).join('');

/** An S3 that gives half of its object and then keeps silent. */
async function silentS3(t: TestContext, bytes: Buffer): Promise<Rejects> {
  const server = createServer((request, response) => {
    const listing = `<ListBucketResult><Contents><Key>one</Key><Size>${bytes.length}</Size></Contents></ListBucketResult>`;
    if (request.url?.includes('list-type=2')) response.setHeader('content-type', 'application/xml').end(listing);
    else response.setHeader('content-length', bytes.length).write(bytes.subarray(0, bytes.length / 2));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rejects = await openRejects('s3://bucket', { s3: { endpoint, region: 'eu-central-1', accessKeyId: 'a', secretAccessKey: 'b' } });
  t.after(() => rejects.close());
  return rejects;
}

for (const [kind, bytes] of Object.entries({ plain: Buffer.from(LINES), gzip: gzipSync(LINES) })) {
  test(`a pipeline that has failed does not wait for a store that is silent: ${kind}`, { timeout: 60_000 }, async (t) => {
    const rejects = await silentS3(t, bytes);
    const reader = new ReplayReader({ places: [rejects], isMeant: () => true, note: () => {} });
    let taken = 0;
    const head = new Writable({
      objectMode: true,
      write: (_line, _encoding, callback) => {
        // Half of the object has about half of the lines; behind them there is nothing but waiting.
        if (++taken === 5_000) setTimeout(() => head.destroy(), 200);
        callback();
      },
    });
    await readInto(head, reader, new AbortController().signal);
    assert.ok(taken >= 5_000 && taken < 20_000);
    assert.equal(reader.replayed.objects, 0);
  });
}

test('progress shows which file is read', async (t) => {
  const path = await folder(t);
  for (const name of ['a.ndjson', 'b.ndjson']) await writeFile(join(path, name), LINES.slice(0, LINES.indexOf('\n') + 1));
  const rejects = await openRejects(path);
  t.after(() => rejects.close());
  const reader = new ReplayReader({ places: [rejects], isMeant: () => true, note: () => {} });
  await reader.look();
  assert.equal(reader.current, undefined);
  const seen: unknown[] = [];
  const head = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write: (_line, _encoding, callback) => {
      seen.push(reader.current);
      callback();
    },
  });
  await readInto(head, reader, new AbortController().signal);
  assert.deepEqual(seen.at(0), { name: join(basename(path), 'a.ndjson'), index: 1, count: 2 });
  assert.deepEqual(seen.at(-1), { name: join(basename(path), 'b.ndjson'), index: 2, count: 2 });
});
