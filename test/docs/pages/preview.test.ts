/** docs/preview.md: a reader pastes its blocks one after the other, and sees what it shows. */
import assert from 'node:assert/strict';
import type { Ended } from '../../support/child.ts';
import { type Promised, testPage } from '../page.ts';
import { assertShown } from '../shown.ts';

let last: Ended | undefined;

const LOOK: Promised = {
  language: 'sh',
  holds: /^cio-stream preview/m,
  async check(place, code) {
    last = await place.sh(code);
  },
};

const LOOKED: Promised = {
  language: 'text',
  holds: /^orders\.csv: csv/,
  check: async (_place, shown) => assertShown(last?.stdout ?? '', shown),
};

/** The flags are those that the preview has printed. */
const DRY_RUN: Promised = {
  language: 'sh',
  holds: /--dry-run/,
  async check(place, code) {
    const words = (command = ''): string[] =>
      command
        .replaceAll(/\\\n|['"]/g, '')
        .split(/ (?=--)|\s{2,}/)
        .sort();
    const printed = words(last?.stdout.trimEnd().split('\n').at(-1)).filter((word) => !word.startsWith('--rejects'));
    const given = words(code.trim()).filter((word) => !/^--(rejects|dry-run|show)/.test(word));
    assert.deepEqual(given, printed);
    last = await place.sh(code, { status: 1, env: { CUSTOMERIO_SITE_ID: '', CUSTOMERIO_API_KEY: '' } });
    assert.match(last.stderr, /5 would be delivered, 1 rejected/);
    assert.deepEqual(place.reasons('would-be-rejected'), ['invalid']);
    assert.equal(place.sandbox.state().counts.requests, 0);
  },
};

const OPERATION: Promised = {
  language: 'json',
  holds: /"order_placed"/,
  check: async (_place, shown) => assertShown(last?.stdout ?? '', shown),
};

let note = '';

/** Seen in the next run. */
const NOTE: Promised = {
  language: 'text',
  holds: /^- "Created At" stays text/,
  async check(_place, shown) {
    note = shown;
  },
};

const PHONES: Promised = {
  language: 'js',
  holds: /^\/\/ phones\.mjs/,
  async check(place, code) {
    place.write('phones.mjs', code);
    const day = (index: number): string =>
      index < 398 ? `${index % 2 === 0 ? '25' : '13'}/12/2023` : index === 398 ? '31/02/2024' : 'soon';
    const rows = Array.from({ length: 400 }, (_, index) => `a${index}@x.io,${day(index)},+49 170 ${1_000_000 + index}`);
    place.write('people.csv', ['Email,Created At,Phone', ...rows, ''].join('\n'));
    const { stdout } = await place.sh('cio-stream preview people.csv --transform phones.mjs');
    assert.match(stdout, / --phone Phone /);
    assert.ok(stdout.includes(note) && note !== '');
  },
};

testPage('docs/preview.md', [LOOK, LOOKED, DRY_RUN, OPERATION, NOTE, PHONES], { together: true });
