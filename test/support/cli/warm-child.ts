/**
 * A process that runs one command line after the other, each as `cio-stream` would in a process of its own: its own
 * arguments, environment, folder and standard streams; it is over when its files are written, as a process would be. To
 * start a process costs ten times what a small command does.
 */
import { Console } from 'node:console';
import { PassThrough, Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { execute } from '../../../lib/cli/execute.ts';

/** A command to run. */
export interface Job {
  readonly args: readonly string[];
  /** Base64. */
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** How it ended. */
export interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Keeps all that is written. */
function gather(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, callback) => {
      chunks.push(chunk);
      callback();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** Standard input that ends after `bytes`. */
function inputOf(bytes: Buffer): Readable {
  const input = bytes.length === 0 ? Readable.from([], { objectMode: false }) : new PassThrough().end(bytes);
  return Object.assign(input, { bytesRead: bytes.length });
}

async function run({ args, input, env, cwd }: Job): Promise<Done> {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }, env);
  process.chdir(cwd);
  const [stdout, stderr] = [gather(), gather()];
  const streams = { stdin: inputOf(Buffer.from(input, 'base64')), stdout: stdout.stream, stderr: stderr.stream };
  for (const [name, value] of Object.entries(streams)) Object.defineProperty(process, name, { value, configurable: true });
  globalThis.console = new Console(stdout.stream, stderr.stream);
  process.argv = [process.execPath, 'cio-stream', ...args];
  const status = await execute(process.argv);
  while (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) await setImmediate();
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

process.on('message', async (job: Job) => process.send?.(await run(job)));
process.on('disconnect', () => process.exit());
