import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Summary } from '../../lib/write/summary.ts';

const reject = (summary: Summary, message: string, field?: string): void =>
  summary.reject({ reason: 'invalid', field, message, stage: 'validate' });

test('every outcome is counted by its reason, and each warning of what was delivered', () => {
  const summary = new Summary();
  summary.deliver(undefined);
  summary.deliver(['odd_email', 'truncated']);
  summary.deliver(['odd_email']);
  summary.skip('duplicate');
  reject(summary, 'is empty');
  const { delivered, skipped, rejected, warnings } = summary;
  assert.deepEqual([delivered, skipped.total, rejected.total], [3, 1, 1]);
  assert.deepEqual([skipped.byReason.duplicate, skipped.byReason.unchanged], [1, 0]);
  assert.deepEqual([rejected.byReason.invalid, rejected.byReason.refused], [1, 0]);
  assert.deepEqual(warnings, { odd_email: 2, truncated: 1 });
});

test('of each reason it keeps the field and message that came most often; of two as frequent, the first to come so far', () => {
  const summary = new Summary();
  reject(summary, 'is empty', 'email');
  reject(summary, 'is empty', 'id');
  assert.deepEqual(summary.rejected.mostOften.invalid, { records: 1, field: 'email', message: 'is empty' });
  reject(summary, 'is empty', 'id');
  reject(summary, 'is wrong', 'id');
  assert.deepEqual(summary.rejected.mostOften.invalid, { records: 2, field: 'id', message: 'is empty' });
  summary.reject({ reason: 'refused', message: 'no', stage: 'trackWriter' });
  assert.equal(summary.rejected.mostOften.refused?.records, 1);
});

test('messages without number take no memory without number; the counts stay exact', () => {
  const summary = new Summary();
  for (let n = 0; n < 10_000; n++) reject(summary, `message ${n}`);
  for (let n = 0; n < 3; n++) reject(summary, 'message 7');
  assert.equal(summary.rejected.byReason.invalid, 10_003);
  assert.deepEqual(summary.rejected.mostOften.invalid, { records: 4, field: undefined, message: 'message 7' });
});

test('as text it is one line, with the reasons that there are', () => {
  const summary = new Summary();
  assert.equal(String(summary), '0 rows: 0 delivered, 0 rejected, 0 skipped');
  summary.read = 1;
  summary.deliver(undefined);
  assert.equal(`${summary}`, '1 row: 1 delivered, 0 rejected, 0 skipped');
  summary.read = 5;
  for (let n = 0; n < 2; n++) reject(summary, 'is empty');
  summary.reject({ reason: 'malformed', message: 'no', stage: 'csv' });
  summary.skip('unchanged');
  assert.equal(`${summary}`, '5 rows: 1 delivered, 3 rejected (1 malformed, 2 invalid), 1 skipped (1 unchanged)');
});

test('as text it has what is not finished, and the warnings', () => {
  const summary = new Summary();
  summary.read = 1_003;
  summary.deliver(['odd_email']);
  assert.equal(`${summary}`, '1003 rows: 1 delivered, 0 rejected, 0 skipped, 1002 not finished; 1 warning (1 odd_email)');
  summary.read = 2;
  summary.deliver(['odd_email', 'truncated']);
  assert.equal(`${summary}`, '2 rows: 2 delivered, 0 rejected, 0 skipped; 3 warnings (2 odd_email, 1 truncated)');
});

test('as JSON it is its counts', () => {
  const summary = new Summary();
  reject(summary, 'is empty', 'email');
  const { rejected, ...rest } = JSON.parse(JSON.stringify(summary));
  assert.deepEqual(Object.keys(rest).sort(), ['bytes', 'delivered', 'read', 'requests', 'retries', 'seconds', 'skipped', 'warnings']);
  assert.deepEqual(rejected.mostOften, { invalid: { records: 1, field: 'email', message: 'is empty' } });
});
