/** docs/resume-and-dedupe.md: a reader pastes its blocks one after the other, and sees what it shows. */
import assert from 'node:assert/strict';
import { testPage } from '../page.ts';
import { Story } from '../story.ts';

const story = new Story();
/** Of two runs in a block, the page shows the second. */
const LAST_RUN = /(?:resumed: .*\n)?done: .*\n(?: .*\n)*$/;

testPage(
  'docs/resume-and-dedupe.md',
  [
    story.runs(/--resume people\.state\.json/, { after: (place) => assert.equal(place.people().length, 3) }),
    story.shows(/^resumed: people\.csv/, 'stderr', LAST_RUN),
    story.runs(/--dedupe --state-dir/, {
      after: (place) => assert.ok(place.people().some((person) => Object(person).attributes.name === 'Countess Ada Lovelace')),
    }),
    story.shows(/^done: 3 rows: 1 delivered, 0 rejected, 2 skipped/, 'stderr', LAST_RUN),
  ],
  { together: true },
);
