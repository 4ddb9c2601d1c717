/** What keeps rejected records of a run: a folder, object storage, or standard output. */
import { CioError } from '../../errors.ts';
import type { KeptMapping } from '../../record/kept-mapping.ts';
import { FILE_NAME_FORMAT } from '../../reject/open-store.ts';
import { REJECT_WRITER_SHAPE } from '../../reject/options.ts';
import { type RejectWriter, rejectWriter } from '../../reject/reject-writer.ts';
import { type CheckStoreOptions, checkStore } from '../../storage/check-store.ts';
import { optionsFrom } from '../flags/flag.ts';
import type { RejectFlags } from '../flags/flags.ts';
import { flagOf } from '../flags/names.ts';
import { accessOf } from '../flags/store-access.ts';
import type { Display } from '../show/display.ts';
import { nameAtFirst, rejectsPlace, STANDARD_OUTPUT, terminal } from './rejects-place.ts';

/** The reject writer for `--rejects`; files of a dry run are not mistaken for those of a real one. Throws `CIO_OPTIONS`. */
export function rejectsTo(
  flags: RejectFlags & { readonly giveUpMs?: number; readonly dryRun?: boolean },
  display: Display,
  kept?: KeptMapping,
): RejectWriter {
  const options = optionsFrom(REJECT_WRITER_SHAPE, flags);
  const mapping = kept && { command: kept.command, config: kept.config };
  const to = rejectsPlace(flags);
  if (to !== undefined) {
    nameAtFirst(to, display.note);
    const fileNameFormat = flags.dryRun ? `dry-run-${flags.rejectsFile ?? FILE_NAME_FORMAT}` : flags.rejectsFile;
    return rejectWriter({ ...options, to, mapping, fileNameFormat, ...accessOf(flags), giveUpMs: flags.giveUpMs, onNote: display.note });
  }
  const [useless] = Object.keys(options);
  if (useless !== undefined)
    throw new CioError('CIO_OPTIONS', `${flagOf('rejectWriter', useless)} needs --rejects with a folder, s3:// or gs://`);
  return rejectWriter({ to: process.stdout.isTTY ? terminal(display) : process.stdout, mapping });
}

/** Tests the place of `--rejects`, if there is one. Throws `CIO_OPTIONS` or `CIO_REJECT_STORE`. */
export async function checkRejects(flags: RejectFlags, how: Pick<CheckStoreOptions, 'signal' | 'onNote'> = {}): Promise<void> {
  const place = rejectsPlace(flags);
  if (place !== undefined) await checkStore(place, { ...accessOf(flags), ...how });
}

/** Where they are in words, after "rejected records are". */
export function whereRejectsAre({ location }: RejectWriter): string {
  return location === STANDARD_OUTPUT ? 'on standard output' : `in ${location}`;
}

/** Where they are, as a path or an address; undefined for standard output. */
export function rejectsLocation({ location }: RejectWriter): string | undefined {
  return location === STANDARD_OUTPUT ? undefined : location;
}
