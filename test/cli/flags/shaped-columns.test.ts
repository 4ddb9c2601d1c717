import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapedColumns } from '../../../lib/cli/flags/shaped-columns.ts';
import type { Entry } from '../../../lib/record/entry.ts';
import type { Shape } from '../../../lib/stage/column-rules.ts';
import { validator } from '../../../lib/stage/validate.ts';

test('--rename and --convert: each mistake has its own words', () => {
  const shaped = (rename: string[], convert: string[], more: object = {}): unknown =>
    shapedColumns({ object: 'person_identify', identifier: 'auto', map: [], rename, convert, ...more }, { person_id: 'ID' });
  assert.deepEqual(shaped(['email=E=Mail', '__proto__=x'], ['A=B=number', 'constructor=time']), {
    rename: JSON.parse('{"email":"E=Mail","__proto__":"x"}'),
    convert: { 'A=B': 'number', constructor: 'time' },
  });
  const columns = shaped([], ['A=B=number:1.234,56', 'at=time:DD/MM/YYYY']) as Shape;
  const made = validator({ object: 'person_identify', ...columns })({ person_id: '1', 'A=B': '1.234,5', at: '01/02/2024' });
  assert.deepEqual((made as Entry).operation.attributes, { 'A=B': 1234.5, at: Date.UTC(2024, 1, 1) / 1000 });
  const wrong = (rename: string[], convert: string[], message: RegExp, more?: object): void => {
    assert.throws(() => shaped(rename, convert, more), { code: 'CIO_OPTIONS', message });
  };
  wrong(['email'], [], /^--rename: email: write attribute=column, for example email="E-Mail Address"/);
  wrong(['=x'], [], /write attribute=column/);
  wrong(['email=a', 'email=b'], [], /^--rename: email is given twice/);
  wrong(['a=x', 'b=x'], [], /^--rename: column "x" is given twice/);
  wrong(['person_email=Email'], [], /person_email is no attribute but what identifies a person: --map person_email=Email/);
  wrong(['id=ID'], [], /^--rename: column "ID" is taken for person_id: only other columns can be renamed/);
  wrong([], ['ID=number'], /^--convert: column "ID" is taken for person_id: only other columns can be converted/);
  wrong([], ['timestamp=number'], /column "timestamp" is taken for timestamp/, { object: 'person_event' });
  wrong([], ['created_at'], /^--convert: created_at: write column=type, for example created_at=time/);
  wrong([], ['time=created_at'], /^--convert: time=created_at: the other way round, created_at=time/);
  wrong([], ['a=number:1.234'], /^--convert: a=number:1\.234: its format can be read in two ways/);
  wrong([], ['a=time:dd/mm/yyyy'], /^--convert: a=time:dd\/mm\/yyyy: its format holds "dd\/mm\/yyyy", which is not a part of a time/);
  wrong([], ['a=boolean:yes'], /boolean has no format/);
  wrong([], ['a=numbr:1.234,56'], /^--convert: unknown type "numbr": did you mean "number"\?/);
  wrong([], ['a=numbr'], /^--convert: unknown type "numbr": did you mean "number"\?/);
  wrong([], ['a=time', 'a=number'], /^--convert: column "a" is given twice/);
  wrong(['a=x'], [], /^--rename: has no effect with --object entry/, { object: 'entry' });
  wrong([], ['a=time'], /^--convert: has no effect with --object entry/, { object: 'entry' });
});
