/**
 * Names that say which process made a file, so that files of a killed run are not taken for files in use. The number of a
 * process may be that of another one by now, so its start is in the mark too; and since neither means anything on another
 * machine, in another container or before a restart, so is a sign of this one. Of marks from elsewhere only the age counts.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, type Stats } from 'node:fs';
import { lstat, opendir, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { codeOf } from '../errors.ts';

/** A mark, as a piece of a pattern. */
export const MARK: string = String.raw`\d+-\w+-[0-9a-f]{8}`;

const WEEK_MS = 7 * 24 * 3_600_000;
/** A folder that holds more is not searched to its end: that would delay the run. */
const MOST_ENTRIES = 20_000;
const LIVES = 'lives';

let own: string | undefined;

/** That of this process. */
export function ownMark(): string {
  own ??= `${process.pid}-${startOf(process.pid)}-${here()}`;
  return own;
}

/** The process that has made a mark, if it lives here. */
export function livingIn(mark: string): number | undefined {
  const [pid, start, where] = mark.split('-');
  const began = where === here() ? startOf(Number(pid)) : undefined;
  return began === start || began === LIVES ? Number(pid) : undefined;
}

/** Whether a file with this mark, last written to at `writtenMs`, is not in use any more. */
export function isLeft(mark: string, writtenMs: number): boolean {
  if (livingIn(mark) !== undefined) return false;
  return mark.endsWith(`-${here()}`) || systemClock.wall() - writtenMs > WEEK_MS;
}

/**
 * Deletes the files that killed runs have left at or below a folder; `pattern` finds the mark in a name. Only files of
 * this user, never what a link leads to. Never fails: the run has other things to do.
 */
export async function clearLeftFiles(folder: string, pattern: RegExp, recursive = false): Promise<void> {
  try {
    let seen = 0;
    for await (const entry of await opendir(folder, { recursive })) {
      const mark = pattern.exec(entry.name)?.[1];
      if (mark !== undefined && entry.isFile()) await clearFile(join(entry.parentPath, entry.name), mark).catch(() => {});
      if (++seen >= MOST_ENTRIES) return;
    }
  } catch {
    // It is not there, or can't be read.
  }
}

async function clearFile(path: string, mark: string): Promise<void> {
  const found = await lstat(path);
  if (found.isFile() && isOurs(found) && isLeft(mark, found.mtimeMs)) await unlink(path);
}

/** Whether something belongs to the user of this process. Windows does not say. */
export function isOurs({ uid }: Pick<Stats, 'uid'>): boolean {
  return process.getuid === undefined || process.getuid() === uid;
}

/** When a process began; undefined for a dead one. Only Linux says, and not always: elsewhere, that it lives. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return undefined;
  }
  const status = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name of the program, in brackets, may hold anything.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : (fields[19] ?? LIVES);
}

let place: string | undefined;

/** The machine since it was started, and the container. */
function here(): string {
  place ??= createHash('sha256')
    .update(textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) || hostname())
    .update(textOf(() => readlinkSync('/proc/self/ns/pid')))
    .digest('hex')
    .slice(0, 8);
  return place;
}

function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
