/** What each block of docs/cli.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { type Promised, testPage } from '../page.ts';

const HELP: Promised = {
  language: 'sh',
  holds: /^cio-stream --help/,
  async check(place, code) {
    const { stdout } = await place.sh(code);
    for (const command of ['[options] [command]', 'people']) assert.ok(stdout.includes(`Usage: cio-stream ${command}`), command);
    assert.match(stdout, /^credentials: good, region us/m);
    assert.match(stdout, /^complete .* cio-stream$/m);
  },
};

testPage('docs/cli.md', [HELP]);
