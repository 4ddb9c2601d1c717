/**
 * Tests a pipeline of your own without an account: the sandbox is the Track API, collectRejects() keeps rejected rows.
 * node --test examples/sandbox.test.mjs
 */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { collectRejects, createSandbox, enforceLimits, map, trackWriter, validate } from 'customerio-streams';

/** Your code, usually in a file of its own. */
function load(rows, options) {
  const fullName = ({ first, last, ...row }) => ({ ...row, name: `${first} ${last}` });
  return pipeline(rows, map(fullName), validate({ object: 'person_identify' }), enforceLimits(), trackWriter(options));
}

test('people arrive with a full name, and one without an email comes back', async (t) => {
  const sandbox = await createSandbox();
  t.after(() => sandbox.close());
  sandbox.setFaults([{ status: 503, times: 1 }]); // the first request fails, and is sent again
  const rejects = collectRejects();
  const rows = [
    { person_email: 'ada@example.com', first: 'Ada', last: 'Lovelace' },
    { first: 'No', last: 'Body' },
  ];

  await load(Readable.from(rows), { ...sandbox.account, rejects });

  const [person] = sandbox.state().people;
  assert.deepEqual([person.email, person.attributes], ['ada@example.com', { name: 'Ada Lovelace' }]);
  const reasons = rejects.rejections.map(({ cause }) => cause.reason);
  assert.deepEqual(reasons, ['invalid']);
  const statuses = sandbox.requests().map(({ status }) => status);
  assert.deepEqual(statuses, [503, 200]);
});
