import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RejectFlags } from '../../../lib/cli/flags/flags.ts';
import { RunRejected } from '../../../lib/cli/run/rejected-rows.ts';
import { Origin } from '../../../lib/record/origin.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import type { RejectWriter } from '../../../lib/reject/reject-writer.ts';
import { rejections } from '../../../lib/write/diagnostics.ts';

const counting = (flags: object): RunRejected => new RunRejected({ location: 'place' } as RejectWriter, flags as RejectFlags);

test('what a run rejects is counted while it is listened to, with two examples and their wrong values', () => {
  const counts = counting({});
  const reject = (record: unknown, line: number, field = 'Joined'): void => {
    const cause = { reason: 'invalid', message: 'is not a time', stage: 'validate', field } as const;
    const rejection = new Rejection(cause, record, new Origin({ line }, { source: 'crm.csv' }));
    rejections.publish(() => ({ ...cause, status: undefined, rejection }));
  };
  for (let n = 2; n < 6; n++) reject({ Joined: `${n} May` }, n);
  reject({ plan: 'x'.repeat(100) }, 9, 'attributes.plan');
  reject({ ltv: Number.NaN }, 9, 'ltv');
  reject({ a: [{ b: 7 }] }, 10, 'a.0.b');
  counts.close();
  reject({ Joined: 'after' }, 11);
  assert.equal(counts.records, 7);
  const [joined, plan, ltv] = counts.kinds;
  assert.deepEqual(joined?.examples, [
    { source: 'crm.csv', line: 2, message: 'is not a time', value: '2 May', record: '{"Joined":"2 May"}' },
    { source: 'crm.csv', line: 3, message: 'is not a time', value: '3 May', record: '{"Joined":"3 May"}' },
  ]);
  assert.equal(plan?.examples[0]?.value, `${'x'.repeat(60)}…`);
  assert.equal(ltv?.examples[0]?.value, 'NaN');
});

test('the commands that come next reach the place as this run did', () => {
  const commandsFor = (flags: object): unknown => {
    const counts = counting(flags);
    counts.add({ rejected_reason: 'invalid' });
    counts.close();
    return counts.rows.commands;
  };
  assert.equal(commandsFor({ rejects: '-' }), undefined);
  assert.deepEqual(commandsFor({ rejects: '-x y', s3Region: 'r' }), {
    look: "cio-stream rejects './-x y' --rows",
    sendAgain: "cio-stream replay './-x y'",
  });
  const store = { s3Endpoint: 'http://h', s3PathStyle: false, s3Checksums: 'WHEN_REQUIRED' };
  const access = '--no-s3-path-style --s3-checksums when_required --s3-endpoint http://h';
  assert.deepEqual(commandsFor({ rejects: 's3://b/p', ...store }), {
    look: `cio-stream rejects s3://b/p ${access} --rows`,
    sendAgain: `cio-stream replay s3://b/p ${access}`,
  });
});
