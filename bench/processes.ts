/** What a bench needs around it: the bare server, files of rows, tasks in fresh processes. None outlives its bench. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { childEnv } from '../test/support/child.ts';
import type { Arrival } from './bare-server.ts';
import type { RowFile } from './rows.ts';
import type { RowsJob, Wanted } from './rows-writer.ts';
import type { Usage } from './usage.ts';

/** A running bare server. */
export interface BareServer {
  readonly baseUrl: string;
  /** The requests since the last call. */
  arrivals(): Promise<Arrival[]>;
}

/** Runs `use` while the bare server is up. */
export async function withServer<T>(use: (server: BareServer) => Promise<T>): Promise<T> {
  const child = start('bare-server.js', []);
  try {
    const port = await answerOf<number>(child);
    const arrivals = (): Promise<Arrival[]> => {
      child.send('arrivals');
      return answerOf(child);
    };
    return await use({ baseUrl: `http://127.0.0.1:${port}`, arrivals });
  } finally {
    if (child.connected) child.disconnect();
  }
}

/** Runs `use` with what another process reports, while it runs. It ends when it is disconnected. */
export async function withProcess<Report, T>(file: string, use: (report: Report) => Promise<T>): Promise<T> {
  const child = start(file, []);
  try {
    return await use(await answerOf<Report>(child));
  } finally {
    if (child.connected) child.disconnect();
  }
}

/** Runs `use` while there are files of `rows` rows in all, half people, half events. */
export function withRows<T>(rows: number, use: (files: RowFile[]) => Promise<T>): Promise<T> {
  const people = Math.ceil(rows / 2);
  const wanted: Wanted[] = [
    { shape: 'people', rows: people },
    { shape: 'events', rows: rows - people },
  ];
  return withFiles(wanted, use);
}

/** Runs `use` while there are the files that are wanted. */
export async function withFiles<T>(wanted: readonly Wanted[], use: (files: RowFile[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cio-bench-'));
  try {
    return await use(await runTask('rows-writer.js', { folder, wanted } satisfies RowsJob));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs one task in a fresh process; resolves with what it hands back. */
export async function runTask<Result>(file: string, job: object): Promise<Result> {
  const child = start(file, [JSON.stringify(job)]);
  const exited = once(child, 'exit');
  const result = await answerOf<Result>(child);
  await exited;
  return result;
}

/** The file of a compiled module, by its path from here. */
export function moduleAt(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Runs Node with these arguments to its end. */
export async function runNode(args: readonly string[]): Promise<void> {
  await endOf(spawnNode(args, 'ignore'), args);
}

/** The same; resolves with what the whole process has used, start-up and all. */
export async function measureNode(args: readonly string[]): Promise<Usage> {
  const child = spawnNode(['--import', new URL('usage.js', import.meta.url).href, ...args], 'pipe');
  const [used] = await Promise.all([text(child.stdio[3] as Readable), endOf(child, args)]);
  return JSON.parse(used);
}

function spawnNode(args: readonly string[], third: 'ignore' | 'pipe'): ChildProcess {
  return spawn(process.execPath, args, { env: childEnv(), stdio: ['ignore', 'ignore', process.stderr, third] });
}

async function endOf(child: ChildProcess, [program]: readonly string[]): Promise<void> {
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${program} ended with status ${status}`);
}

/** Starts a compiled file of the benches. */
export function start(file: string, args: string[]): ChildProcess {
  // Standard output belongs to the report.
  return fork(new URL(file, import.meta.url), args, { stdio: ['ignore', process.stderr, process.stderr, 'ipc'] });
}

/** Its next message. Throws if it ends before. */
export async function answerOf<Message>(child: ChildProcess): Promise<Message> {
  const gone = new AbortController();
  const onExit = (status: number | null): void => gone.abort(new Error(`a bench process ended with status ${status}`));
  child.once('exit', onExit);
  try {
    const [message] = await once(child, 'message', { signal: gone.signal });
    return message as Message;
  } catch (error) {
    throw gone.signal.aborted ? gone.signal.reason : error;
  } finally {
    child.off('exit', onExit);
  }
}
