/** Memory does not grow with the number of rejects: neither the heap nor the buffers. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Rejection } from '../../lib/record/rejection.ts';
import { rejectWriter } from '../../lib/reject/reject-writer.ts';
import { openRejects } from '../../lib/replay/open-rejects.ts';
import { rejection } from '../support/object-storage/contract.ts';
import { folder } from '../support/reject/folder.ts';
import { isLong } from '../support/runs.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const MIB = 1024 * 1024;
const COUNT = isLong ? 40_000 : 10_000;

/** What is alive, in bytes. */
function alive(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test(`${COUNT.toLocaleString('en-US')} rejects in and out, of 64 streams`, async (t) => {
  const to = await folder(t);
  const before = alive();
  let most = 0;
  const look = (n: number): void => {
    if (n % (COUNT / 4) === 0) most = Math.max(most, alive() - before);
  };
  const many = function* (): Generator<Rejection> {
    for (let n = 0; n < COUNT; n++) {
      look(n);
      yield rejection(n, `stream-${n % 64}`, 200);
    }
  };
  await pipeline(
    Readable.from(many()),
    rejectWriter({ to, flattening: 'root', compression: 'gzip', pathFormat: '{stream_name}', rollBytes: MIB }),
  );
  assert.ok(most < 32 * MIB, `${Math.round(most / MIB)} MiB while writing`);
  most = 0;
  let n = 0;
  const rejects = await openRejects(to);
  for await (const object of rejects.objects()) for await (const _line of rejects.lines(object)) look(++n);
  assert.equal(n, COUNT);
  assert.ok(most < 32 * MIB, `${Math.round(most / MIB)} MiB while reading`);
});
