/**
 * Runs `cio-stream operations` against a sandbox, both in processes of their own, kills it where it hurts, and starts it again
 * until it has ended; then reports what is there.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FSWatcher, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { Fault } from '../../../lib/sandbox/faults.ts';
import type { SandboxState } from '../../../lib/sandbox/state.ts';
import { CLI } from '../cli/run-cli.ts';

/** A sandbox in another process. */
export interface Server {
  readonly url: string;
  state(): Promise<Pick<SandboxState, 'people' | 'events'>>;
  setFaults(faults: readonly Fault[]): Promise<void>;
}

/** Starts one that ends with the test. */
export async function startSandbox(t: TestContext): Promise<Server> {
  const args = [CLI, 'sandbox', '--rate', '0', '--keep-events', '10000000'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  const [url] = await once(createInterface(child.stdout), 'line');
  return {
    url,
    state: async () => ({ people: await all(url, 'people'), events: await all(url, 'events') }),
    setFaults: async (faults) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) };
      assert.equal((await fetch(`${url}/faults`, init)).status, 200);
    },
  };
}

/** All items of a part of the state, page by page. */
async function all<P extends 'people' | 'events'>(url: string, part: P): Promise<SandboxState[P][number][]> {
  const items: SandboxState[P][number][] = [];
  for (;;) {
    const page = (await (await fetch(`${url}/state/${part}?limit=1000&offset=${items.length}`)).json()) as {
      total: number;
      items: typeof items;
    };
    items.push(...page.items);
    if (page.items.length === 0 || items.length >= page.total) return items;
  }
}

/** What is run, and where it keeps its state. */
export interface Job {
  /** Where the input files are. */
  readonly cwd: string;
  readonly files: readonly string[];
  readonly url: string;
  /** Holds the resume file, the dedupe store and the rejects. */
  readonly place: string;
  readonly checkpointEvery: number;
  /** What it takes to read the files, if they are in a bucket. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Where a run is hit: while one of its files is written, or at any moment. */
export const TARGETS = ['rejects', 'resume', 'store', 'moment'] as const;
export type Target = (typeof TARGETS)[number];

const WATCHED: Readonly<Record<Target, readonly [folder: string, name: RegExp]>> = {
  rejects: ['rejects', /\.partial$/],
  resume: ['.', /^\.?resume\.json/],
  store: ['state', /^data\.mdb/],
  moment: ['.', /^resume\.json/],
};
const LONGEST_MS = 150;

/** Starts a run. */
export function startRun({ cwd, files, url, place, checkpointEvery, flags = [], env }: Job, limits: readonly string[] = []): ChildProcess {
  for (const name of ['state', 'rejects']) mkdirSync(join(place, name), { recursive: true });
  const state = ['--resume', join(place, 'resume.json'), '--dedupe', '--state-dir', join(place, 'state')];
  const often = ['--checkpoint-every', `${checkpointEvery}`, '--checkpoint-every-ms', '20', '--linger-ms', '20'];
  const speed = ['--rate', '100000', '--concurrency', '3', '--rejects', join(place, 'rejects'), '--quiet'];
  const [command = process.execPath, ...before] = [...limits, process.execPath];
  return spawn(command, [...before, CLI, 'operations', ...files, ...flags, ...state, ...often, ...speed], {
    cwd,
    env: {
      PATH: process.env.PATH,
      ...env,
      CUSTOMERIO_BASE_URL: url,
      CUSTOMERIO_SITE_ID: 'sandbox-site',
      CUSTOMERIO_API_KEY: 'sandbox-key',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** How a run ended. */
export interface RunEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Waits for the end of a run. `hit` is called once, at the `nth` sign of `target`, if the run comes so far. */
export async function endOf(
  child: ChildProcess,
  { place }: Job,
  trap?: { target: Target; nth: number; random: () => number; hit: () => void },
): Promise<RunEnd> {
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  if (trap) {
    const { target, nth, random, hit } = trap;
    const [folder, pattern] = WATCHED[target];
    let seen = 0;
    const onChange = (_what: string, name: string | null): void => {
      if (!pattern.test(name ?? '') || ++seen !== nth) return;
      if (target === 'moment') timer = setTimeout(hit, random() * LONGEST_MS);
      else hit();
    };
    watchers.push(watch(join(place, folder), onChange));
  }
  const [status, signal] = await once(child, 'close');
  clearTimeout(timer);
  for (const watcher of watchers) watcher.close();
  return { status, signal, stderr };
}

/** Everything that must be the same after any number of kills, as sorted lines. */
export interface Outcome {
  readonly people: readonly string[];
  readonly events: readonly string[];
  readonly rejects: readonly string[];
  /** Reject lines that stand there more than once: a killed run has kept them, and the next has them again. */
  readonly repeated: number;
}

/** What the sandbox has, and the folder of rejects. */
export async function outcomeOf(server: Server, { place }: Job): Promise<Outcome> {
  const { people, events } = await server.state();
  const rejects = rejectsIn(join(place, 'rejects'));
  return {
    people: people.map(({ id, attributes }) => JSON.stringify([id, Object.entries(attributes).sort()])).sort(),
    events: events.map(({ id, name, identifiers, attributes }) => JSON.stringify([id, name, identifiers, attributes])).sort(),
    rejects: [...new Set(rejects)].sort(),
    repeated: rejects.length - new Set(rejects).size,
  };
}

/** Only what is complete: a `.partial` of a killed run counts for nothing, its rows came again. */
function rejectsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
  const lines = names.flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'));
  return lines.map((line) => {
    // The status is that of the request: 207, or 400 where all that went with it was refused too.
    const { rejected_at: _at, rejected_attempts: _attempts, rejected_status: _status, ...rest } = JSON.parse(line);
    return JSON.stringify(rest);
  });
}

/** Files that a killed run has left half-written. */
export function leftovers({ place }: Job): { rejects: number; resume: number } {
  const rejects = readdirSync(join(place, 'rejects')).filter((name) => name.endsWith('.partial')).length;
  const resume = readdirSync(place).filter((name) => /^\.resume\.json\..*\.partial$/.test(name)).length;
  return { rejects, resume };
}
