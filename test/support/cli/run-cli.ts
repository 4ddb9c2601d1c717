/** Runs the built `cio-stream` as a user does: a process of its own, with a sandbox to talk to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../lib/index.ts';
import { runWarm } from './warm-cli.ts';

export { folder } from '../folder.ts';

/** The entry of the command line. */
export const CLI: string = resolve('dist/lib/cli/main.js');

/** What a process left behind. */
export interface Ran {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to start one. */
export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly uid?: number;
  /** A file descriptor in place of a pipe. */
  readonly stdout?: number;
}

/** A running process. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves when standard error has this text. */
  says(text: string): Promise<void>;
}

/** Starts `cio-stream`; standard input stays open unless `input` is given. */
export function start(args: readonly string[], { input, env = {}, cwd, uid, stdout: out }: RunOptions = {}): Running {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, ...env },
    cwd,
    ...(uid === undefined ? {} : { uid }),
    stdio: ['pipe', out ?? 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const listeners = new Set<() => void>();
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
    for (const listener of listeners) listener();
  });
  child.stdin?.on('error', () => {});
  if (input !== undefined) child.stdin?.end(input);
  const ended = new Promise<Ran>((done) => {
    child.on('close', (status, signal) => done({ status, signal, stdout, stderr }));
  });
  const says = (text: string): Promise<void> =>
    new Promise((done, fail) => {
      const look = (): void => {
        if (stderr.includes(text)) done();
      };
      listeners.add(look);
      look();
      ended.then(() => fail(new Error(`it ended without saying ${text}: ${stderr}`)));
    });
  return { child, ended, says };
}

/**
 * Runs `cio-stream` to its end, in a process that the commands of this process of tests share; in one of its own where it needs
 * that: another user, a file as standard output, what Node itself reads from the environment.
 */
export async function cli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { input = '', env = {}, cwd = process.cwd(), uid, stdout } = options;
  const needsOwn = uid !== undefined || stdout !== undefined || Object.keys(env).some((name) => name.startsWith('NODE_'));
  if (needsOwn) return start(args, { input: '', ...options }).ended;
  const job = { args, input: Buffer.from(input).toString('base64'), env: { PATH: process.env.PATH ?? '', ...env }, cwd };
  return { ...(await runWarm(job)), signal: null };
}

/** A sandbox, and the environment that points `cio-stream` to it. */
export async function sandboxFor(t: TestContext, options: SandboxOptions = {}): Promise<Sandbox & { env: Record<string, string> }> {
  const sandbox = await createSandbox(options);
  t.after(() => sandbox.close());
  const { url, siteId, apiKey } = sandbox;
  return { ...sandbox, env: { CUSTOMERIO_BASE_URL: url, CUSTOMERIO_SITE_ID: siteId, CUSTOMERIO_API_KEY: apiKey } };
}

/** All lines of all files in a reject folder, as objects; not the mappings that are kept there. */
export async function rejectedIn(path: string): Promise<Record<string, unknown>[]> {
  const names = (await readdir(path)).filter((name) => !name.startsWith('.')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
  return texts.flatMap(linesOf);
}

/** NDJSON as objects. */
export function linesOf(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
