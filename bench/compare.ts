/**
 * Contenders over the same rows, in turns, for some rounds. Absolute figures belong to the machine; the ratios within a
 * round are what compares: what else the machine does then matters least.
 */
import type { Cost } from './cost.ts';
import { median, type Settings, say, sayMegabytes } from './report.ts';

/** What each contender cost in one round. */
export type Round<Name extends string, Measured extends Cost = Cost> = Readonly<Record<Name, Measured>>;

/** Runs all contenders one after the other, so many rounds. */
export async function inRounds<Name extends string, Measured extends Cost>(
  { bench, rounds, log }: { readonly bench: string; readonly rounds: number; readonly log: Settings['log'] },
  names: readonly Name[],
  run: (name: Name) => Promise<Measured>,
): Promise<Round<Name, Measured>[]> {
  const results: Round<Name, Measured>[] = [];
  for (let round = 1; round <= rounds; round++) {
    log(`${bench}: round ${round} of ${rounds}`);
    const costs: Partial<Record<Name, Measured>> = {};
    for (const name of names) costs[name] = await run(name);
    results.push(costs as Round<Name, Measured>);
  }
  return results;
}

/** Records per CPU-second of each contender as a multiple of what the reference does. */
export function ratiosTo<Name extends string, Measured extends Cost>(
  reference: NoInfer<Name>,
  rounds: readonly Round<Name, Measured>[],
  of: (cost: Measured) => Cost = (cost) => cost,
): Record<Name, number> {
  const ratio = (name: Name): number => median(rounds.map((round) => of(round[reference]).cpuSeconds / of(round[name]).cpuSeconds));
  return Object.fromEntries(namesOf(rounds).map((name) => [name, ratio(name)])) as Record<Name, number>;
}

/** What the medians of a contender's costs are. */
export interface Summary {
  readonly recordsPerCpuSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly rowsPerSecond: number;
  readonly peakRssBytes: number;
}

/** The medians of each contender. */
export function summaries<Name extends string>(rounds: readonly Round<Name>[]): Record<Name, Summary> {
  const summary = (name: Name): Summary => {
    const middle = (figure: (cost: Cost) => number): number => median(rounds.map((round) => figure(round[name])));
    return {
      recordsPerCpuSecond: middle(({ rows, cpuSeconds }) => rows / cpuSeconds),
      cpuSecondsPerMillion: middle(({ rows, cpuSeconds }) => (cpuSeconds * 1e6) / rows),
      rowsPerSecond: middle(({ rows, wallSeconds }) => rows / wallSeconds),
      peakRssBytes: middle(({ peakRssBytes }) => peakRssBytes),
    };
  };
  return Object.fromEntries(namesOf(rounds).map((name) => [name, summary(name)])) as Record<Name, Summary>;
}

/** Summaries as a table, with columns of ratios after the first figure. */
export function tableOf<Name extends string>(
  contenders: Readonly<Record<Name, Summary>>,
  ratios: Readonly<Record<string, Readonly<Record<Name, number>>>>,
): string[][] {
  return [
    ['', 'rows per CPU-second', ...Object.keys(ratios), 'CPU-s per million', 'rows/s', 'peak memory'],
    ...(Object.entries(contenders) as [Name, Summary][]).map(([name, figures]) => [
      name,
      say(figures.recordsPerCpuSecond),
      ...Object.values(ratios).map((column) => say(column[name], 2)),
      say(figures.cpuSecondsPerMillion, 1),
      say(figures.rowsPerSecond),
      sayMegabytes(figures.peakRssBytes),
    ]),
  ];
}

function namesOf<Name extends string>([round]: readonly Round<Name>[]): Name[] {
  return Object.keys(round ?? {}) as Name[];
}
