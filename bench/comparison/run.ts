/** Runs one tool through one scenario, against a sandbox of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { createSandbox, type SandboxOptions } from '../../lib/index.ts';
import { DEFAULT_REQUESTS_PER_SECOND } from '../../lib/track/limits.ts';
import { chunksOf, mulberry32 } from '../rows.ts';
import type { Input } from './inputs.ts';
import type { Scenario } from './scenarios.ts';
import { type Counts, rowIn, Tally } from './tally.ts';
import type { Tool } from './tools.ts';

const KEPT_REQUESTS = 10_000;

/** The same faults for each tool, also where chance has a say in them. */
const SEED = 15;

/** Writes an input. */
export async function writeInput(file: string, { rows, lineOf }: Input): Promise<void> {
  await pipeline(chunksOf(rows, lineOf), createWriteStream(file));
}

/** One run; `folder` is its own. */
export async function runOnce(tool: Tool, scenario: Scenario, input: Input, file: string, folder: string): Promise<Counts> {
  const { faults = [], isKilled = false } = scenario;
  const tally = new Tally(input.expected);
  let child: ChildProcess | undefined;
  const isHalf = (): boolean => tally.delivered >= input.rows / 2;
  const options: SandboxOptions & { readonly clock: Clock } = {
    requestsPerSecond: DEFAULT_REQUESTS_PER_SECOND,
    faults,
    keepRequests: KEPT_REQUESTS,
    clock: { ...systemClock, random: mulberry32(SEED) },
    onApply: (applied) => {
      tally.hear(applied);
      if (isKilled && isHalf()) child?.kill('SIGKILL');
    },
  };
  await using sandbox = await createSandbox(options);
  const rejected = join(folder, 'rejected');
  await mkdir(rejected, { recursive: true });
  const { url, siteId, apiKey } = sandbox;
  const { args, env } = tool.command({ ...input, file, rejected, url, siteId, apiKey, requestsPerSecond: DEFAULT_REQUESTS_PER_SECOND });
  const [program, ...rest] = args;
  const start = (): ChildProcess => spawn(program, rest, { env, stdio: 'ignore' });
  child = start();
  let [status] = await once(child, 'exit');
  if (isKilled) {
    child = undefined;
    [status] = await once(start(), 'exit');
  }
  const handedBack = await rowsIn(rejected);
  return tally.end(input.rows, handedBack, !tool.succeeds.includes(status), sandbox.requests());
}

/** The numbers of the rows in a folder of rejected rows. */
async function rowsIn(folder: string): Promise<Set<number>> {
  const rows = new Set<number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    for (const line of (await readFile(join(entry.parentPath, entry.name), 'utf8')).split('\n')) {
      const row = rowIn(line);
      if (row !== undefined) rows.add(row);
    }
  }
  return rows;
}
