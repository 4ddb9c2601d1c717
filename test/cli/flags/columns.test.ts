/** What the flags say of columns together, and each mistake in its own words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, neededColumns } from '../../../lib/cli/flags/columns.ts';
import type { ColumnFlags } from '../../../lib/cli/flags/flags.ts';
import { loadHash } from '../../../lib/hash.ts';
import { validator } from '../../../lib/stage/validate.ts';

await loadHash();

const people = (flags: Partial<ColumnFlags>): ColumnFlags => ({ object: 'person_identify', identifier: 'auto', column: [], ...flags });
const events = (flags: Partial<ColumnFlags>): ColumnFlags => people({ object: 'person_event', ...flags });

test('a flag that names a column takes no type: it would be a column that no row has', () => {
  const refused = (flags: Partial<ColumnFlags>, message: RegExp): void => assert.throws(() => columnsOf(events(flags)), { message });
  refused(
    { time: 'at:time:DD/MM/YYYY HH:mm' },
    /^--time 'at:time:DD\/MM\/YYYY HH:mm': .* use --column 'at=timestamp:time:DD\/MM\/YYYY HH:mm'$/,
  );
  refused({ id: 'a:b:number' }, /^--id a:b:number: .* use --column a:b=person_id$/);
  assert.equal(columnsOf(events({ id: 'a:timed', email: 'number:x' })).named.length, 2);
});

test('the flags make one mapping: it is what validate() takes', () => {
  const flags = people({
    ...{ id: 'CRM ID', email: 'E-Mail Address', time: 'Updated' },
    column: ['Lifetime Value=ltv:number:1,234.56', 'Created At=created_at:time', 'Internal Notes=', '__proto__=x'],
    snakeCase: true,
  });
  const { settings, named } = columnsOf(flags);
  assert.deepEqual(settings.columns, {
    ...{ 'CRM ID': 'person_id', 'E-Mail Address': 'person_email', Updated: 'timestamp' },
    'Lifetime Value': { attribute: 'ltv', type: 'number', format: '1,234.56' },
    'Created At': { attribute: 'created_at', type: 'time' },
    'Internal Notes': false,
    ...JSON.parse('{"__proto__":"x"}'),
  });
  assert.deepEqual(
    named.map(({ option }) => option),
    [
      ...["--id 'CRM ID'", "--email 'E-Mail Address'", '--time Updated'],
      ...["--column 'Lifetime Value=ltv:number:1,234.56'", "--column 'Created At=created_at:time'"],
      ...["--column 'Internal Notes='", '--column __proto__=x'],
    ],
  );
  const row = { 'CRM ID': '7', 'E-Mail Address': 'a@b.c', 'Lifetime Value': '1,000.5', 'Internal Notes': '?', 'First Name': 'Ada' };
  const made = validator(settings)({ ...row, 'Created At': '2024-01-01', Updated: '2024-01-02' });
  assert.deepEqual('operation' in made && made.operation, {
    ...{ type: 'person', action: 'identify', identifiers: { id: '7' }, timestamp: 1_704_153_600 },
    attributes: { ltv: 1000.5, first_name: 'Ada', created_at: 1_704_067_200, email: 'a@b.c' },
  });
  const event = validator(columnsOf(events({ email: 'mail', event: 'page_viewed', eventId: 'id', dropOthers: true })).settings)({
    ...{ mail: 'a@b.c', id: 5, path: '/' },
  });
  assert.deepEqual('operation' in event && [event.operation.name, event.operation.attributes], ['page_viewed', {}]);
});

test('what a header needs: all that is named, one that identifies, the name of an event', () => {
  const needed = (flags: ColumnFlags, transform?: string): unknown => neededColumns(columnsOf(flags), transform);
  const auto = ['person_cio_id', 'person_id', 'person_email', 'person_phone'];
  assert.deepEqual(needed(people({})), [auto]);
  assert.deepEqual(needed(people({ email: 'Mail', column: ['Notes='] })), [
    'Mail',
    'Notes',
    ['person_cio_id', 'person_id', 'Mail', 'person_phone'],
  ]);
  assert.deepEqual(needed(events({ identifier: 'id' })), ['person_id', 'event_name']);
  assert.deepEqual(needed(events({ identifier: 'id', event: 'x' })), ['person_id']);
  assert.deepEqual(needed(events({ name: 'what', identifier: 'id' })), ['what', 'person_id', 'what']);
  assert.deepEqual(needed(people({ email: 'Mail' }), 'fix.mjs'), []);
  assert.deepEqual(needed(people({ object: 'entry' })), []);
});

test('each mistake has its own words, and names the flag as it was given', () => {
  const wrong = (flags: ColumnFlags, message: RegExp): void => {
    assert.throws(() => columnsOf(flags), { code: 'CIO_OPTIONS', message });
  };
  const column = (text: string, message: RegExp): void => wrong(people({ column: [text] }), message);
  for (const text of ['email', '=x', '=', 'a=b=c', '', 'a\\=b', 'a=b=c:number'])
    column(text, /^--column: .*: write SOURCE=target or SOURCE=target:type:format, or SOURCE= to leave it out/);
  column('a=b:int', /^--column a=b:int: unknown type "int"; known: number, boolean, time/);
  column('a=b:numbr:1.234,56', /^--column a=b:numbr:1\.234,56: unknown type "numbr": did you mean "number"\?/);
  column('a=b:', /^--column a=b:: type must be a text that is not empty/);
  column('a=b:time:', /^--column a=b:time:: format must be a text that is not empty/);
  column('a=b:attribute:', /^--column a=b:attribute:: type must be/);
  column('a=b:number:1.234', /^--column a=b:number:1\.234: its format can be read in two ways/);
  column('a=b:time:dd/mm/yyyy', /^--column a=b:time:dd\/mm\/yyyy: its format holds "dd\/mm\/yyyy", which is not a part of a time/);
  column('a=b:boolean:yes', /boolean has no format/);
  column('a=person_id:number', /^--column a=person_id:number: person_id has no type/);
  column(
    'a=timestmp',
    /^--column a=timestmp: did you mean the record field timestamp\? If "timestmp" is an attribute, say .*=timestmp:attribute/,
  );
  column('a=timestmp:time', /^--column a=timestmp:time: did you mean the record field timestamp\?/);
  column('a= b', /^--column 'a= b': the name of the attribute has white space around it/);
  column('a=b :time', /^--column 'a=b :time': the name of the attribute has white space around it/);
  column('person_email=Email', /^--column person_email=Email: is a record field: did you mean "Email" -> person_email\?/);
  column('a=event_name', /^--column a=event_name: people have no event_name/);
  wrong(people({ column: ['a=b', 'a=c'] }), /^--column a=c: the column is already given by --column a=b/);
  wrong(people({ column: ['a=b', 'c=b'] }), /^--column c=b: becomes the attribute b, and so does "a"/);
  wrong(people({ id: 'a', email: 'a' }), /^--email a: the column is already given by --id a/);
  wrong(people({ id: 'a', column: ['b=person_id'] }), /^--column b=person_id: becomes person_id, and so does "a"/);
  wrong(people({ snakeCase: true, dropOthers: true }), /^--drop-others: leaves nothing for --snake-case/);
  wrong(people({ identifier: 'email', column: ['person_email='] }), /^--column: no column is left that holds person_email/);
  wrong(events({ event: 'NULL' }), /^--event: is "NULL", which means no value/);
  wrong(events({ event: 'x', name: 'y' }), /^--name y: the option event \(--event\) already names all events/);
});
