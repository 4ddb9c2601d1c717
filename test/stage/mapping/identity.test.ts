/** Who a row is about, through validate(): what is trimmed, what is refused, and what becomes of a second identifier. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../lib/json/exact.ts';
import { Entry } from '../../../lib/record/entry.ts';
import type { SourceRecord } from '../../../lib/record/record.ts';
import { validateOperation } from '../../../lib/sandbox/workspace/validate-operation.ts';
import type { ValidateOptions } from '../../../lib/stage/options.ts';
import { validator } from '../../../lib/stage/validate.ts';
import { identifierFlaw, trimIdentifier } from '../../../lib/track/identifier.ts';
import { problemOf } from '../../../lib/track/operation.ts';
import fc from '../../support/fast-check.ts';

/** The entry, or `field: message` of the rejection. */
function made(options: ValidateOptions, record: object): Entry | string {
  const result = validator(options)(record as SourceRecord);
  return result instanceof Entry ? result : `${result.cause.field}: ${result.cause.message}`;
}

/** Identifiers and attributes of the operation. */
function sent(options: ValidateOptions, record: object): unknown {
  const result = made(options, record);
  return result instanceof Entry ? [result.operation.identifiers, result.operation.attributes] : result;
}

const people: ValidateOptions = { object: 'person_identify' };
const mapped: ValidateOptions = { object: 'person_identify', columns: { id: 'person_id', 'E-Mail Address': 'person_email' } };
const events: ValidateOptions = { object: 'person_event' };
const entries: ValidateOptions = { object: 'entry' };

test('an identifier is sent without what nobody sees at its ends; numbers keep every digit', () => {
  assert.deepEqual(sent(people, { person_email: ' \ufeffada@example.com\u00a0\u200b', a: ' x ' }), [
    { email: 'ada@example.com' },
    { a: ' x ' },
  ]);
  assert.deepEqual(sent({ ...people, identifier: 'id' }, { person_id: '\t007 ' }), [{ id: '007' }, {}]);
  const record = parse('{"person_id":12345678901234567890}') as object;
  assert.match((made(people, record) as Entry).json, /"identifiers":\{"id":12345678901234567890\}/);
});

test('marks for no value are refused by the column, wherever they stand', () => {
  for (const mark of ['\\N', 'NULL', ' n/a ', '-', 'None']) {
    for (const object of ['person_identify', 'person_event'] as const) {
      const row = { person_email: mark, event_name: 'x', plan: 'NULL' };
      assert.match(String(made({ object }, row)), /^person_email: is ".*", which means no value/);
      assert.match(String(made({ object, identifier: 'email' }, row)), /^person_email: is/);
    }
    // Not the one that identifies, but it would be the address of many.
    assert.match(String(made(mapped, { id: 7, 'E-Mail Address': mark })), /^E-Mail Address: is/);
    // The next one is not taken in its place.
    assert.match(String(made(people, { person_id: mark, person_email: 'a@x.io' })), /^person_id: is/);
  }
  assert.deepEqual(sent(people, { person_email: 'a@x.io', plan: 'NULL', last: '\\N' }), [
    { email: 'a@x.io' },
    { plan: 'NULL', last: '\\N' },
  ]);
});

test('an event_id or event_name that is a mark for no value is refused: events that share it would be one', () => {
  const row = { person_email: 'a@x.io', event_name: 'x' };
  assert.match(String(made(events, { ...row, event_id: 'NULL' })), /^event_id: is "NULL"/);
  assert.match(String(made(events, { ...row, event_id: '1.2E+11' })), /^event_id: .*spreadsheet/);
  assert.match(String(made(events, { ...row, event_name: 'N/A' })), /^event_name: is "N\/A"/);
  assert.ok(made(events, { ...row, event_id: '\u200b' }) instanceof Entry, 'blank text is none');
  assert.equal((made(events, { ...row, event_name: '\ufeffbought\u00a0' }) as Entry).operation.name, 'bought');
  const page = { type: 'person', action: 'page', identifiers: { id: 7 } };
  assert.match(String(made(entries, { ...page, name: 'undefined' })), /^name: is "undefined"/);
  assert.match(String(made(entries, { ...page, name: 'x', id: '\\N' })), /^id: is/);
  assert.equal((made(entries, { ...page, name: ' x\u200b' }) as Entry).operation.name, 'x');
});

test('with auto an empty identifier beside one that identifies is left out', () => {
  for (const empty of ['', null, undefined, '  ', '\u200b\ufeff']) {
    assert.deepEqual(sent(mapped, { id: empty, 'E-Mail Address': 'a@x.io', plan: 'pro' }), [{ email: 'a@x.io' }, { plan: 'pro' }]);
    assert.deepEqual(sent(mapped, { id: 7, 'E-Mail Address': empty, plan: 'pro' }), [{ id: 7 }, { plan: 'pro' }]);
    const row = { person_cio_id: empty, person_id: empty, person_email: 'a@x.io', person_phone: empty };
    assert.deepEqual(sent(people, row), [{ email: 'a@x.io' }, {}]);
    assert.match(String(made(people, { person_id: empty })), /^person_cio_id, .*: has no identifier/);
  }
});

test('a row without an identifier is rejected for the columns that are named: those are where to look', () => {
  const why = 'has no identifier: id and E-Mail Address are empty or missing';
  assert.equal(String(made(mapped, { plan: 'pro' })), `id, E-Mail Address: ${why}`);
  const byEmail: ValidateOptions = { object: 'person_identify', columns: { Email: 'person_email' } };
  assert.equal(String(made(byEmail, { Email: ' ' })), 'Email: has no identifier: Email is empty or missing');
  const names = 'person_cio_id, person_id, person_email, person_phone';
  assert.equal(String(made(people, {})), `${names}: has no identifier: none of ${names}`);
});

test('a row that lacks its identifier or name, and has it in another column: the message names it, and how to map it', () => {
  const end = (options: ValidateOptions, row: Record<string, unknown>): string | undefined =>
    /(?:; )(the row has .*|did you mean .*)$/.exec(String(made(options, row)))?.[1];
  const asked: ValidateOptions = { ...people, identifier: 'email' };
  assert.equal(
    made(asked, { id: 7, email: 'a@x.io' }),
    `person_email: is missing; the row has "email": if that is it, map it with columns: { email: 'person_email' }`,
  );
  assert.equal(
    end(people, { 'E-Mail': 'a@x.io' }),
    `the row has "E-Mail": if that is it, map it with columns: { 'E-Mail': 'person_email' }`,
  );
  assert.match(String(made(people, { id: 7 })), /^person_cio_id, .*: has no identifier; the row has "id": /);
  assert.match(String(end(people, { Id: 7, Email: 'a@x.io' })), /^the row has "Id": .*'person_id' \}$/);
  assert.match(String(end(events, { id: 'e1', Email: 'a@x.io', event_name: 'x' })), /^the row has "Email": /);
  assert.match(String(end(events, { person_id: 7, event: 'x' })), /\{ event: 'event_name' \}$/);
  const mistyped: ValidateOptions = { object: 'person_identify', columns: { Emial: 'person_email' } };
  assert.equal(made(mistyped, { Email: 'a@x.io' }), 'Emial: has no identifier: Emial is empty or missing; did you mean "Email"?');
  for (let n = 0; n < 2; n++) assert.equal(end(mistyped, { Email: 'a@x.io' }), 'did you mean "Email"?');
  assert.equal(end(mistyped, { Emil: 'a@x.io' }), 'did you mean "Emil"?');
  // Not what is empty, what is mapped to something else, what is there, nor what may be the cell of a row.
  for (const row of [{ email: '' }, { email: null }, { plan: 'pro' }, {}]) assert.equal(end(asked, row), undefined, JSON.stringify(row));
  assert.equal(end({ ...asked, columns: { email: 'mail' } }, { email: 'a@x.io' }), undefined);
  assert.equal(end(mistyped, { Emial: '', Email: 'a@x.io' }), undefined);
  assert.equal(end({ ...people, columns: { 'ada@y.io': 'person_email' } }, { 'ada@x.io': 'bob@x.io' }), undefined);
});

test('of two identifiers the first identifies, and the others become what Customer.io knows', () => {
  assert.deepEqual(sent(mapped, { id: '7', 'E-Mail Address': ' Ada@x.io ', plan: 'pro' }), [
    { id: '7' },
    { plan: 'pro', email: 'Ada@x.io' },
  ]);
  const all = { person_phone: '+4915123456', person_email: 'a@x.io', person_id: 7, person_cio_id: 'c1' };
  assert.deepEqual(sent(people, all), [{ cio_id: 'c1' }, { id: 7, email: 'a@x.io', phone: '+4915123456' }]);
  const event = made(events, { ...all, event_name: 'x', total: 5 }) as Entry;
  assert.deepEqual(event.operation.attributes, { total: 5, id: 7, email: 'a@x.io', phone: '+4915123456' });
  // A value that is not text identifies nobody.
  assert.equal(made(people, { person_id: 7, person_email: 5 }), 'person_email: must be text');
});

test('with an identifier that is asked for other columns stay as Airbyte has them, unless they are named', () => {
  const row = { person_email: 'a@x.io', person_id: 7, person_phone: '' };
  assert.deepEqual(sent({ ...people, identifier: 'email' }, row), [{ email: 'a@x.io' }, { person_id: 7, person_phone: '' }]);
  const named: ValidateOptions = { ...people, identifier: 'email', columns: { ID: 'person_id' } };
  assert.deepEqual(sent(named, { person_email: 'a@x.io', ID: 7 }), [{ email: 'a@x.io' }, { id: 7 }]);
  assert.deepEqual(sent(named, { person_email: 'a@x.io', ID: '' }), [{ email: 'a@x.io' }, {}]);
  assert.equal(made(named, { ID: 7 }), 'person_email: is missing');
});

test('an attribute of the same name: the same value is fine, an empty one gives way, another one is refused', () => {
  const row = { id: 7, 'E-Mail Address': 'a@x.io' };
  assert.deepEqual(sent(mapped, { ...row, email: 'A@x.io ' }), [{ id: 7 }, { email: 'a@x.io' }]);
  assert.deepEqual(sent(mapped, { ...row, email: null }), [{ id: 7 }, { email: 'a@x.io' }]);
  assert.match(String(made(mapped, { ...row, email: 'b@x.io' })), /^E-Mail Address: .*another email/);
  const renamed: ValidateOptions = { ...mapped, columns: { ...mapped.columns, Work: 'email', email: 'note' } };
  assert.match(String(made(renamed, { ...row, Work: 'b@x.io' })), /^E-Mail Address: .*another email/);
  assert.deepEqual(sent(renamed, { ...row, email: 'b@x.io' }), [{ id: 7 }, { note: 'b@x.io', email: 'a@x.io' }]);
});

test('attributes that give a person an identifier are checked like one', () => {
  assert.deepEqual(sent(people, { person_id: 7, email: ' a@x.io\u200b' }), [{ id: 7 }, { email: 'a@x.io' }]);
  assert.match(String(made(people, { person_id: 7, email: 'NULL' })), /^email: is "NULL"/);
  assert.match(String(made({ ...people, columns: { 'E-Mail': 'email' } }, { person_id: 7, 'E-Mail': '\\N' })), /^E-Mail: is/);
  const identify = { type: 'person', action: 'identify', identifiers: { id: 7 } };
  assert.match(String(made(entries, { ...identify, attributes: { phone: 'n/a' } })), /^attributes\.phone: is/);
  const record = { ...identify, attributes: { email: ' a@x.io', plan: 'x' } };
  assert.deepEqual(sent(entries, record), [{ id: 7 }, { email: 'a@x.io', plan: 'x' }]);
  assert.equal(record.attributes.email, ' a@x.io', 'the record stays as it came');
  // Blank text says nothing, and a phone number may have any spaces.
  assert.match((made(people, { person_id: 7, email: ' \u00a0' }) as Entry).json, /"attributes":\{\}/);
  assert.deepEqual(sent(people, { person_id: 7, phone: '01\u00a023\u202f45 ' }), [{ id: 7 }, { phone: '01\u00a023\u202f45' }]);
  // null and an empty text take an identifier away: that is an order.
  assert.deepEqual(sent(people, { person_id: 7, email: '', phone: null }), [{ id: 7 }, { email: '', phone: null }]);
  // Of an event and of an object they are data.
  assert.deepEqual(sent(events, { person_id: 7, event_name: 'x', email: 'NULL' }), [{ id: 7 }, { email: 'NULL' }]);
  const thing = { type: 'object', action: 'identify', identifiers: { object_type_id: '1', object_id: 'a' }, attributes: { email: 'NULL' } };
  assert.ok(made(entries, thing) instanceof Entry);
});

test('operations: identifiers are trimmed and checked everywhere, and the record stays as it came', () => {
  const merge = { type: 'person', action: 'merge', primary: { id: ' 1 ' }, secondary: { email: '\ufeffa@x.io' } };
  const kept = JSON.stringify(merge);
  const { operation } = made(entries, merge) as Entry;
  assert.deepEqual([operation.primary, operation.secondary], [{ id: '1' }, { email: 'a@x.io' }]);
  assert.equal(JSON.stringify(merge), kept);
  assert.match(String(made(entries, { ...merge, secondary: { email: 'N/A' } })), /^secondary\.email: is "N\/A"/);
  const relate = (object_id: string, object_type_id = ' 1'): object => ({
    ...{ type: 'person', action: 'add_relationships', identifiers: { email: 'a@x.io ' } },
    cio_relationships: [{ identifiers: { object_type_id, object_id }, relationship_attributes: { role: ' x ' } }],
  });
  assert.deepEqual((made(entries, relate('acme\u00a0')) as Entry).operation, {
    ...{ type: 'person', action: 'add_relationships', identifiers: { email: 'a@x.io' } },
    cio_relationships: [{ identifiers: { object_type_id: '1', object_id: 'acme' }, relationship_attributes: { role: ' x ' } }],
  });
  assert.match(String(made(entries, relate('NULL'))), /^cio_relationships\.0\.identifiers\.object_id: is "NULL"/);
  assert.match(String(made(entries, relate('a', ' '))), /^cio_relationships\.0\.identifiers/);
  const object = { type: 'object', action: 'delete' };
  assert.match(String(made(entries, { ...object, identifiers: { cio_object_id: 'undefined' } })), /^identifiers\.cio_object_id: is/);
  assert.deepEqual(sent(entries, { ...object, identifiers: { object_type_id: '1', object_id: ' b ' } }), [
    { object_type_id: '1', object_id: 'b' },
    undefined,
  ]);
  const device = { type: 'person', action: 'delete_device', identifiers: { id: 1 }, device: { token: ' abc\n' } };
  assert.deepEqual((made(entries, device) as Entry).operation.device, { token: 'abc' });
  assert.match(String(made(entries, { ...device, device: { token: 'null' } })), /^device\.token: is "null"/);
  assert.match(String(made(entries, { ...device, identifiers: { anonymous_id: 'x' } })), /^identifiers: /);
});

test('operations: an empty identifier beside one that identifies is left out, two are refused', () => {
  const identify = (identifiers: object): unknown => sent(entries, { type: 'person', action: 'identify', identifiers });
  for (const empty of ['', null, ' ', '\u200b'])
    assert.deepEqual(identify({ id: empty, email: 'a@x.io' }), [{ email: 'a@x.io' }, undefined]);
  assert.match(String(identify({ id: 7, email: 'a@x.io' })), /exactly one of/);
  assert.match(String(identify({ id: '', email: '' })), /exactly one of/);
  assert.match(String(identify({ email: '\u200b' })), /^identifiers\.email: is empty/);
});

test('an address without an @ and a phone number that is none are sent, and warned about', () => {
  const warnings = (options: ValidateOptions, record: object): unknown => (made(options, record) as Entry).warnings;
  assert.deepEqual(warnings(people, { person_email: 'ada', a: 1 }), ['odd_email']);
  assert.deepEqual(warnings(people, { person_phone: '0151 23456' }), ['odd_phone', 'empty_identify']);
  assert.deepEqual(warnings(people, { person_id: 7, email: 'ada' }), ['odd_email']);
  assert.deepEqual(warnings(mapped, { id: 7, 'E-Mail Address': 'Ada <a@x.io>' }), ['odd_email']);
  assert.deepEqual(warnings(events, { person_email: 'ada', event_name: 'x' }), ['odd_email']);
  assert.deepEqual(warnings(entries, { type: 'person', action: 'merge', primary: { id: 1 }, secondary: { email: 'ada' } }), ['odd_email']);
  const related = { type: 'object', action: 'add_relationships', identifiers: { object_type_id: '1', object_id: 'a' } };
  assert.deepEqual(warnings(entries, { ...related, cio_relationships: [{ identifiers: { email: 'ada' } }] }), ['odd_email']);
  for (const fine of [
    { person_email: 'a@x.io', a: 1 },
    { person_phone: '+4915123456', a: 1 },
    { person_id: 7, phone: '', a: 1 },
  ]) {
    assert.equal(warnings(people, fine), undefined);
  }
  assert.equal(warnings(events, { person_id: 7, event_name: 'x', email: 'ada' }), undefined, 'data of an event');
});

const spelled = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    null,
    undefined,
    ' ',
    '\u200b',
    'NULL',
    '\\N',
    'a@x.io',
    ' A@x.io',
    '7',
    7,
    true,
    {},
    '\ufeff7',
    'a\u200bb',
    '{{id}}',
  ),
  fc.string({ maxLength: 4 }),
);

test('whatever a row holds: an identifier is right as it is sent, by the rules of the client, the API and order, or the row is rejected', () => {
  const row = fc.record({ person_cio_id: spelled, person_id: spelled, email: spelled, phone: spelled, event_name: fc.constant('x') });
  const columns = { email: 'person_email', phone: 'person_phone' };
  const kinds = fc.constantFrom<ValidateOptions>(
    ...[{ object: 'person_identify', columns } as const, { object: 'person_event', columns } as const],
    ...[{ object: 'person_identify', columns, identifier: 'email' } as const, { object: 'person_event', identifier: 'id' } as const],
  );
  let passed = 0;
  fc.assert(
    fc.property(row, kinds, (record, options) => {
      const result = made(options, record);
      if (!(result instanceof Entry)) return;
      passed++;
      const { operation, json } = result;
      assert.equal(problemOf(operation), undefined);
      assert.equal(validateOperation(JSON.parse(json), true), undefined);
      const bags = options.object === 'person_identify' ? [operation.identifiers, operation.attributes] : [operation.identifiers];
      for (const [name, value] of bags.flatMap((bag) => Object.entries(bag as object))) {
        if (typeof value !== 'string' || !['cio_id', 'id', 'email', 'phone'].includes(name)) continue;
        assert.deepEqual([trimIdentifier(value), identifierFlaw(value)], [value, undefined], json);
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(passed > 100, `only ${passed} passed`);
});

test('an empty column takes no identifier away that the row does not mean, and is counted where it does', () => {
  const warnings = (options: ValidateOptions, record: object): unknown => (made(options, record) as Entry).warnings;
  const byEmail: ValidateOptions = { ...people, columns: { email: 'person_email' } };
  for (const empty of ['', null]) {
    assert.deepEqual(JSON.parse((made(byEmail, { id: empty, email: 'a@x.io', plan: 'x' }) as Entry).json).attributes, { plan: 'x' });
    assert.deepEqual(JSON.parse((made(people, { person_email: 'a@x.io', email: empty, id: empty }) as Entry).json).attributes, {});
    assert.deepEqual(warnings(people, { person_email: 'a@x.io', email: empty }), ['empty_identify']);
    assert.deepEqual(JSON.parse((made(people, { person_phone: '+4915123456', phone: empty, a: 1 }) as Entry).json).attributes, { a: 1 });
    assert.deepEqual(warnings(people, { person_id: 7, email: empty }), ['identifier_removed']);
    assert.equal(warnings(people, { person_id: 7, phone: empty }), undefined);
    const identify = { type: 'person', action: 'identify', identifiers: { email: 'a@x.io' }, attributes: { id: empty } };
    assert.deepEqual(warnings(entries, identify), ['identifier_removed']);
    assert.deepEqual(sent(entries, identify), [{ email: 'a@x.io' }, { id: empty }]);
  }
});

test('an attribute that gives an identifier is of a kind that can identify', () => {
  for (const odd of [true, {}, ['a@x.io'], new Date(0)]) {
    assert.equal(made(people, { person_id: 7, email: odd }), 'email: must be text');
    assert.equal(made(people, { person_email: 'a@x.io', id: odd }), 'id: must be text or a number');
    assert.ok(made(people, { person_id: 7, phone: odd }) instanceof Entry);
  }
  assert.equal(made(people, { person_id: 7, email: 5 }), 'email: must be text');
  assert.deepEqual(sent(people, { person_email: 'a@x.io', id: 0 }), [{ email: 'a@x.io' }, { id: 0 }]);
});
