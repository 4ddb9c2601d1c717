/** A folder for one test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A new folder that is removed after the test, and with it what was not stored there. */
export async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cio-test-'));
  t.after(async () => {
    for (const own of [path, `${path}.fallback`]) await rm(own, { recursive: true, force: true });
  });
  return path;
}
