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

testPage('docs/output.md', [LOG, SUMMARY], { together: true });
