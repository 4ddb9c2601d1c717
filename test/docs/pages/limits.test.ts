/** docs/limits.md: its command cuts a value, its flags and options are taken, and its numbers are those of the code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CliCommand } from '../../../lib/cli/flags/commander.ts';
import { addCommandFlags } from '../../../lib/cli/flags/flags.ts';
import { enforceLimits } from '../../../lib/index.ts';
import { LIMITS, MAX_BATCH_BYTES } from '../../../lib/track/limits.ts';
import { type Promised, testPage } from '../page.ts';

const TRUNCATE: Promised = {
  language: 'sh',
  holds: /--on-violation truncate/,
  async check(place, code) {
    place.write('people.csv', `Email,bio\nada@example.com,${'x'.repeat(2_000)}\n`);
    const { stderr } = await place.sh(code);
    assert.match(stderr, /1 delivered, 0 rejected[\s\S]*warning: 1 truncated/);
    assert.deepEqual(place.people(), [{ email: 'ada@example.com', attributes: { bio: 'x'.repeat(LIMITS.person.attributeValueBytes) } }]);
  },
};

testPage('docs/limits.md', [TRUNCATE]);

test('docs/limits.md: every flag and every option of its table is taken, and a request has as many bytes as it says', () => {
  const text = readFileSync('docs/limits.md', 'utf8');
  const flags = [...text.matchAll(/^\|[^|]+\| `(--limits?[^`]+)` \|/gm)].map(([, flag = '']) => flag);
  const options = [...text.matchAll(/`enforceLimits\((\{.*?\})\)`/g)].map(([, option = '']) => option);
  assert.deepEqual([flags.length, options.length], [4, 3]);
  for (const flag of flags) addCommandFlags(new CliCommand('people'), 'people').parse(flag.split(' '), { from: 'user' });
  for (const option of options) enforceLimits(new Function(`return ${option}`)());
  assert.ok(text.includes(`${MAX_BATCH_BYTES.toLocaleString('en-US')} bytes`));
});
