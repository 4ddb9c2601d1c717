import assert from 'node:assert/strict';
import { test } from 'node:test';
import { infoOf, LineFilter } from '../../../lib/cli/input/reject-filter.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { originFrom } from '../../support/flat-origin.ts';

const line = (reason: unknown, field?: unknown) => ({ record: {}, rejected_reason: reason, rejected_field: field });
const unreadable = new Rejection(
  { reason: 'malformed', field: 'a', message: 'm', stage: 's' },
  undefined,
  originFrom({ source: 'f', line: 3 }),
);

test('reason and field choose a line together; of several reasons one is enough, and of several fields one', () => {
  const chosen = (reason: string[], field: string[]): string[] => {
    const matches = new LineFilter({ reason, field }).isChosen;
    const lines = { a: line('invalid', 'email'), b: line('invalid'), c: line('refused', 'email'), d: {}, e: unreadable };
    return Object.entries(lines).flatMap(([name, one]) => (matches(one) ? [name] : []));
  };
  assert.deepEqual(chosen([], []), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(chosen(['invalid'], []), ['a', 'b']);
  assert.deepEqual(chosen(['invalid', 'malformed'], []), ['a', 'b', 'e']);
  assert.deepEqual(chosen([], ['email']), ['a', 'c']);
  assert.deepEqual(chosen(['invalid'], ['email', 'a']), ['a']);
  assert.deepEqual(chosen(['undeliverable'], []), []);
});

test('a field that no line has is named, with the nearest; not one whose lines another flag leaves out', () => {
  const unseen = (...field: string[]): string[] => {
    const filter = new LineFilter({ reason: ['refused'], field });
    [line('invalid', 'Created At'), line('refused', 'email'), line('invalid')].forEach(filter.isChosen);
    return filter.unseen;
  };
  assert.deepEqual(unseen('email', 'Created At'), []);
  assert.deepEqual(unseen('Creatd At', 'zzz'), [
    'no record was rejected for the field "Creatd At": did you mean "Created At"?',
    'no record was rejected for the field "zzz"',
  ]);
});

test('what a line says beside its record is read as it is meant, and anything else is as good as absent', () => {
  const nothing = { field: undefined, message: undefined, source: undefined, stream: undefined, namespace: undefined, line: undefined };
  assert.deepEqual(infoOf(unreadable), { ...nothing, reason: 'malformed', field: 'a', message: 'm', source: 'f', line: 3 });
  const origin = { source: 'f', line: 4, stream: 's', namespace: 'n' };
  const full = { ...line('invalid', 'email'), rejected_message: 'is empty', rejected_origin: origin };
  assert.deepEqual(infoOf(full), { reason: 'invalid', field: 'email', message: 'is empty', ...origin });
  const message = { topic: 'crm', partition: 3, offset: 40, stream: 's' };
  const ofMessage = { ...nothing, reason: 'invalid', source: 'kafka://crm/3', stream: 's', line: 40 };
  assert.deepEqual(infoOf({ ...line('invalid'), rejected_origin: message }), ofMessage);
  for (const odd of [{}, line(5, []), { rejected_message: {}, rejected_origin: 'f' }, { rejected_origin: { source: 5, line: '4' } }]) {
    assert.deepEqual(infoOf(odd), { ...nothing, reason: undefined });
  }
});
