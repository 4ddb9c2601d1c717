/** What a tool costs, and how fast it sends: good events, to the bare server, which answers at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inRounds, ratiosTo } from '../compare.ts';
import type { Cost } from '../cost.ts';
import { type BareServer, withServer } from '../processes.ts';
import { type Settings, say } from '../report.ts';
import { mostInOneSecond } from '../rolling.ts';
import { events, type Input } from './inputs.ts';
import { writeInput } from './run.ts';
import type { Tool, ToolName } from './tools.ts';

/** A figure of each tool that was run. */
export type ByTool<Figure> = Readonly<Partial<Record<ToolName, Figure>>>;

/** CPU a row, as a multiple of ours. */
export interface CpuFigures {
  readonly rows: number;
  readonly rounds: number;
  readonly toOurs: ByTool<number>;
  readonly runs: readonly object[];
}

/** The most requests in any second, as they arrive. */
export interface RateFigures {
  readonly requestsPerSecond: number;
  readonly rounds: number;
  readonly mostInOneSecond: ByTool<number>;
}

// More than any of them sends.
const NO_LIMIT = 100_000;
const FEW = 10_000;
const RATE = 20;
const RATE_BYTES = 10_000;
const RATE_ROUNDS = 5;

/** The cost of each, in rounds: of few rows, where the start of the process counts, and of many. */
export async function cpuOf(tools: readonly Tool[], folder: string, settings: Settings): Promise<CpuFigures[]> {
  const many = settings.rows ?? (settings.smoke ? 20_000 : 1_000_000);
  const rounds = settings.rounds ?? (settings.smoke ? 1 : 3);
  const figures: CpuFigures[] = [];
  for (const rows of settings.smoke ? [many] : [FEW, many]) figures.push(await cpuOfRows(rows, rounds, tools, folder, settings.log));
  return figures;
}

async function cpuOfRows(rows: number, rounds: number, tools: readonly Tool[], folder: string, log: Settings['log']): Promise<CpuFigures> {
  const names = tools.map(({ name }) => name);
  return withInput(events(rows), folder, async (start) => {
    const runs = await inRounds({ bench: `comparison: CPU of ${say(rows)} rows`, rounds, log }, names, async (name): Promise<Cost> => {
      const startMs = performance.now();
      const cpuSeconds = await start(named(tools, name), NO_LIMIT);
      return { rows, wallSeconds: (performance.now() - startMs) / 1e3, cpuSeconds, peakRssBytes: Number.NaN };
    });
    const ratios = Object.entries(ratiosTo('customerio-streams', runs));
    return { rows, rounds, toOurs: Object.fromEntries(ratios.map(([name, ratio]) => [name, 1 / ratio])), runs };
  });
}

/**
 * The rate of each, where the account allows a few requests a second. The least of some rounds: on a busy machine
 * requests that left one by one arrive together.
 */
export async function rateOf(tools: readonly Tool[], folder: string, { smoke, log }: Settings): Promise<RateFigures> {
  const rounds = smoke ? 1 : RATE_ROUNDS;
  return withInput(events(smoke ? 400 : 4_000, RATE_BYTES), folder, async (start, { arrivals }) => {
    const most: Partial<Record<ToolName, number>> = {};
    for (const tool of tools) {
      log(`comparison: ${RATE} requests a second: ${tool.name}`);
      const found: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await start(tool, RATE);
        // Our check of the account is a request without a body.
        const batches = (await arrivals()).filter(({ bytes }) => bytes > 0).map(({ atMs }) => atMs);
        found.push(mostInOneSecond(batches.sort((a, b) => a - b)));
      }
      most[tool.name] = Math.min(...found);
    }
    return { requestsPerSecond: RATE, rounds, mostInOneSecond: most };
  });
}

/** Runs a tool to its end at a rate; resolves with the CPU seconds of its process. */
type Start = (tool: Tool, requestsPerSecond: number) => Promise<number>;

async function withInput<T>(input: Input, folder: string, use: (start: Start, server: BareServer) => Promise<T>): Promise<T> {
  const own = await mkdtemp(join(folder, 'measure-'));
  const file = join(own, 'events.ndjson');
  await writeInput(file, input);
  return withServer((server) => {
    const account = { url: server.baseUrl, siteId: 'site', apiKey: 'key' };
    return use(async (tool, requestsPerSecond) => {
      const rejected = await mkdtemp(join(own, 'rejected-'));
      return cpuSecondsOf(tool.command({ ...input, ...account, file, rejected, requestsPerSecond }));
    }, server);
  });
}

/** A shell says what its child has used, whatever that is written in. */
async function cpuSecondsOf({ args, env }: ReturnType<Tool['command']>): Promise<number> {
  const child = spawn('sh', ['-c', '"$@" > /dev/null 2>&1 && times', 'sh', ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (status !== 0) throw new Error(`${args.slice(0, 2).join(' ')} ended with status ${status}`);
  return secondsIn(said);
}

/** User and system time of children, as the shell's `times` prints them in its second line. */
export function secondsIn(times: string): number {
  const [, children = ''] = times.split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

function named(tools: readonly Tool[], name: ToolName): Tool {
  const found = tools.find((tool) => tool.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
