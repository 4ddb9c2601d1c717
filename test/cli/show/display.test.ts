/** Whatever names and words get into what a run says, a terminal and a log see printable characters. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openDisplay } from '../../../lib/cli/show/display.ts';
import { printFailure } from '../../../lib/cli/show/failure.ts';
import { RejectCounts } from '../../../lib/cli/show/reject-counts.ts';
import { reportOf } from '../../../lib/cli/show/report.ts';
import { CioError } from '../../../lib/errors.ts';
import { Origin } from '../../../lib/record/origin.ts';
import { Rejection } from '../../../lib/record/rejection.ts';
import { Summary } from '../../../lib/write/summary.ts';
import { cli } from '../../support/cli/run-cli.ts';
import fc from '../../support/fast-check.ts';
import { runs } from '../../support/runs.ts';

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What standard error got, line by line. */
function listen(t: TestContext): () => string[] {
  const said: string[] = [];
  t.mock.method(console, 'error', (text: string) => said.push(...text.split('\n')));
  return () => said.splice(0);
}

test('law: each line is ours, and printable, in text and in JSON', async (t) => {
  const said = listen(t);
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom('a\nfailed: x', '\u001b[2J', '\u202e', '\u0085', '\u2028'),
  );
  for (const logFormat of ['text', 'json'] as const) {
    const display = openDisplay({ logFormat });
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const summary = new Summary();
        summary.read = 3;
        const kinds = new RejectCounts();
        for (const reason of ['malformed', 'refused', 'invalid'] as const) {
          const cause = { reason, field: text, message: text, stage: 'csv' };
          summary.reject(cause);
          kinds.add(new Rejection(cause, { [text]: text }, new Origin({ line: 3 }, { source: text })));
        }
        const unseen = [{ option: `--id ${text}`, column: text, nearest: text }];
        const resumed = [{ input: text, line: 5 }] as never;
        const ending = { dryRun: false, interrupted: false, failure: new Error(text), resumed, unseen };
        const counts: number[] = [];
        for (const say of [
          () => display.note(text),
          () => display.summary(reportOf(summary, ending), { rejects: text, kinds: kinds.kinds, otherKinds: 0 }, false),
          () => printFailure(new CioError('CIO_SOURCE', text), logFormat),
          () => printFailure(Object.assign(new Error(text), { code: text }), logFormat),
        ]) {
          say();
          const lines = said();
          for (const line of lines) assert.doesNotMatch(line, UNPRINTABLE);
          if (logFormat === 'json') for (const line of lines) JSON.parse(line);
          counts.push(lines.length);
        }
        // Title, traffic, a table of a head and three kinds with an example each, a warning, the place of the rejects.
        assert.deepEqual(counts, logFormat === 'json' ? [1, 1, 1, 1] : [1, 11, 2, 1]);
      }),
      { numRuns: runs(30) },
    );
  }
});

test('a file name that would command the terminal does not', async () => {
  const name = 'no\u001b[31m such\nfile\u202e.csv';
  for (const format of ['text', 'json']) {
    const ran = await cli(['people', name, '--site-id', 's', '--api-key', 'k', '--log-format', format]);
    assert.equal(ran.status, 5, ran.stderr);
    assert.doesNotMatch(ran.stderr.replaceAll('\n', ''), UNPRINTABLE);
    assert.equal(ran.stderr.trimEnd().split('\n').length, format === 'json' ? 1 : 2);
  }
});

test('a service says less often how far it is', () => {
  for (const logFormat of ['text', 'json'] as const) {
    const [run, service] = [false, true].map((isService) => openDisplay({ logFormat, isService }));
    assert.deepEqual([run?.everyMs, service?.everyMs], process.stderr.isTTY && logFormat === 'text' ? [200, 200] : [10_000, 60_000]);
  }
});
