/** What a test needs and the machine does not have: a skip that says so, but a failure where .ci/run set CIO_CI. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

/** Ends the test at the next return. */
export function missing(t: TestContext, what: string): void {
  assert.ok(!process.env.CIO_CI, what);
  t.skip(what);
}
