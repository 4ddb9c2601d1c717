/**
 * The same small inputs through this package, a script with the official client, Benthos and a script by hand, against a sandbox
 * with the real limits: what becomes of every row is counted. And what good events cost each of them, and how fast they send.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByTool, type CpuFigures, cpuOf, type RateFigures, rateOf } from './comparison/measure.ts';
import { runOnce, writeInput } from './comparison/run.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './comparison/scenarios.ts';
import type { Counts } from './comparison/tally.ts';
import { type Tool, type ToolName, toolsHere } from './comparison/tools.ts';
import { type Report, type Settings, say } from './report.ts';

/** What the page is made of. */
export interface ComparisonFigures {
  readonly versions: ByTool<string>;
  readonly counts: Readonly<Record<ScenarioName, ByTool<Counts>>>;
  readonly rate: RateFigures;
  /** Of few rows and of many. */
  readonly cpu: readonly CpuFigures[];
}

const SMOKE_SHARE = 10;

/** Runs the bench. */
export async function comparison(settings: Settings): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'cio-bench-'));
  try {
    const tools = toolsHere(folder, settings);
    const counts: Partial<Record<ScenarioName, ByTool<Counts>>> = {};
    for (const name of Object.keys(SCENARIOS) as ScenarioName[]) counts[name] = await runAll(name, tools, folder, settings);
    return report({
      versions: Object.fromEntries(tools.map(({ name, version }) => [name, version])),
      counts: counts as ComparisonFigures['counts'],
      rate: await rateOf(tools, folder, settings),
      cpu: await cpuOf(tools, folder, settings),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAll(name: ScenarioName, tools: readonly Tool[], folder: string, { smoke, log }: Settings): Promise<ByTool<Counts>> {
  const scenario: Scenario = SCENARIOS[name];
  const input = scenario.input(smoke ? scenario.rows / SMOKE_SHARE : scenario.rows);
  const file = join(folder, `${name}.ndjson`);
  await writeInput(file, input);
  const counts: Partial<Record<ToolName, Counts>> = {};
  for (const tool of tools) {
    log(`comparison: ${scenario.title}: ${tool.name}`);
    const own = join(folder, name, tool.name);
    await mkdir(own, { recursive: true });
    counts[tool.name] = await runOnce(tool, scenario, input, file, own);
  }
  await rm(file);
  return counts;
}

function report(figures: ComparisonFigures): Report {
  const tools = Object.keys(figures.versions) as ToolName[];
  const line = (what: string, cellOf: (tool: ToolName) => string): string[] => [what, ...tools.map(cellOf)];
  const counted: readonly [string, keyof Counts][] = [
    ['delivered', 'delivered'],
    ['handed back', 'handedBack'],
    ['lost in silence', 'lost'],
    ['not sent, the run failed', 'unsent'],
    ['twice', 'twice'],
    ['wrong', 'wrong'],
    ['overtaken', 'overtaken'],
    ['requests too large', 'overLimit'],
  ];
  const scenarios = (Object.keys(SCENARIOS) as ScenarioName[]).flatMap((name) =>
    counted
      .filter(([, count]) => tools.some((tool) => Number(figures.counts[name][tool]?.[count]) > 0))
      .map(([what, count]) => line(`${name}: ${what}`, (tool) => say(Number(figures.counts[name][tool]?.[count])))),
  );
  return {
    title: 'Comparison: what becomes of every row',
    table: [
      ['', ...tools],
      ...scenarios,
      line(`most requests in a second, of ${figures.rate.requestsPerSecond}`, (tool) =>
        say(figures.rate.mostInOneSecond[tool] ?? Number.NaN),
      ),
      ...figures.cpu.map(({ rows, toOurs }) => line(`CPU of ${say(rows)} rows, of ours`, (tool) => say(toOurs[tool] ?? Number.NaN, 2))),
    ],
    figures: { ...figures },
  };
}
