/** A program of ours in a process of its own, on this very Node: a compiled script, or the command line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { childEnv } from '../child.ts';

/** A process, what it has said so far, and its end. */
export interface Child {
  readonly process: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts `node SCRIPT ARGS`; it is killed after the test. The environment is this one without an account, and `env`. */
export function startChild(t: TestContext, script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Child {
  const child = spawn(process.execPath, [script, ...args], { env: { ...childEnv(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
    });
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal }));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    process: child,
    get stdout() {
      return said.stdout;
    },
    get stderr() {
      return said.stderr;
    },
    ended,
  };
}
