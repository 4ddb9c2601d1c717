/** The flat rows of the benches: the same bytes for a seed, of the length that is named, and all of them delivered. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { csvPeople, smallEvents } from '../../bench/flat-rows.ts';
import { csv, ndjson, validate } from '../../lib/index.ts';
import { Entry } from '../../lib/record/entry.ts';

const SHAPES = [
  { name: 'small events', textOf: smallEvents, source: ndjson, object: 'person_event' },
  { name: 'people as CSV', textOf: csvPeople, source: csv, object: 'person_identify' },
] as const;

for (const { name, textOf, source, object } of SHAPES) {
  test(`${name}: a seed gives the same bytes, and fewer rows are the beginning of more`, () => {
    const text = [...textOf(1_200)].join('');
    assert.ok(text.startsWith([...textOf(700)].join('')));
    assert.notEqual(text, [...textOf(1_200, 2)].join(''));
  });

  test(`${name}: every row is valid`, async () => {
    const entries = await Readable.from(textOf(2_000), { objectMode: false })
      .pipe(source())
      .pipe(validate({ object, identifier: 'email' }))
      .toArray();
    assert.equal(entries.length, 2_000);
    assert.ok(entries.every((entry) => entry instanceof Entry));
  });
}

test('a small event has about 171 bytes', () => {
  const mean = Buffer.byteLength([...smallEvents(20_000)].join('')) / 20_000;
  assert.ok(mean > 170 && mean < 172, `the mean is ${mean}`);
});

test('some cells are in quotes, with the delimiter and quotes in them, and some are empty', () => {
  const text = [...csvPeople(1_000)].join('');
  assert.match(text, /,"no calls, please"\n/);
  assert.match(text, /,"said ""later"" twice"\n/);
  assert.match(text, /,,/);
});
