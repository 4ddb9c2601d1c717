/** A row and a record of the same text are about the same, and leave the same there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteView } from '../../lib/byte-view.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { type Subject, Subjects } from '../../lib/dedupe/subject.ts';
import { loadHash } from '../../lib/hash.ts';
import { Block } from '../../lib/record/block.ts';
import { Entry } from '../../lib/record/entry.ts';
import { readRecord } from '../../lib/record/read.ts';
import type { SourceRecord } from '../../lib/record/record.ts';
import { type ValidateOptions, validateSettings } from '../../lib/stage/options.ts';
import { rowMappingOf } from '../../lib/stage/row-mapping/row-mapping.ts';
import { validator } from '../../lib/stage/validate.ts';
import fc from '../support/fast-check.ts';
import { rowOptions, rowText } from '../support/row-arbitrary.ts';
import { runs } from '../support/runs.ts';
import { readSubject } from '../support/subject.ts';

await loadHash();

/** Chance that is always the same: the ids of events without a time are. */
const clock: Clock = { ...systemClock, bytes: (length) => Buffer.alloc(length, 0x5a) };

/** `padding`: how much there is behind the row; with little of it, the entry is written to be read. */
function mapped(options: ValidateOptions, text: string, padding = 16): { row: unknown; record: unknown } | undefined {
  const settings = validateSettings({ ...options, clock } as ValidateOptions);
  const mapping = rowMappingOf(settings, clock);
  const bytes = Buffer.from(text + ' '.repeat(padding));
  const length = bytes.length - padding;
  const block = new Block(bytes, { place: { source: 'rows' }, read: (_block, row) => readRecord(text, block.origin(row), 'test') });
  block.add(0, length, 1, 0, length);
  if (mapping === undefined || !block.isText(0) || !mapping.read(block, 0)) return undefined;
  const entry = validator({ ...options, clock } as ValidateOptions)(block.read(0) as SourceRecord);
  assert.ok(entry instanceof Entry);
  const subjects = new Subjects();
  const found = subjects.ofRow(mapping);
  const row = found && readSubject(found);
  const target = Buffer.alloc(mapping.maxBytes);
  // What is passed on in place of the row is the row.
  const passed = target.toString('utf8', 0, subjects.row.write(new ByteView(target), 0));
  assert.equal(passed, target.toString('utf8', 0, mapping.write(new ByteView(target), 0)));
  assert.ok(subjects.row.maxBytes >= Buffer.byteLength(passed));
  return { row, record: readSubject(subjects.of(entry)[0] as Subject) };
}

test('law: key and value of a row are those of its record', () => {
  let [rows, certain] = [0, 0];
  fc.assert(
    fc.property(
      rowOptions.chain((options) => fc.tuple(fc.constant(options), rowText(options))),
      fc.constantFrom(0, 16),
      ([options, text], padding) => {
        let both: ReturnType<typeof mapped>;
        try {
          both = mapped(options, text, padding);
        } catch (error) {
          // Options that are refused.
          if ((error as { code?: string }).code === 'CIO_OPTIONS') return;
          throw error;
        }
        if (both === undefined) return;
        rows++;
        if (both.row === undefined) return;
        certain++;
        assert.deepEqual(both.row, both.record);
      },
    ),
    { numRuns: runs(5_000) },
  );
  assert.ok(certain > rows / 2 && certain > 50, `${certain} of ${rows}`);
});

test('what leaves no value with a record is not certain of a row', () => {
  const options = { object: 'person_identify', identifier: 'email' } as const;
  for (const more of ['"_update":true', '"cio_relationships":{}', '"_update":null']) {
    const both = mapped(options, `{"person_email":"a@x.io","plan":"a",${more}}`);
    if (both !== undefined) assert.deepEqual([both.row, (both.record as { value: unknown }).value], [undefined, undefined], more);
  }
  const plain = mapped(options, '{"person_email":"A@x.io","plan":"a"}');
  assert.ok(plain?.row);
  assert.deepEqual(mapped(options, '{"plan":"\\u0061", "person_email":"a@x.io"}')?.row, plain.row);
});
