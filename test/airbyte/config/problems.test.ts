import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { problemsError, readJsonFile, readWith } from '../../../lib/airbyte/config/problems.ts';
import { folder } from '../../support/folder.ts';

test('the JSON of a file, or why there is none; nothing of the file is repeated', async (t) => {
  const to = await folder(t);
  const [good, bad] = [join(to, 'good'), join(to, 'bad')];
  await writeFile(good, '{"a":1}');
  await writeFile(bad, 'SECRET: {');
  assert.deepEqual(await readJsonFile('configuration', good), { data: { a: 1 } });
  assert.deepEqual(await readJsonFile('catalog', bad), { problems: [`the catalog is not JSON: ${bad}`] });
  assert.deepEqual(await readJsonFile('catalog', to), { problems: [`the catalog can't be read (EISDIR): ${to}`] });
});

test('every problem with its path, each once, in words that do not repeat the value', () => {
  const schema = z.object({
    text: z.string('must be text').regex(/^x$/, 'must be x'),
    deep: z.array(z.object({ n: z.number('must be a number') })),
    gone: z.object({ a: z.string() }),
    twice: z.unknown().superRefine((_value, context) => {
      for (let n = 0; n < 2; n++) context.addIssue('is odd');
    }),
  });
  assert.deepEqual(readWith(schema, { text: '', deep: [{ n: 1 }, { n: 'SECRET' }], twice: 'SECRET' }), {
    problems: ['text is empty', 'deep.1.n must be a number', 'gone is missing', 'twice is odd'],
  });
  assert.deepEqual(readWith(schema.pick({ text: true }), { text: 'x', more: 1 }), { data: { text: 'x' } });
});

test('a value that is wrong as a whole has no path; one that stands elsewhere in the file has the path there', () => {
  const schema = z.object({ a: z.string('must be text') }, 'must be an object');
  assert.deepEqual(readWith(schema, 5), { problems: ['must be an object'] });
  assert.deepEqual(
    readWith(schema, { a: 1 }, (path) => ['streams', 0, ...path]),
    { problems: ['streams.0.a must be text'] },
  );
});

test('an own rule speaks for itself, also about what is missing or empty', () => {
  const schema = z.object({ a: z.string().optional(), b: z.string() }).superRefine(({ a, b }, context) => {
    if (a === undefined) context.addIssue({ code: 'custom', path: ['a'], message: 'is missing: it is needed with b' });
    if (b === '') context.addIssue({ code: 'custom', path: ['b'], message: 'goes with a' });
  });
  assert.deepEqual(readWith(schema, { b: '' }), { problems: ['a is missing: it is needed with b', 'b goes with a'] });
});

test('all problems are one error', () => {
  const { code, message } = problemsError(['a is missing', 'b is empty']);
  assert.deepEqual([code, message], ['CIO_OPTIONS', 'a is missing; b is empty']);
});
