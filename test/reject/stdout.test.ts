import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

const PROGRAM = `
  import { Readable } from 'node:stream';
  import { pipeline } from 'node:stream/promises';
  import { Rejection } from ${JSON.stringify(new URL('../../lib/record/rejection.js', import.meta.url).href)};
  import { rejectWriter } from ${JSON.stringify(new URL('../../lib/reject/reject-writer.js', import.meta.url).href)};
  const cause = { reason: 'invalid', message: 'no', stage: 'test' };
  const some = function* () { for (let n = 0; n < Number(process.argv[1]); n++) yield new Rejection(cause, { n }); };
  try {
    await pipeline(Readable.from(some()), rejectWriter({ to: process.stdout }));
    console.error('done');
  } catch (error) {
    console.error(error.code + ' ' + error.cause.code);
    process.exitCode = error.exitStatus;
  }`;

function run(count: number): ReturnType<typeof spawn> {
  return spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, String(count)], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('standard output gets every line and stays open', async () => {
  const child = run(20_000);
  const [out, err, [status]] = await Promise.all([child.stdout?.toArray(), child.stderr?.toArray(), once(child, 'close')]);
  const lines = String(Buffer.concat(out ?? [])).split('\n');
  assert.equal(lines.length, 20_001);
  assert.equal(JSON.parse(String(lines[19_999])).record.n, 19_999);
  assert.equal(Buffer.concat(err ?? []).toString(), 'done\n');
  assert.equal(status, 0);
});

test('a reader of standard output that goes away ends the pipeline with an error, not the process with a crash', async () => {
  const child = run(200_000);
  child.stdout?.once('data', () => child.stdout?.destroy());
  const [err, [status]] = await Promise.all([child.stderr?.toArray(), once(child, 'close')]);
  assert.equal(Buffer.concat(err ?? []).toString(), 'CIO_REJECT_STORE EPIPE\n');
  assert.equal(status, 8);
});
