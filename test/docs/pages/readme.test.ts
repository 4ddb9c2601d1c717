/** README.md: what each block promises, how that is seen, and its size. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as api from '../../../lib/index.ts';
import { blocksIn } from '../blocks.ts';
import { type Promised, testPage } from '../page.ts';
import type { Place } from '../place.ts';

const TEXT = readFileSync('README.md', 'utf8');

/** A block, for a place where the package is on the path and its sandbox has a port of its own. */
const here = (place: Place, code: string): string =>
  code.replaceAll('npx cio-stream', 'cio-stream').replaceAll('http://127.0.0.1:8025', place.sandbox.url);

const INSTALL: Promised = {
  language: 'sh',
  holds: /^npm install customerio-streams\b/,
  async check(place, code) {
    const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.equal(name, 'customerio-streams');
    assert.match(code, /^npx cio-stream sandbox --port 8025 +#/m);
    // Port 8025 may be taken here: that the next block names it is what counts.
    const { stdout } = await place.sh('cio-stream sandbox > out 2>&1 & until grep export out; do sleep 0.05; done; kill $!');
    const [, exports = ''] = /^ {2}(export CUSTOMERIO_BASE_URL=.*)$/m.exec(stdout) ?? [];
    assert.ok(TEXT.includes(exports.replace(/:\d+ /, ':8025 ')), exports);
  },
};

const LOOK: Promised = {
  language: 'sh',
  holds: /^cat > crm\.csv/m,
  async check(place, code) {
    const { stdout } = await place.sh(here(place, code));
    const [load = ''] = blocksIn(TEXT).flatMap((block) => (LOAD.holds.test(block.code) ? [block.code] : []));
    assert.ok(stdout.endsWith(`\n${load.replace('npx ', '')}`), stdout);
    const { stderr } = await place.sh(here(place, load), { status: 1 });
    assert.match(stderr, /3 rows: 2 delivered, 1 rejected/);
    assert.deepEqual(
      place.people().map((person) => Object(person).attributes),
      [
        { plan: 'pro', joined: 1_767_312_000 },
        { plan: 'free', joined: 1_767_398_400 },
      ],
    );
    const [sheet = '', replay = '', clear = ''] = blocksIn(TEXT).flatMap(({ code: text }) =>
      AGAIN.holds.test(text) ? here(place, text).split('\n') : [],
    );
    await place.sh(sheet);
    const [head = '', row = ''] = place.read('fix.csv').split('\r\n');
    const column = head.split(',').findIndex((name) => name.includes('E-Mail Address'));
    const cells = row.split(',');
    cells[column] = 'linus@example.com';
    place.write('fix.csv', `${head}\r\n${cells.join(',')}\r\n`);
    assert.match((await place.sh(`${replay}\n${clear}`)).stderr, /1 row: 1 delivered, 0 rejected/);
    assert.deepEqual(place.rejected(), []);
    assert.ok(place.sandbox.state().people.some(({ email }) => email === 'linus@example.com'));
  },
};

/** The first of these runs the others, in its place. */
const LOAD: Promised = { language: 'sh', holds: /^npx cio-stream people crm\.csv/, check: async () => undefined };
const AGAIN: Promised = { language: 'sh', holds: /^npx cio-stream replay fix\.csv/m, check: async () => undefined };

const CLONE: Promised = {
  language: 'sh',
  holds: /^npm run demo/,
  async check(_place, code) {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.match(code, /^npm run demo( +#.*)?\nnpm cit( +#.*)?\n$/);
    assert.equal(scripts.demo, 'node demo/demo.js'); // and test/demo.test.ts runs that
  },
};

const COMMANDS: Promised = {
  language: 'sh',
  holds: /^cio-stream people people\.csv/m,
  async check(place, code) {
    // The workspace is the sandbox.
    const script = code.replace('unset CUSTOMERIO_BASE_URL; ', '').replace(/^(cio-stream (people|events) .*)$/gm, '$1 || [ $? = 1 ]');
    const { stdout, stderr } = await place.sh(script);
    assert.match(stdout, /^credentials: good, region us/m);
    assert.match(stderr, /3 rows: 2 delivered, 1 rejected[\s\S]*4 rows: 2 delivered, 2 rejected/);
    assert.equal(place.rejected().length, 3);
    assert.equal(place.people().length, 3);
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

const PROGRAM: Promised = {
  language: 'js',
  holds: /createReadStream\('events\.ndjson'/,
  async check(place, code) {
    const { stdout } = await place.js(code);
    assert.ok(code.includes(`// for example: ${stdout.trim()}\n`), stdout);
    assert.deepEqual(place.reasons(), ['malformed', 'too_large']);
    assert.deepEqual(
      place.sandbox.state().events.map(({ name }) => name),
      ['signed up', 'signed up'],
    );
  },
};

testPage('README.md', [INSTALL, LOOK, LOAD, AGAIN, CLONE, COMMANDS, FIGURE, PROGRAM]);

test('README.md has at most 9 KB', () => assert.ok(Buffer.byteLength(TEXT) <= 9_000, `${Buffer.byteLength(TEXT)}`));
