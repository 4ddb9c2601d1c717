import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LiveRegion } from '../../../../lib/cli/show/progress/live-region.ts';

test('lines replace those before, once log-update is loaded; nothing stays when they are removed', async () => {
  const written: string[] = [];
  const write = (chunk: Buffer, _: string, done: () => void): void => {
    written.push(String(chunk).replaceAll('\u001b[', '^'));
    done();
  };
  const terminal = Object.assign(new Writable({ write }), { columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream;
  const region = new LiveRegion(terminal);
  region.clear();
  while (written.length === 0) {
    region.paint(['a', 'b']);
    await turn();
  }
  region.paint(['c']);
  region.clear();
  region.clear();
  region.paint(['d']);
  assert.deepEqual(written, ['a\nb\n', '^2K^1A^2K^1A^2K^Gc\n', '^2K^1A^2K^G', 'd\n']);
});
