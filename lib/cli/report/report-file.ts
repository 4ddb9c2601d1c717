/**
 * The file of `--report`: JSON, or a page if its name ends in .html. It is complete or not there: it is written beside its
 * place and renamed. Only an earlier report is replaced, never an input, a resume file or whatever else has that name.
 * Whether all this can work is asked before the run.
 */
import { constants } from 'node:fs';
import { access, open, realpath, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CioError, systemWords } from '../../errors.ts';
import { printableJson } from '../../printable.ts';
import { clearLeftBeside, replaceFile, statOf } from '../../storage/durable-folder.ts';
import type { Report } from '../show/report.ts';
import type { Timeline } from './recorder.ts';

/** How a page begins. */
const PAGE_MARK = '<!doctype html>\n<!-- report of cio-stream -->\n';

/** How a report begins: a page, or JSON, also if another tool has laid that out. */
const BEGINNING = new RegExp(`^(\\s*\\{\\s*"read"\\s*:\\s*\\d+\\s*,\\s*"delivered"\\s*:|${PAGE_MARK})`);
const HEAD_BYTES = 512;

/** Throws `CIO_OPTIONS` if a report can't be written there. */
export async function checkReportPlace(path: string): Promise<void> {
  if (path === '-') throw new CioError('CIO_OPTIONS', '--report needs the name of a file: rejected rows may go to standard output');
  try {
    const found = await statOf(path);
    if (found?.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    const folder = dirname(path);
    if (!found && !(await statOf(folder))) throw unwritable(path, `the folder ${folder} does not exist`);
    await access(found?.isFile() === false ? path : dirname(found ? await realpath(path) : path), constants.W_OK);
    if (found) await checkIsReport(path, found);
    await clearLeftBeside(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Writes the report. */
export async function writeReport(path: string, report: Report, timeline: Timeline): Promise<void> {
  try {
    const text = await textOf(path, report, timeline);
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

async function textOf(path: string, report: Report, timeline: Timeline): Promise<string> {
  if (!/\.html?$/i.test(path)) return `${printableJson(report, 2)}\n`;
  const { reportPage } = await import('./page/page.ts');
  return PAGE_MARK + (await reportPage(report, timeline));
}

/** Throws if a file holds anything but an earlier report. */
async function checkIsReport(path: string, found: NonNullable<Awaited<ReturnType<typeof statOf>>>): Promise<void> {
  if (!found.isFile() || Number(found.size) === 0) return;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (!BEGINNING.test(buffer.toString('utf8', 0, bytesRead))) {
      throw unwritable(path, 'the file there is not a report, so it is kept');
    }
  } finally {
    await file.close();
  }
}

function unwritable(path: string, cause: unknown): CioError {
  if (cause instanceof CioError) return cause;
  const why = typeof cause === 'string' ? cause : systemWords(cause);
  return new CioError('CIO_OPTIONS', `the report can't be written to ${path}: ${why}`, typeof cause === 'string' ? undefined : cause);
}
