/**
 * One run at a time at a resume file. Each puts an empty file beside it whose name tells the process, and then looks for
 * others: of two that start at once at least one sees the other. What a dead process left is cleared, so a killed run
 * locks nobody out. Runs on another machine, or in another container, are not seen.
 */
import { rmSync } from 'node:fs';
import { readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CioError } from '../errors.ts';
import { unwritable } from './resume-state.ts';

/** Throws `CIO_STATE` where another run is at the file. This one holds it until its process ends. */
export async function beAlone(path: string): Promise<void> {
  try {
    const other = await findOther(await realpath(path).catch(() => path));
    if (other !== undefined) throw new CioError('CIO_STATE', `the resume file ${path} is in use by process ${other}: one run at a time`);
  } catch (error) {
    if (error instanceof CioError) throw error;
    throw unwritable(path, error);
  }
}

/** Marks this process, and gives another that has a mark and lives. */
async function findOther(path: string): Promise<string | undefined> {
  const [folder, prefix] = [dirname(path), `.${basename(path)}.`];
  const own = `${prefix}${process.pid}-${await startOf(process.pid)}.run`;
  process.once('exit', () => rmSync(join(folder, own), { force: true }));
  await writeFile(join(folder, own), '');
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || name === own) continue;
    const [, pid, start] = /^(\d+)-(\w+)\.run$/.exec(name.slice(prefix.length)) ?? [];
    if (pid === undefined) continue;
    if ((await startOf(Number(pid))) === start) return pid;
    await rm(join(folder, name), { force: true });
  }
  return undefined;
}

/** When a process began, since its number may be another's by now; undefined for a dead one. Only Linux tells: elsewhere, that it lives. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'EPERM') return undefined;
  }
  const told = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name of the program, in brackets, may hold anything.
  const fields = told.slice(told.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : (fields[19] ?? 'lives');
}
