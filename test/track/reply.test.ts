import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BatchRefusal, readReply, type Verdict } from '../../lib/track/reply.ts';
import fc from '../support/fast-check.ts';
import { runs } from '../support/runs.ts';

const SIZE = 3;
const ERROR = { reason: 'invalid', field: 'attributes.plan', message: 'property value cannot be longer than 1000 bytes' };
const REFUSAL: BatchRefusal = { field: 'attributes.plan', message: 'invalid: property value cannot be longer than 1000 bytes' };

function answered(refused: [number, BatchRefusal][] = [], unnamed?: BatchRefusal): Verdict {
  return { kind: 'answered', refused: new Map(refused), unnamed };
}

/** Whether `unnamed` is there or undefined makes no difference. */
function read(status: number, body: unknown, size: number = SIZE): Verdict {
  const verdict = readReply(status, typeof body === 'string' ? body : JSON.stringify(body), size);
  return verdict.kind === 'answered' ? { ...verdict, unnamed: verdict.unnamed } : verdict;
}

const named = (index: unknown): object => ({ batch_index: index, ...ERROR });

const cases: [why: string, status: number, body: unknown, verdict: Verdict][] = [
  ['all accepted', 200, '{}\n', answered()],
  ['all accepted, without a body', 200, '', answered()],
  ['all accepted, with blanks', 200, ' \r\n', answered()],
  ['all accepted, behind a byte order mark', 200, '\uFEFF{}', answered()],
  ['204', 204, '', answered()],
  ['one refused', 207, { errors: [named(1)] }, answered([[1, REFUSAL]])],
  [
    'the first and the last refused',
    207,
    { errors: [named(2), named(0)] },
    answered([
      [2, REFUSAL],
      [0, REFUSAL],
    ]),
  ],
  ['errors inside a 200', 200, { errors: [named(1)] }, answered([[1, REFUSAL]])],
  ['207 without errors', 207, { errors: [] }, answered()],
  ['207 with null for errors', 207, { errors: null }, answered()],
  ['207 with other members only', 207, {}, answered()],
  [
    'several errors for one',
    207,
    {
      errors: [
        named(1),
        { batch_index: '1', field: 'attributes.plan', message: 'second' },
        { batch_index: 1, field: 'name', reason: 'required' },
      ],
    },
    answered([[1, { field: 'attributes.plan', message: `${REFUSAL.message}; second; name: required` }]]),
  ],
  ['the same said twice', 207, { errors: [named(1), named(1)] }, answered([[1, REFUSAL]])],
  [
    'a field that only the second names',
    207,
    {
      errors: [
        { batch_index: 0, message: 'x' },
        { batch_index: 0, field: 'f', message: 'y' },
      ],
    },
    answered([[0, { field: 'f', message: 'x; y' }]]),
  ],
  ['several without an index', 207, { errors: ['a', 'b'] }, answered([], { field: undefined, message: 'a; b' })],
  ['errors of v1 inside a 200', 200, { meta: { errors: ['a', 'b'] } }, answered([], { field: undefined, message: 'a; b' })],
  ['an error of a gateway inside a 200', 200, { error: { message: ['a', 'b'] } }, answered([], { field: undefined, message: 'a: b' })],
  ['words that are not an error', 200, { message: 'ok', meta: { error: null }, error: '' }, answered()],
  [
    'words that would command a terminal',
    207,
    { errors: [{ batch_index: 0, field: 'a\nb', message: 'x\u001b[2J\u202e\u2028y' }] },
    answered([[0, { field: 'a b', message: 'x [2J  y' }]]),
  ],
  ['an index as text', 207, { errors: [named('1')] }, answered([[1, REFUSAL]])],
  ['an index out of range', 207, { errors: [named(3)] }, answered([], REFUSAL)],
  ['a negative index', 207, { errors: [named(-1)] }, answered([], REFUSAL)],
  ['an index with a fraction', 207, { errors: [named(0.5)] }, answered([], REFUSAL)],
  ['an index that is null', 207, { errors: [named(null)] }, answered([], REFUSAL)],
  ['an index that is blank text', 207, { errors: [named(' ')] }, answered([], REFUSAL)],
  ['no index', 207, { errors: [ERROR] }, answered([], REFUSAL)],
  ['no index beside a good one', 207, { errors: [ERROR, named(2)] }, answered([[2, REFUSAL]], REFUSAL)],
  ['one error that is not a list', 207, { errors: named(1) }, answered([[1, REFUSAL]])],
  ['an error that is text', 207, { errors: ['broken'] }, answered([], { field: undefined, message: 'broken' })],
  ['an error that is null', 207, { errors: [null] }, answered([], { field: undefined, message: 'HTTP 207' })],
  ['an error that says nothing', 207, { errors: [{ batch_index: 0 }] }, answered([[0, { field: undefined, message: 'HTTP 207' }]])],
  [
    'an error of other kinds',
    207,
    { errors: [{ batch_index: 0, field: 7, reason: {}, message: 8 }] },
    answered([[0, { field: undefined, message: 'HTTP 207' }]]),
  ],
  ['207 without a body', 207, '', { kind: 'retry', why: 'HTTP 207 with an unreadable body' }],
  ['a 200 of a proxy', 200, '<html>', { kind: 'retry', why: 'HTTP 200 with an unreadable body' }],
  ['a body that was cut off', 207, '{"errors":[{"batch_index":1', { kind: 'retry', why: 'HTTP 207 with an unreadable body' }],
  ['a list as body', 200, [], { kind: 'retry', why: 'HTTP 200 with an unreadable body' }],
  ['null as body', 200, 'null', { kind: 'retry', why: 'HTTP 200 with an unreadable body' }],
  ['400 of v2', 400, { errors: [ERROR] }, answered([], REFUSAL)],
  ['400 of v1', 400, { meta: { error: 'bad' } }, answered([], { field: undefined, message: 'bad' })],
  ['400 of v1, a list', 400, { meta: { errors: ['bad', 'worse'] } }, answered([], { field: undefined, message: 'bad; worse' })],
  [
    '400 of v2 with two',
    400,
    { errors: [ERROR, { field: 'name', message: 'second' }] },
    answered([], { field: 'attributes.plan', message: `${REFUSAL.message}; name: second` }),
  ],
  ['400 with a message', 400, { message: 'bad' }, answered([], { field: undefined, message: 'bad' })],
  ['400 with an error', 400, { error: 'bad' }, answered([], { field: undefined, message: 'bad' })],
  ['400 with an error in an object', 400, { error: { message: 'bad', field: 'f' } }, answered([], { field: 'f', message: 'bad' })],
  ['400 of a gateway', 400, { title: 'x', detail: 'bad' }, answered([], { field: undefined, message: 'bad' })],
  ['400 with a text', 400, ' malformed batch\n', answered([], { field: undefined, message: 'malformed batch' })],
  ['400 with a text as JSON', 400, '"malformed batch"', answered([], { field: undefined, message: 'malformed batch' })],
  ['400 with a list', 400, ['a', 'b'], answered([], { field: undefined, message: 'a: b' })],
  ['400 with null', 400, 'null', answered([], { field: undefined, message: 'HTTP 400' })],
  [
    '400 whose errors are lists in lists',
    400,
    `{"errors":${'['.repeat(50_000)}"x"${']'.repeat(50_000)}}`,
    answered([], { field: undefined, message: 'HTTP 400' }),
  ],
  [
    '400 with errors in errors',
    400,
    `${'{"error":'.repeat(50_000)}"x"${'}'.repeat(50_000)}`,
    answered([], { field: undefined, message: 'HTTP 400' }),
  ],
  ['400 that is cut off', 400, '{"errors":[{"mess', answered([], { field: undefined, message: 'HTTP 400' })],
  ['400 without a body', 400, '', answered([], { field: undefined, message: 'HTTP 400' })],
  ['400 with HTML', 400, '<html>', answered([], { field: undefined, message: 'HTTP 400' })],
  ['413', 413, '<html>', answered([], { field: undefined, message: 'HTTP 413' })],
  ['422', 422, { errors: [] }, answered([], { field: undefined, message: 'HTTP 422' })],
  ['401', 401, { meta: { error: 'Unauthorized' } }, { kind: 'auth' }],
  ['403', 403, '', { kind: 'auth' }],
  ...[408, 425, 429, 500, 502, 503, 504, 529, 599].map((status): (typeof cases)[number] => [
    `${status} with HTML`,
    status,
    '<html>',
    { kind: 'retry', why: `HTTP ${status}` },
  ]),
  ...[300, 301, 302, 303, 304, 307, 308, 402, 404, 405, 410, 451].map((status): (typeof cases)[number] => [
    `${status}`,
    status,
    '',
    { kind: 'fatal' },
  ]),
];

for (const [why, status, body, verdict] of cases) {
  test(`reply: ${why}`, () => assert.deepEqual(read(status, body), verdict));
}

test('the words of the API are cut where they grow too long', () => {
  const long = 'x'.repeat(5_000);
  for (const error of [long, { message: long }]) {
    const verdict = read(400, { errors: [error] });
    assert.equal(verdict.kind === 'answered' && verdict.unnamed?.message.length, 1_000);
  }
  const many = Array.from({ length: 100 }, (_, n) => `${n}${long}`);
  const verdict = read(400, { errors: many });
  assert.equal(verdict.kind === 'answered' && verdict.unnamed?.message.length, 10_000);
});

test('whatever the reply, only entries of the batch are refused', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        errors: fc.array(fc.record({ batch_index: fc.oneof(fc.integer({ min: -2, max: 5 }), fc.anything()), message: fc.string() })),
      })
      .map((value) => {
        try {
          return JSON.stringify(value);
        } catch {
          return '';
        }
      }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), body, fc.nat(4), (status, text, size) => {
      const verdict = readReply(status, text, size);
      if (verdict.kind !== 'answered') return;
      assert.ok(status < 300 || (verdict.refused.size === 0 && [400, 413, 422].includes(status)));
      for (const index of verdict.refused.keys()) assert.ok(Number.isInteger(index) && index >= 0 && index < size);
    }),
    { numRuns: runs(1_000) },
  );
});
