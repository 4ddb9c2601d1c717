/** Which version of the package this is. Loaded with the command line, so it needs nothing. */
import { readFileSync } from 'node:fs';

/** Of the package, wherever it lies: four folders up from the compiled file. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')).version;
}

/** Of all that a bug report needs. */
export function versionText(): string {
  return `customerio-streams ${packageVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`;
}
