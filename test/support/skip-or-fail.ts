/** For a test whose tools are not on this machine: it is skipped with the reason, but fails where .ci/run set CIO_CI. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

/** Marks the test as skipped; it has to return then. */
export function skipOrFail(t: TestContext, why: string): void {
  assert.ok(!process.env.CIO_CI, why);
  t.skip(why);
}
