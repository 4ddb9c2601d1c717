/** What a bench needs around it: the bare server, files of rows, tasks in fresh processes. None outlives its bench. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Arrival } from './bare-server.ts';
import type { RowFile } from './rows.ts';

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
export async function withRows<T>(rows: number, use: (files: RowFile[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cio-bench-'));
  try {
    return await use(await runTask('rows-writer.js', { folder, rows }));
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

function start(file: string, args: string[]): ChildProcess {
  // Standard output belongs to the report.
  return fork(new URL(file, import.meta.url), args, { stdio: ['ignore', process.stderr, process.stderr, 'ipc'] });
}

async function answerOf<Message>(child: ChildProcess): Promise<Message> {
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
