/**
 * The place for rejected records. If nobody names one and standard output is a terminal, it is a folder of the run. If they are
 * wanted on the terminal all the same, the live line of the progress is removed before each piece, and what would command the
 * terminal is escaped.
 */
import { Writable } from 'node:stream';
import { systemClock } from '../../clock.ts';
import { escapedJson } from '../../printable.ts';
import { stampOf } from '../../reject/naming.ts';
import { rejections } from '../../write/diagnostics.ts';
import type { RejectFlags } from '../flags/flags.ts';
import type { Display } from '../show/display.ts';

/** What standard output is called. */
export const STANDARD_OUTPUT = 'standard output';
const OWN_FOLDER = 'cio-stream-rejected-';

/** The place of `--rejects`; undefined for standard output. */
export function rejectsPlace({ rejects }: RejectFlags): string | undefined {
  return rejects === '-' ? undefined : rejects;
}

/**
 * The flags with a folder of this run as the place, if rejected records would go to a terminal otherwise, between the lines of
 * the display. The folder is made when the first one comes.
 */
export function withFolderAtTerminal<F extends RejectFlags & { readonly quiet?: boolean }>(flags: F): F {
  if (flags.rejects !== undefined || flags.quiet || !process.stdout.isTTY) return flags;
  return { ...flags, rejects: `${OWN_FOLDER}${stampOf(systemClock.wall())}` };
}

/** Says where the first rejected record goes, if nobody has named the place. */
export function nameAtFirst(to: string, note: (text: string) => void): void {
  const onFirst = (): void => {
    rejections.unsubscribe(onFirst);
    note(`rejected rows go to ${to}/ (--rejects names another place, --rejects - prints them)`);
  };
  if (to.startsWith(OWN_FOLDER)) rejections.subscribe(onFirst);
}

/** Standard output as a terminal. */
export function terminal(display: Display): Writable {
  const writable = new Writable({
    decodeStrings: false,
    write: (lines: string, _encoding, callback) => {
      display.clear();
      process.stdout.write(escapedJson(lines), callback);
    },
  });
  // By this the reject store names the place.
  return Object.assign(writable, { path: STANDARD_OUTPUT });
}
