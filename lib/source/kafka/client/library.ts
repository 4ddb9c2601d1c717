/**
 * Loads @platformatic/kafka on first use. It is an optional peer that wants a newer Node than this package, and on an older one
 * `npm install` without a version quietly takes release 1, which reads otherwise: so what is loaded is looked at.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CioError, codeOf } from '../../../errors.ts';

/** What is used of it. */
export type KafkaLibrary = Pick<typeof import('@platformatic/kafka'), 'Admin' | 'Consumer'>;

/** Its group consumer, which is used as a client for all else, too. */
export type KafkaConsumer = InstanceType<KafkaLibrary['Consumer']>;

const PACKAGE = '@platformatic/kafka';
const INSTALL = 'npm install @platformatic/kafka@2';
const NODE = 'Node 22.22 or later, or 24.6 or later';

/** The library. Throws `CIO_OPTIONS` if it, or this Node, is not what is needed. */
export async function loadKafka(): Promise<KafkaLibrary> {
  const problem = libraryProblem(process.versions.node, installedVersion());
  if (problem !== undefined) throw new CioError('CIO_OPTIONS', problem, undefined, 'Install what the message names.');
  return import('@platformatic/kafka');
}

/** Why kafka() can't run on this Node with this release of the library, if it can't. */
export function libraryProblem(node: string, installed: string | undefined): string | undefined {
  const [major = 0, minor = 0] = numbersOf(node);
  const isNew = (major === 22 && minor >= 22) || (major === 24 && minor >= 6) || major > 24;
  const found = installed === undefined ? 'it is not installed' : `release ${installed} is installed`;
  const isRelease2 = numbersOf(installed ?? '')[0] === 2;
  const install = isRelease2 ? '' : `. On a newer Node: ${INSTALL}`;
  if (!isNew) return `kafka() needs ${NODE}, for ${PACKAGE} 2; this is Node ${node}, and ${found}${install}`;
  if (installed === undefined) return `kafka() needs a package that is not installed: ${INSTALL}`;
  if (!isRelease2) return `kafka() needs release 2 of ${PACKAGE}, and ${found}: ${INSTALL}`;
  return undefined;
}

function numbersOf(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10));
}

/** Undefined if it is not installed. */
function installedVersion(): string | undefined {
  try {
    const main = createRequire(import.meta.url).resolve(PACKAGE);
    const [folder] = main.split(/(?<=[\\/]@platformatic[\\/]kafka)[\\/]/);
    return String(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).version);
  } catch (error) {
    if (codeOf(error) === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
