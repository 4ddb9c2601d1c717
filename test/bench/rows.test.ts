/** The benches compare runs of different days and machines: that holds only while all of them read the same rows. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { chunks, type RowKind, writeRows } from '../../bench/rows.ts';
import { loadHash } from '../../lib/hash.ts';
import { Entry } from '../../lib/record/entry.ts';
import { limitKindOf, limitProblem } from '../../lib/stage/limit-check.ts';
import { validator } from '../../lib/stage/validate.ts';
import { LIMITS } from '../../lib/track/limits.ts';
import { folder } from '../support/folder.ts';

await loadHash();

const KINDS: readonly RowKind[] = ['person_identify', 'person_event'];

function textOf(kind: RowKind, rows: number, seed = 1): string {
  return [...chunks(kind, rows, seed)].join('');
}

function linesOf(kind: RowKind, rows: number): string[] {
  return textOf(kind, rows).trimEnd().split('\n');
}

for (const kind of KINDS) {
  test(`${kind}: a seed gives the same bytes every time, another seed others`, () => {
    assert.equal(textOf(kind, 1_200), textOf(kind, 1_200));
    assert.notEqual(textOf(kind, 1_200), textOf(kind, 1_200, 2));
  });

  test(`${kind}: fewer rows are the beginning of more`, () => {
    assert.ok(textOf(kind, 1_200).startsWith(textOf(kind, 700)));
    assert.equal(linesOf(kind, 1_200).length, 1_200);
  });

  test(`${kind}: the file holds just these rows`, async (t) => {
    const path = join(await folder(t), 'rows.ndjson');
    const file = { path, kind, rows: 1_200 };
    assert.equal(await writeRows(file, chunks(kind, 1_200, 1)), file);
    assert.equal(await readFile(path, 'utf8'), textOf(kind, 1_200));
  });

  test(`${kind}: a row has about 295 bytes, some of them beyond ASCII, and nested values`, () => {
    const lines = linesOf(kind, 5_000);
    const mean = Buffer.byteLength(lines.join('')) / lines.length;
    assert.ok(mean > 285 && mean < 305, `the mean is ${mean}`);
    assert.ok(lines.filter((line) => Buffer.byteLength(line) > line.length).length > lines.length / 2);
    assert.ok(lines.every((line) => Object.values(JSON.parse(line)).some((value) => typeof value === 'object')));
  });

  test(`${kind}: every row is valid and within the limits`, () => {
    const toEntry = validator({ object: kind, identifier: 'email' });
    for (const line of linesOf(kind, 2_000)) {
      const entry = toEntry(JSON.parse(line));
      assert.ok(entry instanceof Entry, line);
      assert.equal(limitProblem(entry, LIMITS[limitKindOf(entry.operation)]), undefined);
    }
  });
}

test('some events have a UUID of their own, some have none', () => {
  const own = linesOf('person_event', 1_000).map((line) => JSON.parse(line).event_id);
  const uuids = own.filter((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/.test(id));
  assert.equal(new Set(uuids).size, own.filter((id) => id !== undefined).length);
  assert.ok(uuids.length > 300 && uuids.length < 700);
});
