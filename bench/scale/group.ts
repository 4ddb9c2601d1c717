/** Several processes that deliver for one workspace, as the server and they themselves see it. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arrival } from '../bare-server.ts';
import { type BareServer, start } from '../processes.ts';
import type { Said, ScaleJob } from './client.ts';

/** How many partitions a process had from when on. */
export interface Held {
  readonly process: number;
  readonly partitions: number;
  readonly atMs: number;
}

/** Now, in Unix milliseconds as the processes take them. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Runs until it is stopped. */
export class Group {
  readonly size: number;
  readonly arrivals: Arrival[] = [];
  readonly leftMs: number[] = [];
  readonly held: Held[] = [];
  readonly #server: BareServer;
  readonly #jobs: readonly ScaleJob[];
  readonly #children: ChildProcess[];
  #onUsage: ((cpuSeconds: number) => void)[] = [];

  constructor(server: BareServer, jobs: readonly ScaleJob[]) {
    this.size = jobs.length;
    this.#server = server;
    this.#jobs = jobs;
    this.#children = jobs.map((job) => start('scale/client.js', [JSON.stringify(job)]));
    for (const [index, child] of this.#children.entries()) child.on('message', (said: Said) => this.#heard(index, said));
  }

  /** Waits for `ms`, while the processes work. Throws if one ends by itself. */
  async run(ms: number): Promise<void> {
    await sleep(ms);
    this.arrivals.push(...(await this.#server.arrivals()));
    this.arrivals.sort((a, b) => a.atMs - b.atMs);
    const ended = this.#children.findIndex(({ exitCode }) => exitCode !== null);
    if (ended !== -1) throw new Error(`process ${ended} of the scale bench has ended with status ${this.#children[ended]?.exitCode}`);
  }

  /** Runs until this is so. */
  async until(what: string, isSo: () => boolean, mostMs: number): Promise<void> {
    for (const deadline = nowMs() + mostMs; !isSo(); ) {
      if (nowMs() > deadline) throw new Error(`after ${mostMs} ms it is not so: ${what}`);
      await this.run(50);
    }
  }

  /** How many requests of each process arrived from when to when. */
  counts(fromMs: number, toMs: number): number[] {
    const within = this.arrivals.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    return this.#jobs.map(({ siteId, apiKey }) => {
      const account = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
      return within.filter(({ from }) => from === account).length;
    });
  }

  /** The partitions of each process at a time. */
  partitionsAt(atMs: number): number[] {
    const of = (index: number): number => this.held.filter((one) => one.process === index && one.atMs <= atMs).at(-1)?.partitions ?? 0;
    return this.#jobs.map((_, index) => of(index));
  }

  /** CPU-seconds of all processes. */
  async cpuSeconds(): Promise<number> {
    const running = this.#children.filter(({ signalCode }) => signalCode === null);
    const asked = running.map((child) => {
      const answer = new Promise<number>((resolve) => void this.#onUsage.push(resolve));
      child.send('usage');
      return answer;
    });
    return (await Promise.all(asked)).reduce((sum, seconds) => sum + seconds, 0);
  }

  /** SIGKILL; resolves with the time. */
  async kill(index: number): Promise<number> {
    const child = this.#children[index] as ChildProcess;
    const atMs = nowMs();
    child.kill('SIGKILL');
    if (child.signalCode === null) await once(child, 'exit');
    return atMs;
  }

  async stop(): Promise<void> {
    for (const index of this.#children.keys()) await this.kill(index);
    // What is on its way is not the next group's.
    await this.#server.arrivals();
  }

  #heard(index: number, said: Said): void {
    if ('leftMs' in said) this.leftMs.push(said.leftMs);
    else if ('partitions' in said) this.held.push({ process: index, ...said });
    else this.#onUsage.shift()?.(said.cpuSeconds);
  }
}
