import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertTaken, event, identify, person, start } from '../../support/sandbox.ts';

const ULID = '01J9ZK3Q5W7X8Y9Z0A1B2C3D4E';

test('_update never creates; an unknown cio_id neither; that is ignored with a 200', async (t) => {
  const sandbox = await start(t);
  assertTaken(await sandbox.batch(identify({ id: 1 }, { _update: true, a: 1 }), identify({ cio_id: 'nobody' }, { a: 1 })));
  assertTaken(await sandbox.batch(event({ cio_id: 'nobody' }, 'x'), person('delete', { id: 1 })));
  assert.deepEqual([sandbox.state().people, sandbox.state().counts.ignored, sandbox.state().events], [[], 4, []]);
  await sandbox.batch(identify({ id: 1 }), identify({ id: 1 }, { _update: true, a: 1 }));
  assert.deepEqual(sandbox.person('id', '1')?.attributes, { a: 1 });
});

test('onApply hears every accepted operation in order, with what became of it', async (t) => {
  const heard: unknown[] = [];
  const sandbox = await start(t, { onApply: ({ operation, outcome }) => heard.push([operation.name ?? operation.action, outcome]) });
  await sandbox.batch(
    event({ id: 1 }, 'a', { id: ULID }),
    event({ id: 1 }, ''),
    event({ id: 1 }, 'b', { id: ULID }),
    person('delete', { id: 9 }),
  );
  assert.deepEqual(heard, [
    ['a', 'applied'],
    ['b', 'duplicate'],
    ['delete', 'ignored'],
  ]);
});
