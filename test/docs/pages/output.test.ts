/** docs/output.md: its log is read as it says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type Promised, testPage } from '../page.ts';

let asked: unknown;

const LOG: Promised = {
  language: 'sh',
  holds: /--log-format json/,
  async check(place, code) {
    const [run = '', ask = ''] = code.split('\n');
    await place.sh(run);
    const lines = place.read('run.log').trim().split('\n');
    const messages = lines.map((line) => JSON.parse(line));
    for (const { type } of messages) assert.ok(['progress', 'note', 'error', 'summary'].includes(type), type);
    const { type, read, delivered, rejected, commands, ...more } = messages.at(-1);
    assert.ok('kinds' in more && 'rejects' in more);
    asked = [type, read, delivered, rejected.byReason.invalid, commands.look];
    // Not every machine has jq.
    if (spawnSync('jq', ['--version']).status === 0) assert.deepEqual(JSON.parse((await place.sh(ask)).stdout), asked);
  },
};

const SUMMARY: Promised = {
  language: 'json',
  holds: /^\["summary"/,
  check: async (_place, shown) => assert.deepEqual(asked, JSON.parse(shown)),
};

/** With nothing of the shell, as cron runs it: cron would mail what it prints. */
const NIGHTLY: Promised = {
  language: 'sh',
  holds: /^cat > nightly\.sh/m,
  async check(place, code) {
    await place.sh(code.replace('npx cio-stream', 'cio-stream').replace('/usr/local/bin', `${place.folder}/bin`));
    await place.sh(`echo 'export CUSTOMERIO_BASE_URL=${place.sandbox.url}' >> customerio.env`);
    const { stdout, stderr } = await place.sh('script="$PWD/nightly.sh"; cd /; env -i PATH=/usr/bin:/bin "$script"', { status: 1 });
    assert.equal(stdout, '');
    assert.match(stderr, /^done: 3 rows: 2 delivered, 1 rejected, 0 skipped\n/);
  },
};

testPage('docs/output.md', [LOG, SUMMARY, NIGHTLY], { together: true });
