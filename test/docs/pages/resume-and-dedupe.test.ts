/** docs/resume-and-dedupe.md: a reader pastes its blocks one after the other, and sees what it shows. */
import assert from 'node:assert/strict';
import { testPage } from '../page.ts';
import { Story } from '../story.ts';

const story = new Story();

testPage(
  'docs/resume-and-dedupe.md',
  [
    story.runs(/^cat > people\.csv/, { after: (place) => assert.equal(place.people().length, 2) }),
    story.runs(/^cat >> people\.csv/, { after: (place) => assert.equal(place.people().length, 3) }),
    story.shows(/^resumed: people\.csv/, 'stderr'),
  ],
  { together: true },
);
