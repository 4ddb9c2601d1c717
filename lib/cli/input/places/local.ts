/** Files of this machine: one, a named pipe, or a folder with all that lies below it. */
import { closeSync, constants, createReadStream, fstatSync, open, openSync, type Stats } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join, normalize, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { fileAccess } from '../../../bytes/random-access.ts';
import { sleep, systemClock } from '../../../clock.ts';
import { CioError, codeOf } from '../../../errors.ts';
import { dataFiles } from './data-files.ts';
import type { Bytes, Place } from './place.ts';
import { inputUnreadable } from './unreadable.ts';

const WAKE_MS = 10;
/** Read at once: larger pieces cost less per row, and more memory. */
const READ_BYTES = 262_144;

/** What is at the path. Throws `CIO_SOURCE`. */
export async function localPlaces(path: string, note: (text: string) => void): Promise<Place[]> {
  const stats = await stat(path).catch((error) => Promise.reject(inputUnreadable(path, error)));
  if (!stats.isDirectory()) return [await file(path, stats)];
  const found = await filesBelow(path, note).catch((error) => Promise.reject(inputUnreadable(error.path ?? path, error)));
  const places: Place[] = [];
  for (const { name, stats } of dataFiles(path, found, note)) places.push(await file(join(path, name), stats));
  return places;
}

/** The place of standard input. Throws `CIO_SOURCE` if it is a folder. */
export function standardInput(): Place {
  const stats = statOfStandardInput();
  if (stats?.isDirectory()) throw new CioError('CIO_SOURCE', 'standard input is a directory: give its name as an argument');
  return {
    label: 'standard input',
    source: undefined,
    version: undefined,
    size: stats?.isFile() ? stats.size : undefined,
    open: async () => process.stdin as unknown as Bytes,
  };
}

async function filesBelow(folder: string, note: (text: string) => void): Promise<{ name: string; bytes: number; stats: Stats }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = [];
  const odd: string[] = [];
  for (const entry of entries.filter((one) => !one.isDirectory())) {
    const name = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    const stats = await stat(join(folder, name)).catch((error) => {
      // A link that leads nowhere, or a file that was removed just now.
      if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ELOOP') throw error;
    });
    if (stats?.isFile()) files.push({ name, bytes: stats.size, stats });
    else odd.push(name);
  }
  if (odd.length > 0)
    note(`${folder}: left out ${odd.sort().slice(0, 3).join(', ')}${odd.length > 3 ? ', ...' : ''}: not a file (${odd.length})`);
  return files;
}

async function file(path: string, stats: Stats): Promise<Place> {
  await access(path, constants.R_OK).catch((error) => Promise.reject(inputUnreadable(path, error)));
  const isPlain = stats.isFile();
  return {
    label: path,
    source: normalize(path),
    isRepeatable: isPlain,
    size: isPlain ? stats.size : undefined,
    version: isPlain ? stats.mtime.toISOString() : undefined,
    open: (offset, signal) => openFile(path, stats, offset, signal),
    ...(isPlain && { openAt: () => fileAccess(path) }),
  };
}

async function openFile(path: string, stats: Stats, start: number, signal: AbortSignal): Promise<Bytes> {
  if (!stats.isFIFO()) return createReadStream(path, { start, highWaterMark: READ_BYTES });
  // A read of a pipe that nobody writes to would block a thread, and with it the end of the process.
  return new Socket({ fd: await openPipe(path, signal), readable: true, writable: false });
}

/**
 * Opens a named pipe. The open waits for a program that writes to the pipe, and nothing can cancel it. So when `signal` aborts,
 * this process opens the pipe for writing, writes nothing and closes it: that ends the wait.
 */
async function openPipe(path: string, signal: AbortSignal): Promise<number> {
  let waits = true;
  const wake = async (): Promise<void> => {
    while (waits) {
      try {
        closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
      } catch {
        // Nobody waits at the pipe yet: the thread has not come so far.
      }
      await sleep(systemClock, WAKE_MS);
    }
  };
  if (signal.aborted) void wake();
  else signal.addEventListener('abort', wake, { once: true });
  try {
    return await promisify(open)(path, 'r');
  } finally {
    waits = false;
    signal.removeEventListener('abort', wake);
  }
}

function statOfStandardInput(): Stats | undefined {
  try {
    return fstatSync(0);
  } catch {
    // A closed standard input reads as empty.
    return undefined;
  }
}
