/**
 * One run at a time with a resume file. Each puts an empty file beside it whose name says which process it is, and then looks
 * for others: of two that start at once at least one sees the other. What a dead process left is cleared, so a killed run
 * locks nobody out. Runs on another machine, or in another container, are not seen.
 */
import { rmSync } from 'node:fs';
import { readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CioError, systemWords } from '../../errors.ts';
import { clearLeftBeside, PRIVATE_FILE } from '../../storage/durable-folder.ts';
import { livingIn, MARK, ownMark } from '../../storage/run-mark.ts';

const RUN = new RegExp(`^(${MARK})\\.run$`);

/** Throws `CIO_STATE` if another run has locked the file. The lock is released when the process ends. */
export async function lockResume(path: string): Promise<void> {
  try {
    const other = await findOther(await realpath(path).catch(() => path));
    if (other !== undefined) throw new CioError('CIO_STATE', `the resume file ${path} is in use by process ${other}: one run at a time`);
    await clearLeftBeside(path);
  } catch (error) {
    if (error instanceof CioError) throw error;
    throw unwritable(path, error);
  }
}

/** The error of a resume file that can't be written, or that nothing can be put beside. */
export function unwritable(path: string, cause: unknown): CioError {
  return new CioError('CIO_STATE', `the resume file can't be written to ${path}: ${systemWords(cause)}`, cause);
}

/** Marks this process, and gives another that has a mark and lives. */
async function findOther(path: string): Promise<number | undefined> {
  const [folder, prefix] = [dirname(path), `.${basename(path)}.`];
  const own = `${prefix}${ownMark()}.run`;
  process.once('exit', () => rmSync(join(folder, own), { force: true }));
  // A link at its name is not followed.
  await rm(join(folder, own), { force: true });
  await writeFile(join(folder, own), '', { flag: 'wx', mode: PRIVATE_FILE });
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || name === own) continue;
    const [, mark] = RUN.exec(name.slice(prefix.length)) ?? [];
    if (mark === undefined) continue;
    const pid = livingIn(mark);
    if (pid !== undefined) return pid;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}
