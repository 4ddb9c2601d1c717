/** What each block of docs/preview.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { type Promised, testPage } from '../page.ts';

const DRY_RUN: Promised = {
  language: 'sh',
  holds: /--dry-run/,
  async check(place, code) {
    await place.sh(code, { status: 1, env: { CUSTOMERIO_SITE_ID: '', CUSTOMERIO_API_KEY: '' } });
    const { read, delivered, rejected } = JSON.parse(place.read('report.json'));
    assert.deepEqual([read, delivered, rejected.total], [4, 2, 2]);
    assert.deepEqual(place.reasons('would-be-rejected'), ['malformed', 'too_large']);
    assert.equal(place.sandbox.state().counts.requests, 0);
  },
};

testPage('docs/preview.md', [DRY_RUN]);
