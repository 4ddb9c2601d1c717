/** docs/config.md: its config loads a file, and its times and sizes are read as it says. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { flagsOfConfig } from '../../../lib/cli/config/read-config.ts';
import { type Promised, testPage } from '../page.ts';

const CONFIG: Promised = {
  language: 'json',
  holds: /"\$schema"/,
  check: async (place, code) => place.write('load.json', code),
};

const RUN: Promised = {
  language: 'sh',
  holds: /--config load\.json/,
  async check(place, code) {
    const rows = 'E-Mail Address,First Name,Created At,Internal Notes\nrene@example.com,Ren\xe9,2024-01-01,x\n';
    writeFileSync(join(place.folder, 'crm.csv'), Buffer.from(rows, 'latin1'));
    await place.sh(code);
    assert.deepEqual(JSON.parse(JSON.stringify(place.people())), [
      { email: 'rene@example.com', attributes: { first_name: 'René', created_at: Date.parse('2024-01-01') / 1_000 } },
    ]);
  },
};

testPage('docs/config.md', [CONFIG, RUN], { together: true });

test('docs/config.md: times and sizes', () => {
  const text = readFileSync('docs/config.md', 'utf8');
  const read = (key: string, value: string): unknown =>
    Object.values(flagsOfConfig({ [key]: /^\d+$/.test(value) ? Number(value) : value }, 'people', 'x'))[0];
  const row = text.split('\n').find((line) => line.startsWith('| `...-ms`')) ?? '';
  const times = [...row.matchAll(/`(\d[^`]*)`/g)].map(([, time = '']) => time);
  assert.deepEqual(
    times.map((time) => read('linger-ms', time)),
    [500, 500, 30_000, 300_000, 300_000, 5_400_000, 86_400_000],
  );
  const sizes = [...text.matchAll(/`(\d+\w+)` \(([\d,]+)\)/g)];
  assert.equal(sizes.length, 3);
  for (const [, size = '', bytes = ''] of sizes) assert.equal(read('max-record-bytes', size), Number(bytes.replaceAll(',', '')), size);
  for (const wrong of ['5M', '64mb']) {
    assert.ok(text.includes(`\`${wrong}\``));
    for (const key of ['linger-ms', 'max-record-bytes']) assert.throws(() => read(key, wrong), { code: 'CIO_OPTIONS' });
  }
});
