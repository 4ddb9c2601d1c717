/** Which version of the package this is. The command line loads it first, so it needs nothing. */
import { readFileSync } from 'node:fs';

/** Of the package, wherever it lies: two folders up from the compiled file. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

/** Of all that a bug report needs. */
export function versionText(): string {
  return `customerio-streams ${packageVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`;
}
