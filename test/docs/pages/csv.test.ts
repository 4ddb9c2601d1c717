/** docs/csv.md: a reader pastes its blocks one after the other, and sees what it shows. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { csv, Rejection } from '../../../lib/index.ts';
import type { Ended } from '../../support/child.ts';
import { type Promised, testPage } from '../page.ts';
import { assertShown } from '../shown.ts';

let last: Ended | undefined;
let previewed = '';

/** Every block but the first is pasted in the folder that the first has made. */
const inFolder = (code: string): string => (code.startsWith('mkdir crm && cd crm\n') ? code : `cd crm\n${code}`);

/** A block that is run; the next ones may show what it printed. */
function runs(holds: RegExp, status = 0): Promised {
  return {
    language: 'sh',
    holds,
    async check(place, code) {
      last = await place.sh(inFolder(code), { status });
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
  holds: /^cio-stream people crm/,
  async check(place, code) {
    assert.equal(previewed.trimEnd().split('\n').at(-1), code.trim());
    last = await place.sh(inFolder(code), { status: 1 });
  },
};

const LOADED: Promised = {
  language: 'text',
  holds: /^done: /,
  async check(place, shown) {
    assertShown(last?.stderr ?? '', shown);
    assert.deepEqual(place.reasons('crm/rejected'), ['invalid', 'malformed']);
    assert.equal(place.people().length, 4);
  },
};

const ADA: Promised = {
  language: 'json',
  holds: /"ada@example\.com"/,
  check: async (place, code) => assert.deepEqual(JSON.parse(JSON.stringify(place.people()[0])), JSON.parse(code)),
};

/** As Excel writes it in Germany; what preview proposes for such a file is in test/cli/preview/reading.test.ts. */
const GERMAN: Promised = {
  language: 'sh',
  holds: /--encoding windows-1252/,
  async check(place, code) {
    const text = 'E-Mail;Ort;Umsatz\r\njoerg@example.com;"K\xf6ln";1.234,50\r\n';
    writeFileSync(join(place.folder, 'crm', 'kunden.csv'), text, 'latin1');
    await place.sh(inFolder(code));
    const attributes = { ort: 'Köln', umsatz: 1234.5 };
    assert.deepEqual(JSON.parse(JSON.stringify(place.people())).at(-1), { email: 'joerg@example.com', attributes });
  },
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
  [
    runs(/^mkdir crm && cd crm\ncat > crm\.csv/),
    runs(/^cio-stream preview/),
    PREVIEWED,
    runs(/^export CUSTOMERIO_SITE_ID/),
    LOAD,
    LOADED,
    ADA,
    GERMAN,
    QUOTES,
  ],
  { together: true },
);
