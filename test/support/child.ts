/** A child process, run to its end: what it said and how it left. */
import { type ExecFileException, execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

/** The end of a child. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command. Fails only where it can't be started, is killed, or takes longer than five minutes. */
export function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = childEnv()): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, env, timeout: 300_000 }, (error: ExecFileException | null, stdout, stderr) => {
      const status = error === null ? 0 : error.code;
      if (typeof status === 'number') resolve({ status, stdout, stderr });
      else reject(error);
    });
  });
}

/** The environment of this process without an account, and with this very Node as `node`. */
export function childEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('CUSTOMERIO_'));
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
}
