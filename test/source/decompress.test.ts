import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { decompress } from '../../lib/source/decompress.ts';
import { ndjson } from '../../lib/source/ndjson.ts';
import { brief } from '../support/read-all.ts';

test('in front of a source: records, whether compressed or not', async () => {
  for (const input of [Buffer.from('{"a":1}\n{"b":2}\n'), gzipSync('{"a":1}\n{"b":2}\n')]) {
    const seen: object[] = [];
    await pipeline(Readable.from([input]), decompress(), ndjson(), async (source) => {
      for await (const element of source) seen.push(element);
    });
    assert.deepEqual(brief(seen as never), ['{"a":1}', '{"b":2}']);
  }
});

test('a gzip bomb waits for its reader: no more is inflated than is read', async (t) => {
  const bomb = gzipSync(Buffer.alloc(300_000_000));
  const stream = decompress();
  t.after(() => stream.destroy());
  stream.end(bomb);
  await once(stream, 'readable');
  let read = 0;
  let most = 0;
  for await (const chunk of stream) {
    read += (chunk as Buffer).length;
    most = Math.max(most, stream.readableLength);
    if (read > 20_000_000) break;
  }
  assert.ok(most < 1_000_000, `held ${most} bytes`);
});

test('destroyed half-way it lets go of the inner stream', async () => {
  const stream = decompress();
  stream.write(gzipSync(Buffer.alloc(10_000_000)));
  await once(stream, 'readable');
  stream.destroy();
  await once(stream, 'close');
});
