import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** All modules that a file loads before it runs. */
function loadedBy(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(join('dist/lib', file), 'utf8');
  for (const [, path = ''] of code.matchAll(/^(?:import|export) (?:[^;]*? from )?'([^']+)';/gm)) {
    if (path.startsWith('.')) loadedBy(normalize(join(dirname(file), path)), seen);
    else seen.add(path);
  }
  return seen;
}

test('help and version load commander and nothing else that is heavy', () => {
  assert.ok(existsSync('dist/lib/cli/main.js'));
  const packages = [...loadedBy('cli/main.js')].filter((name) => !name.startsWith('node:') && !name.endsWith('.js'));
  assert.deepEqual(packages.sort(), ['commander']);
});
