import assert from 'node:assert/strict';
import { test } from 'node:test';
import { person, start } from '../../support/sandbox.ts';

const ACME = { object_type_id: '1', object_id: 'acme' };
const object = (action: string, more: object = {}, identifiers: object = ACME): object => ({
  type: 'object',
  action,
  identifiers,
  ...more,
});

test('objects and relationships, from both sides', async (t) => {
  const sandbox = await start(t);
  await sandbox.batch(
    object('identify', {
      attributes: { name: 'Acme', size: 1 },
      cio_relationships: [{ identifiers: { id: 1 }, relationship_attributes: { role: 'boss' } }],
    }),
    object('identify', { attributes: { size: null, city: 'Wien' } }),
    person('add_relationships', { email: 'b@example.com' }, { cio_relationships: [{ identifiers: ACME }] }),
    object('identify_anonymous', { cio_relationships: [{ identifiers: { anonymous_id: 'v' } }] }),
    object('add_relationships', { cio_relationships: [{ identifiers: { id: 3 } }, { identifiers: { cio_id: 'nobody' } }] }),
    object('identify', { attributes: { x: 1 } }, { cio_object_id: 'nothing' }),
  );
  const { objects, relationships, counts } = sandbox.state();
  const [acme] = objects;
  assert.deepEqual([objects.length, acme?.attributes, counts.ignored], [1, { name: 'Acme', city: 'Wien' }, 1]);
  const names = relationships.map(({ cio_id, anonymous_id, attributes }) => [
    anonymous_id ?? sandbox.person('cio_id', String(cio_id)),
    attributes,
  ]);
  assert.equal(names.length, 4);
  assert.deepEqual(names.at(0)?.[1], { role: 'boss' });
  assert.equal(names.at(-1)?.[0], 'v');
  await sandbox.batch(
    object('delete_relationships', { cio_relationships: [{ identifiers: { id: 1 } }, { identifiers: { id: 'nobody' } }] }),
    person('delete_relationships', { id: 3 }, { cio_relationships: [{ identifiers: { cio_object_id: acme?.cio_object_id } }] }),
  );
  assert.equal(sandbox.state().relationships.length, 2);
  await sandbox.batch(object('delete'));
  assert.deepEqual([sandbox.state().objects, sandbox.state().relationships], [[], []]);
});
