/** What each block of docs/pipelines.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { postgres } from '../../support/postgres.ts';
import { skipOrFail } from '../../support/skip-or-fail.ts';
import { blocksIn } from '../blocks.ts';
import { type Promised, testPage } from '../page.ts';

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

const WATCH: Promised = {
  language: 'js',
  holds: /node:diagnostics_channel/,
  async check(place, code) {
    place.write('watch.mjs', code);
    place.sandbox.setFaults([{ path: '/api/v2/batch', status: 503, times: 1 }]);
    const { stderr } = await place.js(
      blocksIn(readFileSync('README.md', 'utf8')).find((block) => /createReadStream\('events\.ndjson'/.test(block.code))?.code ?? '',
      {
        flags: ['--import', './watch.mjs'],
      },
    );
    assert.match(stderr, /^HTTP 503 1 \d+(\.\d+)?\n$/);
  },
};

testPage('docs/pipelines.md', [POSTGRES, STAGE, WATCH]);
