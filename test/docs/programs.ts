/** What each program of the README promises, and how that is seen. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { postgres } from '../support/postgres.ts';
import { skipOrFail } from '../support/skip-or-fail.ts';
import { type Promised, README_BLOCKS } from './blocks.ts';

const FIRST: Promised = {
  language: 'js',
  holds: /createReadStream\('events\.ndjson'/,
  async check(place, code) {
    const { stdout } = await place.js(code);
    assert.match(stdout, /read: 4,\s+delivered: 2,/);
    assert.deepEqual(place.reasons(), ['malformed', 'too_large']);
    assert.deepEqual(
      place.sandbox.state().events.map(({ name }) => name),
      ['signed up', 'signed up'],
    );
  },
};

const POSTGRES: Promised = {
  language: 'js',
  holds: /pg-query-stream/,
  async check(place, code, t) {
    const url = await postgres(t);
    if (url === undefined) return skipOrFail(t, 'PostgreSQL (initdb, postgres) is not installed');
    const database = new (createRequire(import.meta.url)('pg').Client)(url);
    await database.connect();
    await database.query(`create table users (id integer, email text, plan text, signed_up timestamptz);
      insert into users values (1, 'ada@example.com', 'pro', '2026-01-02T00:00:00.9Z'), (2, 'zoë@example.com', 'free', '2026-01-03T00:00:00Z'),
        (3, 'grace@example.com', repeat('x', 1001), '2026-01-03T00:00:00Z'), (null, 'nobody@example.com', 'pro', '2026-01-03T00:00:00Z')`);
    await database.end();
    const { stdout } = await place.js(code, { env: { DATABASE_URL: url } });
    assert.equal(stdout, '2\n');
    assert.deepEqual(place.reasons(), ['invalid', 'too_large']);
    assert.deepEqual(place.people(), [
      { id: 1, email: 'ada@example.com', attributes: { plan: 'pro', created_at: 1767312000 } },
      { id: 2, email: 'zoë@example.com', attributes: { plan: 'free', created_at: 1767398400 } },
    ]);
  },
};

const STAGE: Promised = {
  language: 'js',
  holds: /divert\(rejectWriter/,
  async check(place, code) {
    assert.equal((await place.js(code)).stdout, '2\n');
    assert.deepEqual(place.reasons(), ['invalid']);
  },
};

const SANDBOX: Promised = {
  language: 'js',
  holds: /await createSandbox\(/,
  async check(place, code) {
    const { stdout } = await place.js(code);
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+ sandbox-site sandbox-key \{/);
    assert.match(stdout, /people: \[\]/);
  },
};

const WATCH: Promised = {
  language: 'js',
  holds: /node:diagnostics_channel/,
  async check(place, code) {
    place.write('watch.mjs', code);
    place.sandbox.setFaults([{ path: '/api/v2/batch', status: 503, times: 1 }]);
    const { stderr } = await place.js(README_BLOCKS.find((block) => FIRST.holds.test(block.code))?.code ?? '', {
      flags: ['--import', './watch.mjs'],
    });
    assert.match(stderr, /^HTTP 503 1 \d+(\.\d+)?\n$/);
  },
};

/** All of them. */
export const PROGRAMS: readonly Promised[] = [FIRST, POSTGRES, STAGE, SANDBOX, WATCH];
