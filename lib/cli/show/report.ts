/**
 * The summary of a run as data, and its file. The file is complete or not there: it is written beside its place and
 * renamed. Only an earlier report is replaced, never an input, a resume file or whatever else has that name. Whether all
 * this can work is asked before the run.
 */
import { constants, type Stats } from 'node:fs';
import { access, open, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CioError, codeOf, systemWords } from '../../errors.ts';
import { printableJson } from '../../printable.ts';
import { clearLeftBeside, replaceFile } from '../../storage/durable-folder.ts';
import type { Summary } from '../../write/summary.ts';
import type { Replayed } from '../input/record-reader.ts';
import type { Resumed } from '../input/resume.ts';
import { asCioError, errorInFlags } from './failure.ts';
import type { UnseenColumn } from './missing-columns.ts';

/** What `--report` writes and `--log-format json` prints at the end. */
export type Report = Pick<
  Summary,
  'read' | 'delivered' | 'rejected' | 'skipped' | 'requests' | 'retries' | 'bytes' | 'seconds' | 'warnings'
> & {
  readonly dryRun?: true;
  readonly interrupted?: true;
  readonly replayed?: Replayed;
  /** With `--resume`: inputs that an earlier run had begun, and where they resumed. The counts are of this run. */
  readonly resumed?: readonly Resumed[];
  /** Columns named by flags that no record had. */
  readonly unseenColumns?: readonly UnseenColumn[];
  readonly error?: Pick<CioError, 'code' | 'message'>;
};

/** How a run ended, beside its counts. */
export interface RunEnd {
  readonly dryRun: boolean;
  readonly interrupted: boolean;
  readonly failure: unknown;
  readonly replayed?: Replayed | undefined;
  readonly resumed?: readonly Resumed[] | undefined;
  readonly unseen?: readonly UnseenColumn[] | undefined;
}

/** The report of a run. */
export function reportOf(summary: Summary, { dryRun, interrupted, failure, replayed, resumed = [], unseen = [] }: RunEnd): Report {
  const { read, delivered, rejected, skipped, requests, retries, bytes, seconds, warnings } = summary;
  const error = failure === undefined ? undefined : asCioError(failure);
  return {
    ...{ read, delivered, rejected, skipped, requests, retries, bytes, seconds: Math.round(seconds * 1000) / 1000, warnings },
    // JSON leaves out what is undefined.
    dryRun: dryRun || undefined,
    interrupted: interrupted || undefined,
    replayed,
    resumed: resumed.length > 0 ? resumed : undefined,
    unseenColumns: unseen.length > 0 ? unseen : undefined,
    error: error && { code: error.code, message: errorInFlags(error).message },
  };
}

/** How a report begins, also one that another tool has laid out. */
const BEGINNING = /^\s*\{\s*"read"\s*:\s*\d+\s*,\s*"delivered"\s*:/;
const HEAD_BYTES = 512;

/** Throws `CIO_OPTIONS` if a report can't be written there. */
export async function checkReportPlace(path: string): Promise<void> {
  try {
    const found = await statOf(path);
    if (found?.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    await access(found?.isFile() === false ? path : dirname(found ? await realpath(path) : path), constants.W_OK);
    if (found) await checkIsReport(path, found);
    await clearLeftBeside(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Writes the report. */
export async function writeReport(path: string, report: Report): Promise<void> {
  const text = `${printableJson(report, 2)}\n`;
  try {
    const found = await statOf(path);
    // A device or a pipe must not be replaced by a file.
    if (found && !found.isFile()) return await writeFile(path, text);
    // The run itself may have put its resume file there.
    if (found) await checkIsReport(path, found);
    await replaceFile(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Throws if a file holds anything but an earlier report. */
async function checkIsReport(path: string, found: Stats): Promise<void> {
  if (!found.isFile() || found.size === 0) return;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (!BEGINNING.test(buffer.toString('utf8', 0, bytesRead))) {
      throw new CioError('CIO_OPTIONS', `the report can't be written to ${path}: the file that is there is not a report, and is kept`);
    }
  } finally {
    await file.close();
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unwritable(path: string, cause: unknown): CioError {
  if (cause instanceof CioError) return cause;
  return new CioError('CIO_OPTIONS', `the report can't be written to ${path}: ${systemWords(cause)}`, cause);
}
