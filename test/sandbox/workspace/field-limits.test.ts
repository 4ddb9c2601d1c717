import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overLimit } from '../../../lib/sandbox/workspace/field-limits.ts';
import { LIMIT_LISTS, type LimitListName } from '../../../lib/track/limits.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const ENTRY = 32_768;

/** The field and message of the first limit that is broken. */
function broken(item: object, list: LimitListName = 'published', entryBytes = ENTRY): string | undefined {
  const refusal = overLimit(item as never, JSON.stringify(item), LIMIT_LISTS[list], entryBytes);
  return refusal && `${refusal.reason} ${refusal.field}: ${refusal.message}`;
}

const x = (bytes: number): string => 'x'.repeat(bytes);
/** Two bytes each. */
const wide = (bytes: number): string => 'é'.repeat(bytes / 2);

test('the item as a whole comes first, by the bytes of its text', () => {
  const item = { type: 'person', action: 'identify', identifiers: { id: wide(160) } };
  const { length } = Buffer.from(JSON.stringify(item));
  assert.equal(broken(item, 'published', length - 1), `invalid : cannot be larger than ${length - 1} bytes`);
  assert.equal(broken(item, 'published', length), 'invalid identifiers.id: cannot be longer than 150 bytes');
});

test('identifiers wherever they are: of a person, of both sides of a merge, of a relationship', () => {
  for (const field of ['identifiers', 'primary', 'secondary']) {
    assert.equal(broken({ type: 'person', [field]: { id: wide(150) } }), undefined);
    assert.equal(broken({ type: 'person', [field]: { id: wide(152) } }), `invalid ${field}.id: cannot be longer than 150 bytes`);
  }
  const related = (bytes: number): object => ({
    type: 'person',
    cio_relationships: [{ identifiers: { object_id: 'a' } }, { identifiers: { object_id: x(bytes) } }],
  });
  assert.equal(broken(related(150)), undefined);
  assert.equal(broken(related(151)), 'invalid cio_relationships[1].identifiers.object_id: cannot be longer than 150 bytes');
});

test('attributes of a relationship have the limits of attributes', () => {
  const related = (relationship_attributes: object): string | undefined =>
    broken({ type: 'person', cio_relationships: [{ identifiers: {}, relationship_attributes }] });
  const field = 'cio_relationships[0].relationship_attributes';
  assert.equal(related({ a: x(1_001) }), `invalid ${field}.a: property value cannot be longer than 1000 bytes`);
  assert.equal(related({ [x(151)]: 1 }), `invalid ${field}.${x(151)}: property name cannot be longer than 150 bytes`);
});

test('which limits hold: those of events for events, pages, screens and deliveries, else those of person or object', () => {
  const long = { attributes: { [x(151)]: x(1_001) } };
  for (const action of ['event', 'page', 'screen']) assert.equal(broken({ type: 'person', action, ...long }), undefined, action);
  assert.equal(broken({ type: 'delivery', action: 'event', ...long }), undefined);
  for (const type of ['person', 'object']) assert.match(broken({ type, action: 'identify', ...long }) ?? '', /property name/);
  assert.match(broken({ type: 'person', action: 'event', ...long }, 'connector') ?? '', /property name/);
});

test('values that are not text have no length, and what is absent breaks nothing', () => {
  assert.equal(broken({ type: 'person', identifiers: { id: 1e300 }, attributes: { a: [x(2_000)], b: null } }), undefined);
  assert.equal(broken({ type: 'person', attributes: null, cio_relationships: null }), undefined);
});

test('law: a text breaks its limit if its bytes are more, whatever characters they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('x', 'é', '😀'), minLength: 20, maxLength: 130 }), (name) => {
      const isOver = Buffer.byteLength(name) > 100;
      assert.equal(broken({ type: 'person', action: 'event', name }), isOver ? 'invalid name: cannot be longer than 100 bytes' : undefined);
    }),
    { numRuns: runs(200) },
  );
});
