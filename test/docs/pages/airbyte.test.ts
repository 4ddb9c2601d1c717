/** What each block of docs/airbyte.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readConfig } from '../../../lib/airbyte/config/config.ts';
import { blocksIn } from '../blocks.ts';
import { type Promised, testPage } from '../page.ts';

const PAGE = 'docs/airbyte.md';

/** Its output is the block behind it, but for the port and the time. */
const AIRBYTE: Promised = {
  language: 'sh',
  holds: /^destination-customer-io write/m,
  async check(place, code) {
    const { stdout } = await place.sh(code);
    const shown = blocksIn(readFileSync(PAGE, 'utf8')).find(({ language }) => language === 'json');
    const settled = (text: string): string => text.replace(/127\.0\.0\.1:\d+/, 'HOST').replace(/in [\d.]+ s"/, 'in N s"');
    assert.equal(settled(stdout), settled(shown?.code ?? ''));
    assert.equal(place.sandbox.state().people[0]?.email, 'ada@example.com');
  },
};

const OUTPUT: Promised = {
  language: 'json',
  holds: /destinationStats/,
  // The block before it is compared with it.
  check: async (_place, code) =>
    void code
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
};

/** Here it is parsed; test/integration/airbyte/run.sh runs it with PyAirbyte. */
const PYTHON: Promised = {
  language: 'python',
  holds: /get_destination/,
  async check(_place, code, t) {
    const [, config = ''] = /config=(\{.*\}),$/m.exec(code) ?? [];
    assert.deepEqual(Object.keys(readConfig(JSON.parse(config))), ['data', 'unknown']);
    const { status, error, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: code });
    if (error !== undefined) return t.skip('python3 is not installed');
    assert.equal(status, 0, String(stderr));
  },
};

testPage(PAGE, [AIRBYTE, OUTPUT, PYTHON]);
