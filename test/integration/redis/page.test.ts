/** docs/scale.md is true: its command shares a rate, its program a rate and a memory. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { blocksIn } from '../../docs/blocks.ts';
import { Place } from '../../docs/place.ts';
import { isMissing } from '../../support/scale/needs.ts';
import { startRedis } from '../../support/scale/redis-server.ts';

const PAGE = readFileSync('docs/scale.md', 'utf8');

test('docs/scale.md: the command and the program use the Redis that they name', async (t) => {
  if (isMissing(t, 'redis')) return;
  const server = await startRedis(t);
  const client = new Redis(server.url);
  t.after(() => client.disconnect());
  const code = (language: string): string => {
    const block = blocksIn(PAGE).find((one) => one.language === language && one.code.includes('redis://localhost'));
    assert.ok(block, language);
    return block.code.replaceAll('redis://localhost', server.url);
  };
  const place = await Place.open(t);
  const kept = async (): Promise<string[]> => [...new Set((await client.keys('*')).map((key) => key.split(':')[2] ?? ''))].sort();

  await place.sh(code('sh'), { status: 1 });
  assert.deepEqual(await kept(), ['rate']);
  assert.equal(place.people().length, 2);
  assert.equal((await place.js(code('js'))).stdout, '2 0\n');
  assert.deepEqual(await kept(), ['dedupe', 'rate']);
  assert.equal((await place.js(code('js'))).stdout, '0 2\n');
});
