import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { GcsClient } from '../../../lib/storage/gcs/client.ts';
import { type Sessions, upload } from '../../../lib/storage/gcs/upload.ts';
import { GcsServer } from '../../support/object-storage/gcs-server.ts';

const CHUNK = 5 * 1024 * 1024;
const { signal } = new AbortController();

interface Uploads {
  readonly server: GcsServer;
  readonly sessions: Sessions;
  /** What was sent: the kind of request and its range. */
  readonly sent: string[];
  put(bytes: Buffer, cut?: number): Promise<void>;
  stored(): Buffer | undefined;
}

async function start(t: TestContext): Promise<Uploads> {
  const [server, sessions, sent] = [await GcsServer.start(t), new Map<string, string>(), [] as string[]];
  server.createBucket('bucket');
  server.onRequest = ({ method, url, headers }: IncomingMessage) => {
    const kind = /uploadType=multipart/.test(url ?? '') ? 'whole' : method === 'POST' ? 'begin' : 'chunk';
    sent.push([kind, headers['content-range']].filter(Boolean).join(' '));
  };
  const client = await GcsClient.open({ apiEndpoint: server.url, projectId: 'test' });
  t.after(() => client.close());
  const target = { client, bucket: 'bucket', name: 'a/b c.csv', metadata: { 'cio-token': 't' } };
  const put = (bytes: Buffer, cut = 0): Promise<void> => {
    const body = (): AsyncIterable<Buffer> => Readable.from([bytes.subarray(0, cut), bytes.subarray(cut)]);
    return upload(target, { token: 't', contentType: 'text/csv', bytes: bytes.length, body }, sessions, signal);
  };
  const stored = (): Buffer | undefined => {
    try {
      return server.buckets.get('bucket')?.get(target.name).data;
    } catch {
      return undefined;
    }
  };
  return { server, sessions, sent, put, stored };
}

/** Bytes that differ everywhere, so that none can change places. */
const PATTERN = Buffer.from(Array.from({ length: 1_009 }, (_, n) => n % 251));
const bytesOf = (length: number): Buffer => Buffer.alloc(length, PATTERN);

test('up to a chunk it is one request, beyond it a session: no byte at the border is lost', async (t) => {
  const cases: [length: number, sent: string[]][] = [
    [0, ['whole']],
    [1, ['whole']],
    [CHUNK, ['whole']],
    [CHUNK + 1, ['begin', `chunk bytes 0-${CHUNK - 1}/*`, `chunk bytes ${CHUNK}-${CHUNK}/${CHUNK + 1}`]],
    [2 * CHUNK, ['begin', `chunk bytes 0-${CHUNK - 1}/*`, `chunk bytes ${CHUNK}-${2 * CHUNK - 1}/${2 * CHUNK}`]],
  ];
  for (const [length, expected] of cases) {
    const bytes = bytesOf(length);
    for (const cut of new Set([0, 1, Math.min(length, CHUNK - 1), Math.min(length, CHUNK)])) {
      const { put, sent, stored, sessions } = await start(t);
      await put(bytes, cut);
      assert.deepEqual(sent, expected, `${length} bytes, cut at ${cut}`);
      assert.ok(stored()?.equals(bytes), `${length} bytes, cut at ${cut}`);
      assert.equal(sessions.size, 0);
    }
  }
});

test('name, type and token go with the object, in one request and in a session', async (t) => {
  for (const length of [10, CHUNK + 1]) {
    const { put, server } = await start(t);
    await put(bytesOf(length));
    const { name, contentType, metadata } = server.buckets.get('bucket')?.get('a/b c.csv').resource ?? {};
    assert.deepEqual({ name, contentType, metadata }, { name: 'a/b c.csv', contentType: 'text/csv', metadata: { 'cio-token': 't' } });
  }
});

test('bytes that look like the border of the parts come through', async (t) => {
  const { put, stored } = await start(t);
  const bytes = Buffer.from('\r\n--cio-\r\n\r\n--\r\n');
  await put(bytes);
  assert.ok(stored()?.equals(bytes));
});

test('a name that is taken is a 412, and what is there stays', async (t) => {
  for (const length of [10, CHUNK + 1]) {
    const { put, stored, sessions } = await start(t);
    await put(Buffer.from('first'));
    await assert.rejects(put(bytesOf(length)), { code: 412 });
    assert.deepEqual([stored()?.toString(), sessions.size], ['first', 0]);
  }
});

test('after a failure that may pass the session is kept; after a refusal the next attempt begins again', async (t) => {
  for (const [status, kept] of [
    [503, 1],
    [429, 1],
    [408, 1],
    [403, 0],
    [400, 0],
  ] as const) {
    const { put, server, sessions, sent, stored } = await start(t);
    server.faults.add({ method: 'PUT', afterServed: 1, status });
    const bytes = bytesOf(CHUNK + 10);
    await assert.rejects(put(bytes), { code: status });
    assert.equal(sessions.size, kept, String(status));
    await put(bytes);
    assert.deepEqual([sent.filter((kind) => kind === 'begin').length, sessions.size], [2 - kept, 0]);
    assert.ok(stored()?.equals(bytes));
  }
});

test('an upload whose last answer was lost is done: nothing is sent again', async (t) => {
  const { put, server, sent, stored } = await start(t);
  server.faults.add({ method: 'PUT', afterServed: 1, loseAnswer: true });
  const bytes = bytesOf(CHUNK + 10);
  await assert.rejects(put(bytes));
  const before = sent.length;
  await put(bytes);
  assert.deepEqual(sent.slice(before), ['chunk bytes */*']);
  assert.ok(stored()?.equals(bytes));
});
