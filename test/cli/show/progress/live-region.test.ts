import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveRegion } from '../../../../lib/cli/show/progress/live-region.ts';

test('lines replace those before, however many rows the terminal has made of them', () => {
  const written: string[] = [];
  const terminal = { columns: 80, write: (text: string) => void written.push(text) };
  const region = new LiveRegion(terminal);
  const line = (text: string) => ({ text, painted: text });
  region.clear();
  region.paint([line('x'.repeat(79)), line('')]);
  region.paint([line('a')]);
  terminal.columns = 40;
  region.paint([line('y'.repeat(39))]);
  terminal.columns = 20;
  region.clear();
  region.clear();
  assert.deepEqual(written, [
    `${'x'.repeat(79)}\n\n`,
    '\u001b[2A\r\u001b[0Ja\n',
    `\u001b[1A\r\u001b[0J${'y'.repeat(39)}\n`,
    '\u001b[2A\r\u001b[0J',
  ]);
});
