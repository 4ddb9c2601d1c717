/**
 * What each block of docs/kafka-program.md promises. Without a broker its service starts and is stopped at once;
 * test/integration/kafka/page.test.ts runs both blocks on one.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as api from '../../../lib/index.ts';
import { run } from '../../support/child.ts';
import { type Promised, testPage } from '../page.ts';

/** Sends the signal to the program itself, as soon as it listens. */
const STOP = `const timer = setInterval(() => {
  if (process.listenerCount('SIGTERM') === 0) return;
  clearInterval(timer);
  process.kill(process.pid, 'SIGTERM');
}, 20);`;

const SERVICE: Promised = {
  language: 'js',
  holds: /source\.stop\(\)/,
  async check(place, code) {
    writeFileSync(join(place.folder, 'block.mjs'), code.replace('host:9092', '127.0.0.1:1'));
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(STOP)}`];
    const { status, stdout, stderr } = await run(process.execPath, [...flags, 'block.mjs'], place.folder, place.env);
    // Kafka's client needs a newer Node than this package.
    if (status !== 0) assert.match(stderr, /kafka\(\) needs Node/);
    else assert.equal(stdout, '0 0\n');
  },
};

const CHECK: Promised = {
  language: 'js',
  holds: /checkKafka/,
  async check(place, code) {
    const [, names = ''] = /^import \{ (.*) \} from 'customerio-streams'/.exec(code) ?? [];
    for (const name of names.split(', ')) assert.equal(typeof Reflect.get(api, name), 'function', name);
    await place.js(code, { flags: ['--check'] });
  },
};

testPage('docs/kafka-program.md', [SERVICE, CHECK]);
