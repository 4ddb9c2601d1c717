/** Where rejected records go if nobody names a place and standard output is a terminal: into a folder of the run. */
import { systemClock } from '../../clock.ts';
import { rejections } from '../../write/diagnostics.ts';
import type { RejectFlags } from '../flags/flags.ts';

const OWN_FOLDER = 'cio-stream-rejected-';

/**
 * The flags with a folder of this run as the place, if rejected records would go to a terminal otherwise, between the lines of
 * the display. The folder is made when the first one comes.
 */
export function withFolderAtTerminal<F extends RejectFlags & { readonly quiet?: boolean }>(flags: F): F {
  if (flags.rejects !== undefined || flags.quiet || !process.stdout.isTTY) return flags;
  const stamp = new Date(systemClock.wall()).toISOString().slice(0, 19).replaceAll(':', '-');
  return { ...flags, rejects: `${OWN_FOLDER}${stamp}` };
}

/** Says where the first rejected record goes, if nobody has named the place. */
export function nameAtFirst(to: string, note: (text: string) => void): void {
  const onFirst = (): void => {
    rejections.unsubscribe(onFirst);
    note(`rejected records go to ${to}/ (--rejects names another place, --rejects - prints them)`);
  };
  if (to.startsWith(OWN_FOLDER)) rejections.subscribe(onFirst);
}
