/**
 * A server in a process of its own, in a folder of its own, that can be killed and started again. It ends with the test, and
 * also with this process, however that ends.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { TestContext } from 'node:test';

/** Below the ports that the system gives to clients: one of those could take ours while the server is dead. */
const [FIRST_PORT, PORTS] = [20_000, 10_000];
const SETPRIV = '/usr/bin/setpriv';
const POLL_MS = 50;
const MOST_MS = 120_000;

/** What can happen to a server. */
export interface ServerProcess {
  /** SIGKILL, and the end of the process. */
  kill(): Promise<void>;
  /** Starts it again in the same folder, on the same ports, and waits until it answers. */
  start(): Promise<void>;
  /** SIGSTOP: it hangs, its connections stay open. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
}

/** Starts a server, and waits until `answers` is true. */
export async function startServer(
  t: TestContext,
  command: readonly string[],
  cwd: string,
  answers: () => Promise<boolean>,
): Promise<ServerProcess> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const [name = '', ...args] = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...command] : command;
    const started = spawn(name, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let said = '';
    for (const output of [started.stdout, started.stderr])
      output.on('data', (chunk) => {
        said = (said + chunk).slice(-4_000);
      });
    for (const deadline = Date.now() + MOST_MS; !(await answers()); ) {
      assert.equal(started.exitCode ?? started.signalCode, null, `${command[0]} has ended: ${said}`);
      assert.ok(Date.now() < deadline, `${command[0]} does not answer: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  t.after(kill);
  await start();
  return { kill, start, freeze: () => void child?.kill('SIGSTOP'), thaw: () => void child?.kill('SIGCONT') };
}

/** A port of this machine that nobody uses. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** What a server answers to these bytes, in one piece; undefined if it doesn't. */
export function ask(port: number, question: Uint8Array): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(question));
    const end = (answer?: Buffer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end());
    socket
      .once('data', end)
      .once('error', () => end())
      .once('close', () => end());
  });
}
