/** The inputs' way into the line, and what becomes of it when the line is gone. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { SendFlags } from '../../../lib/cli/flags/send-options.ts';
import { findInputs } from '../../../lib/cli/input/inputs.ts';
import { InputReader } from '../../../lib/cli/input/read-inputs.ts';
import { sandboxFor, start } from '../../support/cli/run-cli.ts';

const FLAGS = { object: 'person_identify', column: [], null: [] } as unknown as SendFlags;
const ROW = '{"person_email":"a@x.io"}\n';

function fileOf(t: TestContext, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cio-feed-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, name);
}

async function feedOf(t: TestContext, rows: number): Promise<InputReader> {
  const file = fileOf(t, 'rows.ndjson');
  writeFileSync(file, ROW.repeat(rows));
  return new InputReader(await findInputs([file], FLAGS), FLAGS, [], { note: assert.fail, stop: new AbortController().signal });
}

/** Resolves when `value` has not changed for many turns. */
async function stillness(value: () => number): Promise<void> {
  let last = value();
  for (let turns = 0; turns < 200; turns++) {
    await new Promise(setImmediate);
    if (value() !== last) [last, turns] = [value(), 0];
  }
}

// The few end in the source's buffer with the file at its end; the many leave bytes of the file unread.
for (const rows of [10, 100_000]) {
  test(`a line that is gone with ${rows} records on their way holds the feed no longer`, { timeout: 60_000 }, async (t) => {
    const feed = await feedOf(t, rows);
    const head = new Writable({
      objectMode: true,
      highWaterMark: 1,
      // Takes one and never asks for more; goes when everything that can move has moved.
      write: () => void stillness(() => feed.bytesRead).then(() => head.destroy()),
    });
    await feed.into(head);
    assert.ok(head.destroyed);
  });
}

for (const how of ['the line is gone', 'told to stop']) {
  const skip = process.platform === 'win32' && 'Windows has no named pipes';
  test(`${how}: a named pipe that nobody writes to holds the feed no longer`, { timeout: 60_000, skip }, async (t) => {
    const pipe = fileOf(t, 'rows.ndjson');
    execFileSync('mkfifo', [pipe]);
    const stop = new AbortController();
    const feed = new InputReader(await findInputs([pipe], FLAGS), FLAGS, [], { note: assert.fail, stop: stop.signal });
    const head = new Writable({ objectMode: true });
    const fed = feed.into(head);
    await new Promise(setImmediate);
    if (how === 'told to stop') stop.abort();
    else head.destroy();
    await fed;
  });
}

// In a process of its own: what is left behind shows in that it never ends.
test('told to stop after an input has failed, the process ends', { timeout: 60_000 }, async (t) => {
  const file = fileOf(t, 'rows.ndjson.gz');
  const whole = gzipSync(Array.from({ length: 20_000 }, (_, n) => `{"person_email":"a${n}@x.io"}\n`).join(''));
  // Corrupt in its middle: what comes behind stays in the stream that failed.
  writeFileSync(file, whole.fill(0, 26_000, 27_000));
  const sandbox = await sandboxFor(t, { faults: [{ path: '/api/v2/batch', latencyMs: 2_000 }] });
  const { child, ended } = start(['send', file, '--object', 'person_identify'], { env: sandbox.env });
  while (sandbox.state().counts.requests < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGTERM');
  const { status, stderr } = await ended;
  assert.equal(status, 5, stderr);
});
