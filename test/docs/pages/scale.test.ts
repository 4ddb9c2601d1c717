/**
 * What each block of docs/scale.md promises. Those that need a Redis are read here, and run by test/integration/redis/page.test.ts;
 * the bench is not run by a test.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { addCommandFlags } from '../../../lib/cli/flags/flags.ts';
import * as api from '../../../lib/index.ts';
import { type Promised, testPage } from '../page.ts';

const PAGE = 'docs/scale.md';

const RATE: Promised = {
  language: 'sh',
  holds: /--redis redis:\/\/localhost/,
  check: async (_place, code) => {
    const [, , file, ...flags] = code.trim().split(' ');
    const { redis } = addCommandFlags(new CliCommand('people'), 'people').parse(flags, { from: 'user' }).opts();
    assert.deepEqual([file, redis], ['people.csv', ['redis://localhost']]);
  },
};

const CHANNEL: Promised = {
  language: 'js',
  holds: /^subscribe\(/m,
  async check(place, code) {
    const message = {
      up: false,
      place: 'localhost:6379',
      why: "can't be reached: ECONNREFUSED",
      share: 22.5,
      processes: 4,
      requestsPerSecond: 100,
    };
    const [, name] = /^subscribe\('customerio-streams:([\w-]+)'/m.exec(code) ?? [];
    assert.ok(readFileSync('lib/write/diagnostics.ts', 'utf8').includes(`new Typed('${name}')`));
    const publish = `(await import('node:diagnostics' + '_channel')).channel('customerio-streams:${name}').publish(${JSON.stringify(message)});`;
    const { stderr } = await place.js(`${code}${publish}`);
    assert.equal(stderr, "localhost:6379 can't be reached: ECONNREFUSED: 22.5 requests/s\n");
  },
};

const MEMORY: Promised = {
  language: 'js',
  holds: /redisStore/,
  async check(place, code) {
    const [, names = ''] = /^import \{ (.*) \} from 'customerio-streams'/m.exec(code) ?? [];
    for (const name of names.split(', ')) assert.equal(typeof Reflect.get(api, name), 'function', name);
    await place.js(code, { flags: ['--check'] });
  },
};

const BENCH: Promised = {
  language: 'sh',
  holds: /npm run bench/,
  check: async (_place, code) => {
    const [, script = ''] = /\$\((\S+) /.exec(code) ?? [];
    assert.ok(existsSync(script));
    for (const name of (/bench -- (.*)$/m.exec(code)?.[1] ?? '').split(' ')) assert.ok(readdirSync('bench').includes(`${name}.ts`), name);
  },
};

testPage(PAGE, [RATE, CHANNEL, MEMORY, BENCH]);

test(`${PAGE}: the flags that it names exist`, () => {
  const known = addCommandFlags(new CliCommand('people'), 'people').options.map(({ long }) => long);
  const flags = [...readFileSync(PAGE, 'utf8').matchAll(/`(--[\w-]+)/g)].map(([, flag = '']) => flag);
  assert.ok(flags.length > 5);
  for (const flag of flags) assert.ok(known.includes(flag), flag);
});
