/**
 * What the tests of scale-out need and a bare machine lacks: a broker, a Redis, and a Node that the Kafka client takes. `up.sh` in
 * test/integration/scale/ gets the first two and prints the environment that names them.
 */
import type { TestContext } from 'node:test';
import { skipOrFail } from '../skip-or-fail.ts';

const HOW = 'eval "$(test/integration/scale/up.sh DIR)" gets it';

/** What a test may ask for, and why it is not there. */
const LACKS = {
  kafka: () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (!((major === 22 && minor >= 22) || (major === 24 && minor >= 6) || major > 24))
      return `@platformatic/kafka needs Node 22.22 or 24.6, this is ${process.versions.node}`;
    return process.env.CIO_KAFKA_JARS ? undefined : `CIO_KAFKA_JARS is not set: ${HOW}`;
  },
  redis: () => (process.env.CIO_REDIS_SERVER ? undefined : `CIO_REDIS_SERVER is not set: ${HOW}`),
};

/** Why something is missing; empty if nothing is. */
export function whatIsMissing(...needs: readonly (keyof typeof LACKS)[]): string {
  return needs.flatMap((need) => LACKS[need]() ?? []).join('; ');
}

/** True if something is missing: the test is marked as skipped, or failed on CI, and has to return. */
export function isMissing(t: TestContext, ...needs: readonly (keyof typeof LACKS)[]): boolean {
  const why = whatIsMissing(...needs);
  if (why === '') return false;
  // On CI the servers are there for one of the runs only, which is the one without this.
  if (process.env.CIO_SERVERS === 'skip') t.skip(why);
  else skipOrFail(t, why);
  return true;
}
