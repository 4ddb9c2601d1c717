/**
 * Objects that we make -> lines of JSON, by ndjson: the messages of a log and of a protocol. Not for records: to write one
 * it would have to be parsed, and its digits and its own text be lost.
 */
import { createRequire } from 'node:module';
import { EOL } from 'node:os';
import type * as Ndjson from 'ndjson';
import { escapedJson } from '../printable.ts';

/** Makes a function that gives the line of an object, printable and without a line break. */
export function jsonLines(): (message: object) => string {
  // Loaded when it is asked for: most commands print no JSON.
  const { stringify } = createRequire(import.meta.url)('ndjson') as typeof Ndjson;
  const lines = stringify();
  return (message) => {
    lines.write(message);
    // Read at once, not piped: a line that waits in a pipe is lost when the process exits. The line break is that of the system.
    const line: string = lines.read();
    return escapedJson(line.slice(0, -EOL.length));
  };
}
