/** docs/rejects-format.md: the line that it shows is one that rejectWriter() writes, and that is read again; its tables hold. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import * as api from '../../../lib/index.ts';
import { META_NAMES } from '../../../lib/reject/reject-line.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type Promised, testPage } from '../page.ts';

const LINE: Promised = {
  language: 'json',
  holds: /"rejected_reason"/,
  async check(place, code) {
    const { record, rejected_origin: origin, rejected_at: at } = JSON.parse(code);
    const before = `${' '.repeat(origin.offset - origin.line + 1)}${'\n'.repeat(origin.line - 1)}`;
    const rejects = api.rejectWriter({
      to: `${place.folder}/rejected`,
      clock: Object.assign(new FakeClock(), { wall: () => Date.parse(at) }),
    });
    const source = Readable.from([Buffer.from(`${before}${JSON.stringify(record)}\n`)]);
    await pipeline(
      source,
      api.ndjson({ source: origin.source }),
      api.validate({ object: 'person_identify', identifier: 'email' }),
      rejects,
    );
    const [name = ''] = readdirSync(`${place.folder}/rejected`);
    const line = place.read(`rejected/${name}`);
    assert.equal(line, `${JSON.stringify(JSON.parse(code))}\n`);
    const again = await Readable.from([Buffer.from(line)])
      .pipe(api.ndjson())
      .pipe(api.reopen())
      .toArray();
    assert.deepEqual(
      again.map((element) => JSON.parse(JSON.stringify(element))),
      [record],
    );
    assert.equal(api.originOf(again[0])?.source, origin.source);
  },
};

testPage('docs/rejects-format.md', [LINE]);

test('docs/rejects-format.md: every field that stands beside a record is in its table', () => {
  const text = readFileSync('docs/rejects-format.md', 'utf8');
  const table = text.slice(text.indexOf('| field |'), text.indexOf('## CSV, gzip'));
  for (const name of META_NAMES) assert.ok(table.includes(`\`${name}\``), name);
});
