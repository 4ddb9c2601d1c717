/**
 * The inputs of a run, found before anything is sent: a wrong name stops the run while nothing has happened. Each input knows
 * its format and, if it is a plain file, its size and version.
 */
import { closeSync, constants, createReadStream, fstatSync, open, openSync, type Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { normalize } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { sleep, systemClock } from '../../clock.ts';
import { CioError, codeOf } from '../../errors.ts';
import type { SourcePosition } from '../../source/checkpointer.ts';
import { dashed } from '../flags/flag.ts';
import type { InputFormat, SendFlags } from '../flags/flags.ts';

const WAKE_MS = 10;
/** Read at once: larger pieces cost less per row, and more memory. */
const READ_BYTES = 262_144;
/** Flags that are of use for one format only. */
const FLAGS_OF = {
  json: ['jsonPath'],
  csv: ['delimiter', 'quote', 'header', 'keepEmptyCells', 'null', 'trim'],
} as const;

/** A stream that counts the bytes that were read. */
export type Bytes = Readable & { readonly bytesRead: number };

/** Where an input resumes. */
export interface Resumption {
  /** With `ended` if nothing is left to read. */
  readonly startAt: SourcePosition;
  /** How the source gets there; without it the file is opened at the offset. */
  readonly skip?: 'bytes' | 'lines';
}

/** One file, or standard input. */
export interface Input {
  /** For messages. */
  readonly label: string;
  /** The name in origins; absent for standard input, which is not the same in the next run. */
  readonly source: string | undefined;
  readonly version: string | undefined;
  readonly format: InputFormat;
  readonly encoding: string | undefined;
  /** What stands between the cells of CSV, if the name says it. */
  readonly delimiter?: string | undefined;
  /** In bytes, if it is known. */
  readonly size: number | undefined;
  /** Where an earlier run has stopped; absent if it is read from its beginning. */
  readonly from?: Resumption;
  /** `offset` is 0 for all but plain files. When `signal` aborts, a named pipe is not waited for until somebody writes to it. */
  open(offset: number, signal: AbortSignal): Promise<Bytes>;
}

/** Finds all inputs. Throws `CIO_SOURCE` for the first that can't be read, `CIO_OPTIONS` for flags that fit none. */
export async function findInputs(names: readonly string[], flags: SendFlags): Promise<Input[]> {
  const given = names.length === 0 ? ['-'] : names;
  if (given.filter((name) => name === '-').length > 1) throw new CioError('CIO_OPTIONS', 'standard input (-) can be read only once');
  const inputs: Input[] = [];
  for (const name of given) inputs.push(name === '-' ? standardInput(flags) : await file(name, flags));
  const formats = new Set(inputs.map(({ format }) => format));
  for (const format of ['json', 'csv'] as const) {
    const useless = FLAGS_OF[format].find((name) => !formats.has(format) && isGiven(flags[name]));
    if (useless !== undefined)
      throw new CioError('CIO_OPTIONS', `${dashed(useless)} is for ${format}, and no input is: give --format ${format}?`);
  }
  return inputs;
}

/** What went wrong with an input, in words. */
export function inputUnreadable(label: string, cause: unknown): CioError {
  if (cause instanceof CioError) return cause.at(label);
  const code = String(codeOf(cause) ?? Reflect.get(Object(cause), 'name'));
  const why: Record<string, string> = {
    ENOENT: 'does not exist',
    EISDIR: 'is a directory',
    EACCES: 'is not readable: permission denied',
    EMFILE: "can't be read: too many open files, raise the limit (ulimit -n)",
  };
  return new CioError('CIO_SOURCE', `${label} ${why[code] ?? "can't be read"} (${code})`, cause);
}

function standardInput(flags: SendFlags): Input {
  const stats = statOfStandardInput();
  if (stats?.isDirectory()) throw inputUnreadable('standard input', Object.assign(new Error('a directory'), { code: 'EISDIR' }));
  const { size } = regular(stats);
  return {
    label: 'standard input',
    source: undefined,
    version: undefined,
    format: flags.format ?? 'ndjson',
    encoding: flags.encoding,
    size,
    open: async () => process.stdin as unknown as Bytes,
  };
}

async function file(name: string, flags: SendFlags): Promise<Input> {
  try {
    const stats = await stat(name);
    if (stats.isDirectory()) throw Object.assign(new Error('a directory'), { code: 'EISDIR' });
    await access(name, constants.R_OK);
    const { format, delimiter } = kindOf(name);
    return {
      label: name,
      source: normalize(name),
      format: flags.format ?? format,
      encoding: flags.encoding,
      delimiter,
      ...regular(stats),
      open: (offset, signal) => openFile(name, stats, offset, signal),
    };
  } catch (error) {
    throw inputUnreadable(name, error);
  }
}

async function openFile(name: string, stats: Stats, start: number, signal: AbortSignal): Promise<Bytes> {
  if (!stats.isFIFO()) return createReadStream(name, { start, highWaterMark: READ_BYTES });
  // A read of a pipe that nobody writes to would block a thread, and with it the end of the process.
  return new Socket({ fd: await openPipe(name, signal), readable: true, writable: false });
}

/**
 * Opens a named pipe. The open waits for a program that writes to the pipe, and nothing can cancel it. So when `signal` aborts,
 * this process opens the pipe for writing, writes nothing and closes it: that ends the wait.
 */
async function openPipe(name: string, signal: AbortSignal): Promise<number> {
  let waits = true;
  const wake = async (): Promise<void> => {
    while (waits) {
      try {
        closeSync(openSync(name, constants.O_WRONLY | constants.O_NONBLOCK));
      } catch {
        // Nobody waits at the pipe yet: the thread has not come so far.
      }
      await sleep(systemClock, WAKE_MS);
    }
  };
  if (signal.aborted) void wake();
  else signal.addEventListener('abort', wake, { once: true });
  try {
    return await promisify(open)(name, 'r');
  } finally {
    waits = false;
    signal.removeEventListener('abort', wake);
  }
}

function regular(stats: Stats | undefined): { size: number | undefined; version: string | undefined } {
  return stats?.isFile() ? { size: stats.size, version: stats.mtime.toISOString() } : { size: undefined, version: undefined };
}

function statOfStandardInput(): Stats | undefined {
  try {
    return fstatSync(0);
  } catch {
    // A closed standard input reads as empty.
    return undefined;
  }
}

/** What the name of a file says about its format; an ending .gz or .zst is left out. */
function kindOf(name: string): { format: InputFormat; delimiter?: string } {
  const extension = /\.(\w+?)(?:\.(?:gz|zst))?$/.exec(name.toLowerCase())?.[1];
  if (extension === 'tsv') return { format: 'csv', delimiter: '\t' };
  return { format: extension === 'csv' || extension === 'json' ? extension : 'ndjson' };
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}
