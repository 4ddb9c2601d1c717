import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Origin } from '../../lib/record/origin.ts';
import { flatNaming, templateNaming } from '../../lib/reject/naming.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const AT = Date.UTC(2026, 10, 24, 2, 10, 0, 5);
const DEFAULTS = {
  pathFormat: '{sync_id}/{namespace}/{stream_name}/',
  fileNameFormat: '{date}_{timestamp}_{part_number}{format_extension}',
  syncId: 's',
  run: 'abababab',
  bytes: randomBytes,
  extension: '.csv',
};
const origin = (stream?: string, namespace?: string): Origin => new Origin({}, { stream, namespace });

test('the default templates; what is not known leaves no empty folder', () => {
  const { groupOf, name } = templateNaming(DEFAULTS);
  assert.equal(name(groupOf(origin('people', 'shop')), AT, 0), `s/shop/people/2026_11_24_${AT}_0.csv`);
  assert.equal(name(groupOf(origin('people')), AT, 1), `s/people/2026_11_24_${AT}_1.csv`);
  assert.equal(name(groupOf(undefined), AT, 2), `s/2026_11_24_${AT}_2.csv`);
});

test('streams that have the same names by the templates share an object', () => {
  const byStream = templateNaming({ ...DEFAULTS, pathFormat: '{stream_name}' });
  assert.equal(byStream.groupOf(origin('a', 'x')).key, byStream.groupOf(origin('a', 'y')).key);
  assert.notEqual(byStream.groupOf(origin('a', 'x')).key, byStream.groupOf(origin('b', 'x')).key);
  const all = templateNaming({ ...DEFAULTS, pathFormat: '' });
  assert.equal(all.groupOf(origin('a', 'x')).key, all.groupOf(undefined).key);
});

test('a name without a number gets a suffix from the second object on', () => {
  const { groupOf, name } = templateNaming({ ...DEFAULTS, pathFormat: '/a//b/', fileNameFormat: 'rejects{format_extension}' });
  const group = groupOf(undefined);
  assert.deepEqual(
    [0, 1, 2].map((serial) => name(group, AT, serial)),
    ['a/b/rejects.csv', 'a/b/rejects_abababab_1.csv', 'a/b/rejects_abababab_2.csv'],
  );
  const without = templateNaming({ ...DEFAULTS, pathFormat: '', fileNameFormat: '{date}' });
  assert.equal(without.name(group, AT, 1), '2026_11_24_abababab_1');
});

test('without templates: flat, in the order of time', () => {
  const { groupOf, name } = flatNaming('abababab', '.ndjson');
  assert.equal(name(groupOf(undefined), AT, 0), '2026-11-24T02-10-00Z-abababab-0001.ndjson');
});

test('whatever streams are called: below the prefix, short enough, and each stream has its own', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
  const naming = templateNaming(DEFAULTS);
  fc.assert(
    fc.property(text, text, text, text, (a, b, c, d) => {
      const [one, other] = [naming.groupOf(origin(a, b)), naming.groupOf(origin(c, d))];
      assert.equal(one.key === other.key, a === c && b === d);
      const full = naming.name(one, AT, 123_456);
      assert.ok(Buffer.byteLength(full) <= naming.maxBytes && naming.maxBytes <= 1_024);
      const parts = full.split('/');
      assert.equal(parts.length, 4);
      for (const part of parts) assert.ok(part !== '' && !part.startsWith('.') && !/\p{Cc}|\p{Cs}/u.test(part), full);
      assert.equal(naming.name(other, AT, 123_456).startsWith(full.slice(0, full.lastIndexOf('/') + 1)), a === c && b === d);
    }),
    { numRuns: runs(1_000) },
  );
});

test('each name has a UUID of its own, the same wherever it stands in that name', () => {
  const { groupOf, name, maxBytes } = templateNaming({ ...DEFAULTS, pathFormat: '{uuid}', fileNameFormat: '{UUID}{format_extension}' });
  const names = [0, 1].map((serial) => name(groupOf(undefined), AT, serial));
  const uuids = names.join().match(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g);
  const [first, again, second] = uuids ?? [];
  assert.equal(names[0], `${first}/${again}.csv`);
  assert.equal(first, again);
  assert.notEqual(first, second);
  assert.ok(names.every((one) => one.length <= maxBytes));
});
