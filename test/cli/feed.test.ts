/** The inputs' way into the line, and what becomes of it when the line is gone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { Feed } from '../../lib/cli/feed.ts';
import { findInputs } from '../../lib/cli/inputs.ts';
import type { SendFlags } from '../../lib/cli/send-options.ts';

const FLAGS = { object: 'person_identify', map: [] } as unknown as SendFlags;
const ROW = '{"person_email":"a@x.io"}\n';

async function feedOf(t: TestContext, rows: number): Promise<Feed> {
  const folder = mkdtempSync(join(tmpdir(), 'cio-feed-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rows.ndjson');
  writeFileSync(file, ROW.repeat(rows));
  return new Feed(await findInputs([file], FLAGS), FLAGS, [], new AbortController().signal);
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
  test(`a line that is gone with ${rows} records on their way holds the feed no longer`, { timeout: 5_000 }, async (t) => {
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
