/**
 * The comparison with other tools, as the short table of the README and the long one of docs/comparison.md: what was measured, and
 * what the source of Airbyte's connector says, which can't be run here.
 */

import type { ByTool } from '../comparison/measure.ts';
import type { ScenarioName } from '../comparison/scenarios.ts';
import type { Counts } from '../comparison/tally.ts';
import { TOOL_NAMES, type ToolName } from '../comparison/tools.ts';
import type { ComparisonFigures } from '../comparison.ts';
import { say } from '../report.ts';
import { markdown } from './page.ts';
import type { Result, Results } from './results.ts';

const COMMAND = 'npm run bench -- comparison';

/** How the columns of tools are called; Airbyte's is the second. */
const NAMES: Readonly<Record<ToolName, string>> = {
  'customerio-streams': 'customerio-streams',
  'customerio-node': 'customerio-node, a script',
  Benthos: 'Benthos',
  'by hand': 'script by hand',
};

/** One row: a cell of each tool from what was measured, and what Airbyte's source says. */
interface Line {
  readonly what: string;
  readonly airbyte: string;
  readonly cell: (figures: ComparisonFigures, tool: ToolName) => string | undefined;
}

const counted =
  (name: ScenarioName, say: (counts: Counts) => string): Line['cell'] =>
  ({ counts }, tool) => {
    const found = counts[name][tool];
    return found === undefined ? undefined : say(found);
  };

const ratio = (figures: ByTool<number> | undefined, tool: ToolName): string | undefined => {
  const found = figures?.[tool];
  return found === undefined ? undefined : say(found, 1);
};

const SHORT: readonly Line[] = [
  {
    what: 'a row of 600 KB: good rows not delivered',
    airbyte: 'sync fails',
    cell: counted('huge', ({ rows, delivered, failed }) => `${say(rows - 1 - delivered)}${failed ? ', run fails' : ''}`),
  },
  {
    what: '1,000 rows, 19-digit ids: stored wrong',
    airbyte: '–',
    cell: counted('exact', ({ wrong }) => say(wrong)),
  },
  {
    what: '429, 503, lost answers: counted twice',
    airbyte: 'sync fails',
    cell: counted('faults', ({ twice }) => say(twice)),
  },
  {
    what: 'killed, run again: counted twice',
    airbyte: 'all since the last state',
    cell: counted('killed', ({ twice }) => say(twice)),
  },
  {
    what: 'old updates applied after newer ones',
    airbyte: '0',
    cell: counted('order', ({ overtaken }) => say(overtaken)),
  },
  {
    what: 'requests in a second, 20 allowed',
    airbyte: 'no limit',
    cell: ({ rate }, tool) => sayCount(rate.mostInOneSecond[tool]),
  },
  {
    what: 'CPU relative to ours: 10,000, 1,000,000 rows',
    airbyte: '–',
    cell: ({ cpu }, tool) => {
      const ratios = cpu.map(({ toOurs }) => ratio(toOurs, tool));
      return ratios.includes(undefined) ? undefined : ratios.join(', ');
    },
  },
];

const LONG: readonly Line[] = [
  {
    what: '**10,000 events, 100 of them bad**: not JSON, no email, `null` as the email, a name of 120 bytes, a row of 40 KB',
    airbyte:
      'A row without `person_email` fails the sync; `null` becomes the person `null` ([1]). Rows that the API refuses go to S3, if that is set up ([2])',
    cell: counted('bad', ends),
  },
  {
    what: '**One row of 600,000 bytes** among 10,000',
    airbyte: 'Sent as it is; any answer but 200 and 207 fails the sync ([2])',
    cell: counted('huge', ends),
  },
  {
    what: '**1,000 events of people whose ids have 19 digits**, 20 of them on February 30',
    airbyte: 'A `timestamp` is sent as text, as it came ([3])',
    cell: counted('exact', (counts) => `${ends(counts)}; ${say(counts.people)} people`),
  },
  {
    what: '**10,000 events; two answers 429, two 503, and four broken connections**, two of them after the batch was applied',
    airbyte: 'Any answer but 200 and 207 fails the sync ([2])',
    cell: counted('faults', ends),
  },
  {
    what: '**10,000 events; killed half-way, and run again**',
    airbyte: 'Airbyte sends all rows since the last STATE again; an event has an id only if its row has `event_id` ([3])',
    cell: counted('killed', ends),
  },
  {
    what: '**10,000 updates of 100 people**, some answers late, some 503: updates applied after a newer one',
    airbyte: 'None: one request at a time ([4], [5])',
    cell: counted('order', ({ overtaken }) => say(overtaken)),
  },
  {
    what: 'Requests over 500,000 bytes in all of that',
    airbyte: 'Every full batch: it is closed after the row that takes it over ([2])',
    cell: ({ counts }, tool) => {
      const all = Object.values(counts).map((one) => one[tool]?.overLimit);
      return all.includes(undefined) ? undefined : say(all.reduce<number>((sum, one) => sum + (one ?? 0), 0));
    },
  },
  {
    what: 'Most requests in any second, where 20 are allowed',
    airbyte: 'No limit of its own; one request at a time ([4], [5])',
    cell: ({ rate }, tool) => sayCount(rate.mostInOneSecond[tool]),
  },
];

/** The links that the long table uses: the files of Airbyte's connector, at the commits at which they were read. */
const AIRBYTE = 'https://github.com/airbytehq/airbyte/blob';
const CONNECTOR = 'airbyte-integrations/connectors/destination-customer-io/src/main/kotlin';
const BATCH = `${CONNECTOR}/io/airbyte/integrations/destination/customerio/batch`;
const LINKS: readonly string[] = [
  `${AIRBYTE}/1da529d1abe661cd2cc236978964b3ad5e023bc7/${BATCH}/PersonIdentifyBatchEntryAssembler.kt`,
  `${AIRBYTE}/604bf328eca9f325ca2f062dc2958779f53bbc58/${CONNECTOR}/CustomerIoLoader.kt`,
  `${AIRBYTE}/040e4d1d52a5b79ec2ac0c6684af55d945d1babb/${BATCH}/PersonEventBatchEntryAssembler.kt`,
  `${AIRBYTE}/9f9e8a197127d74412b825cf9d987ee059349b30/${CONNECTOR}/CustomerIoBeanFactory.kt`,
  `${AIRBYTE}/13fd4ac0c30ed824dc57a2b3f5fa07f094ca2e5d/airbyte-cdk/bulk/toolkits/load-dlq/src/main/kotlin/io/airbyte/cdk/load/write/dlq/DlqPipelineFactory.kt`,
];

/** The tables by name. */
export const COMPARISON_TABLES: Readonly<Record<string, (results: Results) => string>> = {
  comparison: ({ comparison }) =>
    tableOf(SHORT, comparison, { first: `\`${COMMAND}\``, airbyte: "Airbyte's connector, by its source", unknown: '–' }),
  'comparison in full': ({ comparison }) => {
    const lines = [...LONG, ...cpuLines(comparison)];
    const links = LINKS.map((link, index) => `[${index + 1}]: ${link}`).join('\n');
    return `${tableOf(lines, comparison, { first: '', airbyte: "Airbyte's connector, read in its source", unknown: 'not measured' })}\n\n${links}`;
  },
  'compared on': ({ comparison }) => whereOf(comparison),
};

function tableOf(
  lines: readonly Line[],
  result: Result | undefined,
  { first, airbyte, unknown }: { readonly first: string; readonly airbyte: string; readonly unknown: string },
): string {
  const figures = result?.figures as ComparisonFigures | undefined;
  const withAirbyte = ([ours = '', ...others]: readonly string[], theirs: string): string[] => [ours, theirs, ...others];
  return markdown([
    [first, ...withAirbyte(Object.values(NAMES), airbyte)],
    ...lines.map(({ what, airbyte: theirs, cell }) => {
      const cells = TOOL_NAMES.map((tool) => (figures === undefined ? undefined : cell(figures, tool)) ?? unknown);
      return [what, ...withAirbyte(cells, theirs)];
    }),
  ]);
}

/** How the rows ended, where it is more than that all were delivered once. */
function ends({ delivered, handedBack, lost, unsent, failed, twice, wrong }: Counts): string {
  const parts: readonly [number, string][] = [
    [delivered, 'delivered'],
    [twice, 'counted twice'],
    [wrong, 'with a wrong value'],
    [handedBack, 'handed back'],
    [lost, 'lost in silence'],
    [unsent, 'not sent'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${say(count)} ${what}`);
  return `${said.join(', ')}${failed ? '; the run fails' : ''}`;
}

function cpuLines(result: Result | undefined): Line[] {
  const { cpu = [] } = (result?.figures ?? {}) as Partial<ComparisonFigures>;
  return cpu.map(({ rows, toOurs }) => ({
    what: `CPU of the whole process for ${say(rows)} good events, as a multiple of ours`,
    airbyte: 'not measured',
    cell: (_figures, tool) => ratio(toOurs, tool),
  }));
}

function whereOf(result: Result | undefined): string {
  if (result === undefined) return markdown([['not measured']]);
  const { versions } = result.figures as unknown as ComparisonFigures;
  return markdown([
    ['measured', ''],
    ['on', `${result.cpu}, ${result.cores} cores, Node ${result.node}`],
    ['date', result.date],
    ['customerio-node', versions['customerio-node'] ?? 'not measured'],
    ['Benthos', versions.Benthos ?? 'not measured'],
    ['by', `\`${COMMAND} --write\``],
  ]);
}

function sayCount(count: number | undefined): string | undefined {
  return count === undefined ? undefined : say(count);
}
