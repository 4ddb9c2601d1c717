/** A shell that finds `cio-stream`: runs a command as it was printed, as somebody does who pastes it. */
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { CLI } from './run-cli.ts';

/** Runs a command; resolves when it ends. */
export type Paste = (command: string) => Promise<{ status: number; stderr: string }>;

/** A shell in the folder `cwd`. */
export async function shellIn(cwd: string, env: Record<string, string>): Promise<Paste> {
  await mkdir(join(cwd, 'bin'));
  await symlink(CLI, join(cwd, 'bin', 'cio-stream'));
  const PATH = [join(cwd, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
  return (command) =>
    new Promise((done) => {
      execFile('sh', ['-c', command], { cwd, env: { ...env, PATH } }, (error, _stdout, stderr) =>
        done({ status: error === null ? 0 : Number(error.code), stderr }),
      );
    });
}
