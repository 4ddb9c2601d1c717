/** Runs the connector's commands as Airbyte does, with files, input and output: in this process, or in one of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { executeConnector } from '../../../lib/airbyte/execute.ts';
import { FakeClock } from '../fake-clock.ts';

/** A message, loosely. */
// biome-ignore lint/suspicious/noExplicitAny: a protocol message can be anything, and tests look deep into it
export type Message = Record<string, any>;

/** How a run ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly messages: readonly Message[];
  readonly stderr: string;
}

const MAIN = new URL('../../../lib/airbyte/main.js', import.meta.url).pathname;

/** A configuration for a local API. */
export function configFor(url: string, more: object = {}): object {
  return { credentials: { siteId: 'site', apiKey: 'SECRET-key' }, api_base_url: url, ...more };
}

/** A configured stream. */
export function streamOf(name: string, more: Message = {}, stream: Message = {}): Message {
  return { stream: { name, json_schema: {}, ...stream }, sync_mode: 'incremental', destination_sync_mode: 'append', ...more };
}

/** A RECORD line. */
export function row(stream: string, data: unknown, more: object = {}): string {
  return JSON.stringify({ type: 'RECORD', record: { stream, data, emitted_at: 1, ...more } });
}

/** A STATE line of one stream. */
export function stateOf(stream: string, value: unknown, more: object = {}): string {
  const state = { type: 'STREAM', stream: { stream_descriptor: { name: stream, ...more }, stream_state: value } };
  return JSON.stringify({ type: 'STATE', state });
}

/** A STREAM_STATUS line. */
export function statusOf(stream: string, status: string): string {
  return JSON.stringify({
    type: 'TRACE',
    trace: { type: 'STREAM_STATUS', stream_status: { stream_descriptor: { name: stream }, status } },
  });
}

/** The arguments with files in place of objects. */
function withFiles(t: TestContext, args: readonly (string | object)[]): { args: string[]; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cio-airbyte-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const given = args.map((arg, index) => {
    if (typeof arg === 'string') return arg;
    const path = join(folder, `${index}.json`);
    writeFileSync(path, JSON.stringify(arg));
    return path;
  });
  return { args: given, folder };
}

/** Starts the connector as a process. */
export function start(t: TestContext, args: readonly (string | object)[]): { child: ChildProcess; ended: Promise<Ended> } {
  const { args: given, folder } = withFiles(t, args);
  const child = spawn(process.execPath, [MAIN, ...given], { stdio: 'pipe', env: { ...process.env, TMPDIR: folder } });
  t.after(() => child.kill('SIGKILL'));
  let [out, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin?.on('error', () => {});
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal, ...messagesIn(out), stderr }));
  });
  return { child, ended };
}

function messagesIn(out: string): Pick<Ended, 'lines' | 'messages'> {
  const lines = out.split('\n').slice(0, -1);
  return { lines, messages: lines.map((line) => JSON.parse(line)) };
}

/** A command that runs in this process. Its input stays open, and its time after a stop stands still. */
export interface RunningCommand {
  readonly input: PassThrough;
  readonly clock: FakeClock;
  stop(): void;
  readonly ended: Promise<Ended>;
}

/** Starts a command in this process: all but what only a process has, which are signals and an exit status. */
export function begin(t: TestContext, args: readonly (string | object)[]): RunningCommand {
  const [input, output, clock, stop] = [new PassThrough(), new PassThrough(), new FakeClock(), new AbortController()];
  t.after(() => input.destroy());
  const out = text(output);
  const host = { input, clock, stop: () => stop.signal };
  const over = executeConnector(withFiles(t, args).args, output, host).finally(() => output.end());
  const ended = over.then(async (outcome) => ({
    ...{ status: outcome === 'done' ? 0 : 1, signal: null, stderr: '' },
    ...messagesIn(await out),
  }));
  return { input, clock, stop: () => stop.abort(), ended };
}

/** Runs a command to its end, in this process. */
export function run(t: TestContext, args: readonly (string | object)[], input: readonly string[] = []): Promise<Ended> {
  const running = begin(t, args);
  running.input.end(input.map((line) => `${line}\n`).join(''));
  return running.ended;
}

/** Runs `write`. */
export function runWrite(t: TestContext, config: object, streams: readonly object[], input: readonly string[]): Promise<Ended> {
  return run(t, ['write', '--config', config, '--catalog', { streams }], input);
}

/** The STATEs that came out. */
export function statesOf({ messages }: Ended): Message[] {
  return messages.filter(({ type }) => type === 'STATE').map(({ state }) => state);
}

/** The TRACE ERRORs that came out. */
export function errorsOf({ messages }: Ended): Message[] {
  return messages.filter(({ type, trace }) => type === 'TRACE' && trace.type === 'ERROR').map(({ trace }) => trace.error);
}

/** The LOG texts that came out. */
export function logsOf({ messages }: Ended): string[] {
  return messages.filter(({ type }) => type === 'LOG').map(({ log }) => `${log.level} ${log.message}`);
}
