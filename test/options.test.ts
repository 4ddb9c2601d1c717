/** What is said of options that nobody knows, at the top and inside others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enforceLimits, rejectWriter, validate } from '../lib/index.ts';
import { unknownName } from '../lib/options.ts';

test('an unknown option inside another names its place and the nearest known', () => {
  const cases: [(options: never) => unknown, object, string][] = [
    [
      validate,
      { object: 'entry', fields: { email: 'Email' } },
      'validate: unknown option "fields.email": did you mean "fields.person_email"?',
    ],
    [validate, { object: 'entry', fields: { evnt_id: 'x' } }, 'validate: unknown option "fields.evnt_id": did you mean "fields.event_id"?'],
    [enforceLimits, { limits: { persons: {} } }, 'enforceLimits: unknown option "limits.persons": did you mean "limits.person"?'],
    [
      enforceLimits,
      { limits: { event: { eventName: 1 } } },
      'enforceLimits: unknown option "limits.event.eventName": did you mean "limits.event.eventNameBytes"?',
    ],
    [rejectWriter, { to: 'x', s3: { regin: 'eu' } }, 'rejectWriter: unknown option "s3.regin": did you mean "s3.region"?'],
  ];
  for (const [make, options, message] of cases) assert.throws(() => make(options as never), { code: 'CIO_OPTIONS', message });
});

test('the nearest name: few letters away, or the only one that holds it; else all are told', () => {
  const known = ['person_email', 'person_id', 'event_id'];
  assert.equal(unknownName('option', 'Email', known), 'unknown option "Email": did you mean "person_email"?');
  assert.equal(unknownName('option', 'event', known), 'unknown option "event": did you mean "event_id"?');
  for (const name of ['id', 'x', ''])
    assert.equal(unknownName('option', name, known), `unknown option "${name}"; known: person_email, person_id, event_id`);
});
