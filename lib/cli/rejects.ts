/**
 * Where rejected records of a run go: a folder, or standard output. Where that is the terminal that shows the progress,
 * the live line makes room for each piece.
 */
import { Writable } from 'node:stream';
import { type RejectWriter, rejectWriter } from '../reject/reject-writer.ts';
import type { Display } from './display.ts';

/** The reject writer for `--rejects`. */
export function rejectsTo(place: string | undefined, display: Display): RejectWriter {
  if (place !== undefined && place !== '-') return rejectWriter({ to: place });
  return rejectWriter({ to: process.stdout.isTTY && process.stderr.isTTY ? terminal(display) : process.stdout });
}

/** The place in words, after "rejected records are". */
export function whereRejectsAre({ location }: RejectWriter): string {
  return location === STANDARD_OUTPUT ? 'on standard output' : `in ${location}`;
}

const STANDARD_OUTPUT = 'standard output';

function terminal(display: Display): Writable {
  const writable = new Writable({
    decodeStrings: false,
    write: (lines: string, _encoding, callback) => {
      display.clear();
      process.stdout.write(lines, callback);
    },
  });
  // The name that the reject store tells.
  return Object.assign(writable, { path: STANDARD_OUTPUT });
}
