import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanError, factsOf } from '../../lib/storage/errors.ts';

test('keys are redacted in the words of an SDK, those of the environment too', (t) => {
  const before = process.env.AWS_SECRET_ACCESS_KEY;
  process.env.AWS_SECRET_ACCESS_KEY = 'envSecretEnvSecret12';
  t.after(() => {
    if (before === undefined) delete process.env.AWS_SECRET_ACCESS_KEY;
    else process.env.AWS_SECRET_ACCESS_KEY = before;
  });
  const error = Object.assign(new Error('signed with givenSecretGiven12/envSecretEnvSecret12\nat server'), {
    $response: { headers: { authorization: 'givenSecretGiven12' } },
    $metadata: { httpStatusCode: 403 },
  });
  const facts = factsOf(error, ['givenSecretGiven12', undefined]);
  assert.deepEqual(facts, { name: 'Error', code: '', status: 403, message: 'signed with ***/***', peer: undefined });
  assert.deepEqual(Object.keys(cleanError(facts)).sort(), ['name', 'status']);
});

test('a short key leaves the words as they are', () => {
  assert.equal(factsOf(new Error('a message of a kind'), ['a', 'k']).message, 'a message of a kind');
});
