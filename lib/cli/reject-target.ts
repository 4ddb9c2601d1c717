/**
 * Where rejected records of a run go: a folder, object storage, or standard output. Where that is a terminal, the live line
 * of the progress makes room for each piece, and what would command the terminal is escaped. Mistakes are told in the words of the command line.
 */
import { Writable } from 'node:stream';
import { CioError } from '../errors.ts';
import { escapedJson } from '../printable.ts';
import { FILE_NAME_FORMAT } from '../reject/open-store.ts';
import { type RejectWriter, rejectWriter } from '../reject/reject-writer.ts';
import { type CheckStoreOptions, checkStore } from '../storage/check-store.ts';
import type { StoreOptions } from '../storage/options.ts';
import { given } from './flags/given.ts';
import type { RejectFlags, StoreFlags } from './flags/store-options.ts';
import type { Display } from './show/display.ts';

/** How to get to object storage, as the library wants it. */
export function accessOf(flags: StoreFlags): Pick<StoreOptions, 's3' | 'gcs'> {
  const { s3Endpoint, s3Region, s3RoleArn, s3ExternalId, s3PathStyle, s3Checksums } = flags;
  const { gcsEndpoint, gcsProject, gcsKeyFile } = flags;
  if (s3ExternalId !== undefined && s3RoleArn === undefined) {
    throw new CioError('CIO_OPTIONS', '--s3-external-id does nothing without --s3-role-arn');
  }
  return {
    s3: given({
      ...{ endpoint: s3Endpoint, region: s3Region, roleArn: s3RoleArn, externalId: s3ExternalId, forcePathStyle: s3PathStyle },
      requestChecksumCalculation: s3Checksums?.toUpperCase() as 'WHEN_SUPPORTED' | 'WHEN_REQUIRED' | undefined,
    }),
    gcs: given({ apiEndpoint: gcsEndpoint, projectId: gcsProject, keyFilename: gcsKeyFile }),
  };
}

/** The reject writer for `--rejects`; files of a dry run are not mistaken for those of a real one. Throws `CIO_OPTIONS`. */
export function rejectsTo(flags: RejectFlags & { readonly giveUpMs?: number; readonly dryRun?: boolean }, display: Display): RejectWriter {
  const objects = given({
    format: flags.rejectsFormat,
    flattening: flags.rejectsFlattening,
    compression: flags.rejectsGzip && ('gzip' as const),
    pathFormat: flags.rejectsPath,
    fileNameFormat: flags.rejectsFile,
    rollBytes: flags.rejectsRollBytes,
    rollMs: flags.rejectsRollMs,
    spillTo: flags.rejectsSpill,
  });
  const place = placeOf(flags);
  if (place !== undefined) {
    const { giveUpMs, dryRun } = flags;
    const marked = dryRun ? { fileNameFormat: `dry-run-${flags.rejectsFile ?? FILE_NAME_FORMAT}` } : {};
    return inFlags('--rejects', () =>
      rejectWriter({ to: place, ...objects, ...marked, ...accessOf(flags), giveUpMs, onNote: display.note }),
    );
  }
  const [useless] = Object.keys(objects);
  if (useless !== undefined) throw new CioError('CIO_OPTIONS', `${FLAGS[useless]} needs --rejects with a folder, s3:// or gs://`);
  return rejectWriter({ to: process.stdout.isTTY ? terminal(display) : process.stdout });
}

/** Tests the place of `--rejects`, where there is one. Throws `CIO_OPTIONS` or `CIO_REJECT_STORE`. */
export async function checkRejects(flags: RejectFlags, how: Checking = {}): Promise<void> {
  const place = placeOf(flags);
  if (place !== undefined) await checkPlace('--rejects', place, flags, how);
}

/** Tests the place that `flag` names. */
export function checkPlace(flag: string, place: string, flags: StoreFlags, how: Checking): Promise<void> {
  return inFlags(flag, () => checkStore(place, { ...accessOf(flags), ...how }));
}

type Checking = Pick<CheckStoreOptions, 'signal' | 'onNote'>;

/** The place in words, after "rejected records are". */
export function whereRejectsAre({ location }: RejectWriter): string {
  return location === STANDARD_OUTPUT ? 'on standard output' : `in ${location}`;
}

const FLAGS: Readonly<Record<string, string>> = {
  format: '--rejects-format',
  flattening: '--rejects-flattening',
  compression: '--rejects-gzip',
  pathFormat: '--rejects-path',
  fileNameFormat: '--rejects-file',
  rollBytes: '--rejects-roll-bytes',
  rollMs: '--rejects-roll-ms',
  spillTo: '--rejects-spill',
};

/** Runs `run`; what is wrong with an option of the library is told as the flag, and with the place as `place`. */
export function inFlags<T>(place: string, run: () => T): T {
  const told = (error: unknown): unknown => {
    if (!(error instanceof CioError && error.code === 'CIO_OPTIONS')) return error;
    const message = error.message
      .replace(/^(rejectWriter|openRejects|checkStore|move): /, '')
      .replace(/^option "(\w+)"/, (_whole, name: string) => FLAGS[name] ?? place)
      .replace(/pathFormat|fileNameFormat/g, (name) => FLAGS[name] ?? name);
    return new CioError('CIO_OPTIONS', message.startsWith('-') ? message : `${place}: ${message}`, error.cause);
  };
  try {
    const result = run();
    return result instanceof Promise ? (result.catch((error) => Promise.reject(told(error))) as T) : result;
  } catch (error) {
    throw told(error);
  }
}

function placeOf({ rejects }: RejectFlags): string | undefined {
  return rejects === '-' ? undefined : rejects;
}

const STANDARD_OUTPUT = 'standard output';

function terminal(display: Display): Writable {
  const writable = new Writable({
    decodeStrings: false,
    write: (lines: string, _encoding, callback) => {
      display.clear();
      process.stdout.write(escapedJson(lines), callback);
    },
  });
  // The name that the reject store tells.
  return Object.assign(writable, { path: STANDARD_OUTPUT });
}
