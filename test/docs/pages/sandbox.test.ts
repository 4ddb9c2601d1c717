/** What each block of docs/sandbox.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { type Promised, testPage } from '../page.ts';

const SANDBOX: Promised = {
  language: 'js',
  holds: /await createSandbox\(/,
  async check(place, code) {
    const { stdout } = await place.js(code);
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+ sandbox-site sandbox-key \{/);
    assert.match(stdout, /people: \[\]/);
  },
};

testPage('docs/sandbox.md', [SANDBOX]);
