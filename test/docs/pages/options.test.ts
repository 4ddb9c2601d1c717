/** What each block of docs/options.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { type Promised, testPage } from '../page.ts';
import { assertSamplePeople } from '../place.ts';

const PIPELINE: Promised = {
  language: 'js',
  holds: /createReadStream/,
  async check(place, code) {
    assert.equal((await place.js(code)).stdout, '2\n');
    assertSamplePeople(place);
  },
};

const UNKNOWN: Promised = {
  language: 'js',
  holds: /delimeter/,
  async check(place, code) {
    const [, said] = /\/\/ (CIO_OPTIONS .*)$/m.exec(code) ?? [];
    assert.equal((await place.js(code)).stdout, `${said}\n`);
  },
};

testPage('docs/options.md', [PIPELINE, UNKNOWN]);
