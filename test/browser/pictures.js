/** `npm run screenshots`: the pictures of docs/, taken by the browser tests. They hold a port and times, so they differ each time. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PICTURES = {
  'people-1280-light': 'sandbox-people',
  'report-1280-light': 'report',
};
const MOST_BYTES = 100_000;

const folder = mkdtempSync(join(tmpdir(), 'cio-pictures-'));
const env = { ...process.env, CIO_SCREENSHOTS: folder, CIO_CI: '1' };
const { status } = spawnSync(process.execPath, [join('test', 'run.js'), 'browser/'], { env, stdio: 'inherit' });
if (status === 0)
  for (const [name, target] of Object.entries(PICTURES)) {
    const from = join(folder, `${name}.png`);
    if (statSync(from).size > MOST_BYTES) throw new Error(`${name}.png is larger than ${MOST_BYTES} bytes`);
    copyFileSync(from, join('docs', `${target}.png`));
  }
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
