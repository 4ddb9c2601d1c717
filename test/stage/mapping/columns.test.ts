/** The options that say what columns are, and what they mean together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColumnSettings, planOf } from '../../../lib/stage/mapping/columns.ts';

const settings = (more: Partial<ColumnSettings>): ColumnSettings => ({
  ...{ object: 'person_identify', identifier: 'auto', columns: {}, others: 'keep', event: undefined },
  ...more,
});
const fieldsOf = (more: Partial<ColumnSettings>): object => Object.fromEntries(planOf(settings(more)).fields);

test('record fields: columns of their names hold them, unless other columns are named, or these for something else', () => {
  const auto = { person_cio_id: 'person_cio_id', person_id: 'person_id', person_email: 'person_email', person_phone: 'person_phone' };
  const ofEvents = { event_name: 'event_name', event_id: 'event_id', timestamp: 'timestamp' };
  assert.deepEqual(fieldsOf({}), auto);
  assert.deepEqual(fieldsOf({ object: 'person_event' }), { ...auto, ...ofEvents });
  assert.deepEqual(fieldsOf({ columns: { Email: 'person_email', at: 'timestamp' } }), { ...auto, person_email: 'Email', timestamp: 'at' });
  const { event_name: _, ...unnamed } = ofEvents;
  assert.deepEqual(fieldsOf({ object: 'person_event', identifier: 'id', event: 'x' }), { person_id: 'person_id', ...unnamed });
  const { person_phone: __, ...noPhone } = auto;
  assert.deepEqual(fieldsOf({ columns: { person_phone: false } }), noPhone);
  assert.deepEqual(fieldsOf({ columns: { person_phone: { attribute: 'x' } } }), noPhone);
  assert.deepEqual(fieldsOf({ identifier: 'email', columns: { ID: 'person_id' } }), { person_id: 'ID', person_email: 'person_email' });
  // How it is written says nothing of what it is.
  assert.deepEqual(fieldsOf({ object: 'person_event', columns: { timestamp: { type: 'time' } } }), { ...auto, ...ofEvents });
});

test('the columns that identify come first, in the order in which they are asked', () => {
  const { identity } = planOf(settings({ identifier: 'email', columns: { ID: 'person_id', Tel: 'person_phone' } }));
  assert.deepEqual(identity, {
    identifying: [{ type: 'email', column: 'person_email' }],
    further: [
      { type: 'id', column: 'ID' },
      { type: 'phone', column: 'Tel' },
    ],
  });
});
