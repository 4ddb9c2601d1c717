/** The example that is shipped, run as a user runs it: on real servers, with one consumer killed in the middle. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { childEnv, run } from '../../support/child.ts';
import { folder } from '../../support/folder.ts';
import { isMissing } from '../../support/scale/needs.ts';

const EXAMPLE = join('examples', 'kafka', 'run.mjs');

test('three consumers deliver everything though one is killed, and stay below one rate', async (t) => {
  if (isMissing(t, 'kafka', 'redis')) return;
  const home = await folder(t);
  symlinkSync(String(process.env.CIO_KAFKA_JARS), join(home, 'libs'));
  const env = { ...childEnv(), KAFKA_HOME: home, REDIS_SERVER: process.env.CIO_REDIS_SERVER };
  const { status, stdout, stderr } = await run(process.execPath, [EXAMPLE], '.', env);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^A: \d+ delivered, .*; status 0\nB: SIGKILL\nC: \d+ delivered, .*; status 0$/m);
  assert.match(
    stdout,
    /^Sandbox: 2000 people, each with its last update; \d+ requests, at most \d+ in any second,\n {2}0 refused \(429\)\.$/m,
  );
  for (const line of stdout.trimEnd().split('\n')) t.diagnostic(line);
});

test('it says what it needs', async () => {
  const { status, stderr } = await run(process.execPath, [EXAMPLE], '.', {
    ...childEnv(),
    KAFKA_HOME: '/nowhere',
    REDIS_SERVER: 'no-redis',
  });
  assert.equal(status, 1);
  assert.match(stderr, /^This example needs:\n(.*\n)*.*Kafka 3\.9: .*KAFKA_HOME.*\n.*redis-server/m);
});
