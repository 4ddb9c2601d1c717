/** ARCHITECTURE.md names files that are there, and the levels that imports keep to. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const TEXT = readFileSync('ARCHITECTURE.md', 'utf8');

test('ARCHITECTURE.md: every file and folder that it names is there', () => {
  const paths = [...TEXT.matchAll(/`((?:test\/)?[a-z-]+(?:\/[a-z0-9-]+)*\/[a-z0-9.-]*)`/g)].map(([, path = '']) => path);
  assert.ok(paths.length > 60, `${paths.length}`);
  for (const path of paths) {
    const place = /^(test|lib)\//.test(path) ? path : `lib/${path}`;
    const names = [place, `${place}.ts`, `${place}.test.ts`];
    assert.ok(names.some(existsSync), path);
  }
});
