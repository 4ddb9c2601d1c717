/** What each block of docs/resume-and-dedupe.md promises, and how that is seen. */
import assert from 'node:assert/strict';
import { type Promised, testPage } from '../page.ts';
import { assertSamplePeople, SAMPLES } from '../place.ts';

const RESUME: Promised = {
  language: 'sh',
  holds: /--resume people\.state\.json/,
  async check(place, code) {
    await place.sh(code, { status: 1 });
    assertSamplePeople(place);
    // Two more, of whom one is as he was delivered.
    place.write('people.csv', `${SAMPLES['people.csv']}grace@example.com,Grace Hopper\nada@example.com,Ada Lovelace\n`);
    const { stderr } = await place.sh(code);
    assert.match(stderr, /done: 2 rows: 1 delivered, 0 rejected, 1 skipped/);
    assert.match(stderr, /resumed: people\.csv from line 5 on/);
    assert.equal(place.people().length, 3);
  },
};

testPage('docs/resume-and-dedupe.md', [RESUME]);
