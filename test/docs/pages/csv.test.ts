/** docs/csv.md: a reader pastes its blocks one after the other, and sees what it shows. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { csv, Rejection } from '../../../lib/index.ts';
import type { Ended } from '../../support/child.ts';
import { type Promised, testPage } from '../page.ts';
import { assertShown } from '../shown.ts';

let last: Ended | undefined;
let previewed = '';

/** A block that is run; the next ones may show what it printed. */
function runs(holds: RegExp, status = 0): Promised {
  return {
    language: 'sh',
    holds,
    async check(place, code) {
      last = await place.sh(code, { status });
    },
  };
}

const PREVIEWED: Promised = {
  language: 'text',
  holds: /^crm\.csv: csv, all 6 rows/,
  async check(_place, shown) {
    assertShown(last?.stdout ?? '', shown);
    previewed = shown;
  },
};

const LOAD: Promised = {
  language: 'sh',
  holds: /^cio-stream people/,
  async check(place, code) {
    assert.equal(previewed.trimEnd().split('\n').at(-1), code.trim());
    last = await place.sh(code, { status: 1 });
  },
};

const LOADED: Promised = {
  language: 'text',
  holds: /^done: /,
  async check(place, shown) {
    assertShown(last?.stderr ?? '', shown);
    assert.deepEqual(place.reasons(), ['invalid', 'malformed']);
    assert.equal(place.people().length, 4);
  },
};

const ADA: Promised = {
  language: 'json',
  holds: /"ada@example\.com"/,
  check: async (place, code) => assert.deepEqual(JSON.parse(JSON.stringify(place.people()[0])), JSON.parse(code)),
};

const QUOTES: Promised = {
  language: 'csv',
  holds: /She said "call me"/,
  async check(_place, code) {
    const rows = await Readable.from([Buffer.from(code)])
      .pipe(csv())
      .toArray();
    const shown = rows.map((row) => (row instanceof Rejection ? row.origin?.line : row.email));
    assert.deepEqual(shown, [2, 3, 4, 'bob@example.com']);
  },
};

testPage(
  'docs/csv.md',
  [runs(/^cat > crm\.csv/), runs(/^cio-stream preview/), PREVIEWED, runs(/^export CUSTOMERIO_SITE_ID/), LOAD, LOADED, ADA, QUOTES],
  { together: true },
);
