import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { loadHash } from '../../lib/hash.ts';
import { Origin } from '../../lib/record/origin.ts';
import { eventIdFor } from '../../lib/stage/choose-event-id.ts';
import { isUlid } from '../../lib/track/event-id.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

await loadHash();

const text = fc.string({ unit: fc.constantFrom('1', '2', ' ', '\n', 'a', 'email ', '"', ','), minLength: 1, maxLength: 4 });
const event = fc.record({
  own: fc.string({ unit: fc.constantFrom('1', '2', 'a', ' '), minLength: 1, maxLength: 3 }).filter((id) => id.trim() !== ''),
  name: text,
  type: fc.constantFrom('id', 'email', 'phone', 'cio_id'),
  person: fc.constantFrom('1', '11', 'a@x.io', 'A@x.io'),
  action: fc.constantFrom('event', 'page'),
  part: fc.constantFrom(undefined, 0, 1),
});
type Given = typeof event extends fc.Arbitrary<infer E> ? E : never;

function idOf({ own, name, type, person, action, part }: Given): string {
  const operation = { type: 'person', action, identifiers: { [type]: person }, name, id: own };
  return eventIdFor(operation, new Origin({ part }), systemClock);
}

/** What makes an event the same one. */
function identity({ own, name, type, person, action, part }: Given): string {
  return JSON.stringify([own.trim(), name, type, type === 'email' ? person.toLowerCase() : person, action, part ?? 0]);
}

test('two events have the same id if and only if event_id, name, person, action and part are the same, the first part being the whole', () => {
  fc.assert(
    fc.property(event, event, (one, other) => {
      assert.ok(isUlid(idOf(one)));
      assert.equal(idOf(one) === idOf(other), identity(one) === identity(other));
      // Nearly the same: one part of the other in the place of its own.
      for (const name of Object.keys(one) as (keyof Given)[]) {
        const mixed = { ...one, [name]: other[name] };
        assert.equal(idOf(one) === idOf(mixed), identity(one) === identity(mixed), name);
      }
    }),
    { numRuns: runs(500) },
  );
});
