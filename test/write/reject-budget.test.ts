import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reason } from '../../lib/record/rejection.ts';
import { isMaxRejected, RejectBudget } from '../../lib/write/reject-budget.ts';

/** A budget after `read` rows of which those in `rejected` (numbers from 1) were rejected; the row at which it was exceeded. */
function exceededAt(
  budget: RejectBudget,
  read: number,
  isRejected: (row: number) => boolean,
  { reason = 'invalid' as Reason, stage = 'validate' } = {},
): number | undefined {
  for (let row = 1; row <= read; row++) {
    if (isRejected(row)) budget.add({ reason, message: 'is missing', stage }, row);
    if (budget.exceeded !== undefined) return row;
  }
  return undefined;
}

test('what maxRejected may be', () => {
  for (const good of [0, 5, Number.POSITIVE_INFINITY, '0%', '5%', '2.5%', '100%', '100.0%']) assert.ok(isMaxRejected(good), String(good));
  for (const bad of [-1, 1.5, Number.NaN, '5', '101%', '-1%', '%', '1e1%', '', null, undefined, true, ' 5%', '100.1%', 2 ** 60])
    assert.ok(!isMaxRejected(bad), String(bad));
});

test('a number of rows: exceeded by the first row over it', () => {
  assert.equal(
    exceededAt(new RejectBudget(0), 10, (row) => row === 4),
    4,
  );
  assert.equal(
    exceededAt(new RejectBudget(2), 10, (row) => row % 2 === 0),
    6,
  );
  const atTheLimit = new RejectBudget(5);
  assert.equal(
    exceededAt(atTheLimit, 10, (row) => row % 2 === 0),
    undefined,
  );
  atTheLimit.end(10);
  assert.equal(atTheLimit.exceeded, undefined);
});

test('a share: counted from 1,000 rows on, and at the end however few there were', () => {
  const early = new RejectBudget('10%');
  assert.equal(
    exceededAt(early, 5_000, (row) => row <= 300),
    undefined,
  );
  assert.equal(
    exceededAt(new RejectBudget('10%'), 5_000, (row) => row > 900),
    1_001,
  );
  const few = new RejectBudget('10%');
  assert.equal(
    exceededAt(few, 10, (row) => row <= 2),
    undefined,
  );
  few.end(10);
  assert.equal(String(few.exceeded), '2 of 10 rows were rejected, more than maxRejected (10%) allows');
});

test('without a limit: only a first 1,000 rows that are all malformed', () => {
  assert.equal(
    exceededAt(new RejectBudget(undefined), 5_000, () => true, { reason: 'malformed', stage: 'ndjson' }),
    1_000,
  );
  assert.equal(
    exceededAt(new RejectBudget(undefined), 5_000, (row) => row !== 17, { reason: 'malformed', stage: 'ndjson' }),
    undefined,
  );
  assert.equal(
    exceededAt(new RejectBudget(undefined), 5_000, () => true),
    undefined,
  );
  for (const max of [Number.POSITIVE_INFINITY, '100%'] as const) {
    assert.equal(
      exceededAt(new RejectBudget(max), 5_000, () => true, { reason: 'malformed', stage: 'ndjson' }),
      undefined,
    );
  }
  assert.equal(
    exceededAt(new RejectBudget(undefined), 5_000, () => true, { reason: 'malformed', stage: 'reopen' }),
    undefined,
    'rows that were rejected before',
  );
});
