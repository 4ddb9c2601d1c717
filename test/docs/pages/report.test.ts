/** docs/report.md: the run writes a page, and the table names every key of a report. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Promised, testPage } from '../page.ts';
import { assertSamplePeople } from '../place.ts';

const REPORT: Promised = {
  language: 'sh',
  holds: /--report run\.html/,
  async check(place, code) {
    await place.sh(code, { status: 1 });
    assertSamplePeople(place);
    const page = place.read('run.html');
    const text = readFileSync('docs/report.md', 'utf8');
    const table = text.split('## The page\n')[1]?.split('## JSON')[0] ?? '';
    const parts = [...table.matchAll(/^\| ([A-Z][\w ]+) \|/gm)].map(([, part = '']) => part);
    assert.equal(parts.length, 7);
    // Nothing is worth a note in this run.
    for (const part of parts) assert.ok(part === 'Notes' || page.includes(`<h2>${part}</h2>`), part);
    await place.sh(code.replace('run.html', 'run.json'), { status: 1 });
    for (const key of Object.keys(JSON.parse(place.read('run.json')))) assert.ok(text.includes(`\`${key}\``), key);
  },
};

testPage('docs/report.md', [REPORT]);
