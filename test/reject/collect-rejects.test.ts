import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { collectRejects, divert, Rejection, validate } from '../../lib/index.ts';
import { deliverRows, people } from '../support/deliver-rows.ts';

const rejection = (n: number): Rejection => new Rejection({ reason: 'invalid', message: 'no', stage: 'test' }, { n });
const numbers = (rejections: readonly Rejection[]): unknown[] => rejections.map(({ record }) => (record as { n: number }).n);

test('it keeps what is written, in order, until it is cleared', async () => {
  const rejects = collectRejects();
  await rejects.flush();
  for (let n = 0; n < 1_000; n++) if (!rejects.write(rejection(n))) await once(rejects, 'drain');
  await rejects.flush();
  assert.deepEqual(numbers(rejects.rejections), [...Array(1_000).keys()]);
  rejects.clear();
  assert.deepEqual(rejects.rejections, []);
  rejects.end(rejection(7));
  await finished(rejects);
  assert.deepEqual(numbers(rejects.rejections), [7]);
  await rejects.flush();
});

test('what is no rejection fails it; those before stay', async () => {
  const rejects = collectRejects();
  rejects.write(rejection(1));
  rejects.write({ n: 2 });
  await assert.rejects(finished(rejects), { code: 'CIO_LINE', message: /put divert\(\) before it/ });
  assert.deepEqual(numbers(rejects.rejections), [1]);
});

test('as the rejects of a writer, and of divert()', async (t) => {
  const rows = [{ person_id: null, n: 9 }, ...people(3)];
  const rejects = collectRejects();
  const { error, summary } = await deliverRows(t, rows, () => ({}), { rejects });
  assert.deepEqual([error, summary.delivered, summary.rejected.total], [undefined, 3, 1]);
  const [{ cause, record } = assert.fail()] = rejects.rejections;
  assert.deepEqual([cause.reason, cause.field, record], ['invalid', 'person_id', { person_id: null, n: 9 }]);
  const diverted = collectRejects();
  const out: unknown[] = [];
  await pipeline(Readable.from(rows), validate({ object: 'person_identify' }), divert(diverted), async (entries) => {
    for await (const entry of entries) out.push(entry);
  });
  assert.deepEqual([out.length, numbers(diverted.rejections)], [3, [9]]);
});
