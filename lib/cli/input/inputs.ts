/**
 * The inputs of a run, found before anything is sent: a name that is wrong stops the run while nothing has happened.
 * Each knows its format and, where it is a plain file, its size and version.
 */
import { closeSync, constants, createReadStream, fstatSync, open, openSync, type Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { normalize } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { sleep, systemClock } from '../../clock.ts';
import { CioError, codeOf } from '../../errors.ts';
import { given } from '../flags/given.ts';
import type { InputFormat, SendFlags } from '../flags/send-options.ts';
import type { Resumption } from './resume-file.ts';

const WAKE_MS = 10;

/** A stream that tells how far it has come. */
export type Bytes = Readable & { readonly bytesRead: number };

/** One file, or standard input. */
export interface Input {
  /** For messages. */
  readonly label: string;
  /** The name in origins; absent for standard input, which is not the same in the next run. */
  readonly source: string | undefined;
  readonly version: string | undefined;
  readonly format: InputFormat;
  readonly encoding: string | undefined;
  /** Between the cells of CSV, where the name says it. */
  readonly delimiter?: string;
  /** In bytes, where it is known. */
  readonly size: number | undefined;
  /** Where an earlier run left it; absent where it is read from its beginning. */
  readonly from?: Resumption;
  /** `offset` is 0 for all but plain files. When `signal` aborts, a named pipe waits no longer for somebody who writes to it. */
  open(offset: number, signal: AbortSignal): Promise<Bytes>;
}

/** Finds all inputs. Throws `CIO_SOURCE` for the first that can't be read, `CIO_OPTIONS` for flags that fit none. */
export async function findInputs(names: readonly string[], flags: SendFlags): Promise<Input[]> {
  const given = names.length === 0 ? ['-'] : names;
  if (given.filter((name) => name === '-').length > 1) throw new CioError('CIO_OPTIONS', 'standard input (-) can be read only once');
  const inputs: Input[] = [];
  for (const name of given) inputs.push(name === '-' ? standardInput(flags) : await file(name, flags));
  const formats = new Set(inputs.map(({ format }) => format));
  if (flags.jsonPath !== undefined && !formats.has('json')) throw useless('--json-path', 'json');
  if (flags.delimiter !== undefined && !formats.has('csv')) throw useless('--delimiter', 'csv');
  if (flags.quote !== undefined && !formats.has('csv')) throw useless('--quote', 'csv');
  if (flags.header !== undefined && !formats.has('csv')) throw useless('--header', 'csv');
  if (flags.keepEmptyCells && !formats.has('csv')) throw useless('--keep-empty-cells', 'csv');
  if (flags.null.length > 0 && !formats.has('csv')) throw useless('--null', 'csv');
  if (flags.trim && !formats.has('csv')) throw useless('--trim', 'csv');
  return inputs;
}

/** What went wrong with an input, in words. */
export function inputUnreadable(label: string, cause: unknown): CioError {
  if (cause instanceof CioError) return new CioError(cause.code, `${label}: ${cause.message}`, cause.cause, cause.todo);
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
      ...given({ delimiter }),
      ...regular(stats),
      open: (offset, signal) => openFile(name, stats, offset, signal),
    };
  } catch (error) {
    throw inputUnreadable(name, error);
  }
}

async function openFile(name: string, stats: Stats, start: number, signal: AbortSignal): Promise<Bytes> {
  if (!stats.isFIFO()) return createReadStream(name, { start });
  // A read of a pipe that nobody writes to would block a thread, and with it the end of the process.
  return new Socket({ fd: await openPipe(name, signal), readable: true, writable: false });
}

/** Its opening waits too, and nothing can cancel that. Where nobody wants it any more, we are the one who writes: nothing. */
async function openPipe(name: string, signal: AbortSignal): Promise<number> {
  let waits = true;
  const wake = async (): Promise<void> => {
    while (waits) {
      try {
        closeSync(openSync(name, constants.O_WRONLY | constants.O_NONBLOCK));
      } catch {
        // The thread has not come to its waiting yet.
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
  const isFile = stats?.isFile() ?? false;
  return { size: isFile ? stats?.size : undefined, version: isFile ? stats?.mtime.toISOString() : undefined };
}

function statOfStandardInput(): Stats | undefined {
  try {
    return fstatSync(0);
  } catch {
    // A closed standard input reads as empty.
    return undefined;
  }
}

/** What a name says; before .gz or .zst. */
function kindOf(name: string): { format: InputFormat; delimiter?: string } {
  const extension = /\.(\w+?)(?:\.(?:gz|zst))?$/.exec(name.toLowerCase())?.[1];
  if (extension === 'tsv') return { format: 'csv', delimiter: '\t' };
  return { format: extension === 'csv' || extension === 'json' ? extension : 'ndjson' };
}

function useless(flag: string, format: InputFormat): CioError {
  return new CioError('CIO_OPTIONS', `${flag} is for ${format}, and no input is: give --format ${format}?`);
}
