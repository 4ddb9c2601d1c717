/** What each block of README.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as api from '../../../lib/index.ts';
import { type Promised, testPage } from '../page.ts';
import { assertSamplePeople } from '../place.ts';

const DEMO: Promised = {
  language: 'sh',
  holds: /^npm run demo/,
  async check(_place, code) {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.match(code, /^npm run demo( +#.*)?\nnpm cit( +#.*)?\n$/);
    assert.equal(scripts.demo, 'node demo/demo.js'); // and test/demo.test.ts runs that
  },
};

const SEND: Promised = {
  language: 'sh',
  holds: /^cio-stream people people\.csv.*rejected\/$/m,
  async check(place, code) {
    const { stderr } = await place.sh(code, { status: 1 });
    assert.match(stderr, /3 rows: 2 delivered, 1 rejected/);
    assertSamplePeople(place);
  },
};

const FIRST: Promised = {
  language: 'js',
  holds: /createReadStream\('events\.ndjson'/,
  async check(place, code) {
    const { stdout } = await place.js(code);
    assert.match(stdout, /read: 4,\s+delivered: 2,/);
    assert.deepEqual(place.reasons(), ['malformed', 'too_large']);
    assert.deepEqual(
      place.sandbox.state().events.map(({ name }) => name),
      ['signed up', 'signed up'],
    );
  },
};

const FIGURE: Promised = {
  language: '',
  holds: /─►/,
  async check(_place, code) {
    const names = [...code.matchAll(/(\w+)\(\)/g)].map(([, name = '']) => name);
    assert.ok(names.length >= 5);
    for (const name of names) assert.equal(typeof Reflect.get(api, name), 'function', name);
  },
};

testPage('README.md', [DEMO, SEND, FIRST, FIGURE]);
