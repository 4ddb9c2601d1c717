/**
 * `npm run bench [-- NAME ...] [--rows N] [--rounds N] [--smoke] [--json] [--write]`: tables for people, or one JSON object.
 * The report goes to standard output and nothing else does (`npm run --silent` keeps npm's own lines away too). `--write` also
 * keeps the results in bench/results/, and makes docs/performance.md, its chart and the README's table of all that are there.
 */
import { parseArgs } from 'node:util';
import { airbyte } from './airbyte.ts';
import { command } from './command.ts';
import { comparison } from './comparison.ts';
import { csv } from './csv.ts';
import { dedupe } from './dedupe.ts';
import { kafka } from './kafka.ts';
import { memory } from './memory.ts';
import { circumstances, keepResult } from './page/results.ts';
import { writePage } from './page/write.ts';
import { rate } from './rate.ts';
import { rejects } from './rejects.ts';
import { layOut, type Report, type Settings } from './report.ts';
import { scale } from './scale.ts';
import { startup } from './startup.ts';
import { throughput } from './throughput.ts';

const BENCHES = new Map<string, (settings: Settings) => Promise<Report | undefined>>([
  ['throughput', throughput],
  ['csv', csv],
  ['command', command],
  ['comparison', comparison],
  ['startup', startup],
  ['memory', memory],
  ['rate', rate],
  ['airbyte', airbyte],
  ['dedupe', dedupe],
  ['rejects', rejects],
  ['kafka', kafka],
  ['scale', scale],
]);

const OPTIONS = {
  rows: { type: 'string' },
  rounds: { type: 'string' },
  smoke: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
} as const;

try {
  await run();
} catch (error) {
  // The first sentence: what parseArgs says after it does not help here.
  console.error(`bench: ${(error as Error).message.split('. ')[0]}`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const names = positionals.length > 0 ? positionals : [...BENCHES.keys()];
  for (const name of names) if (!BENCHES.has(name)) throw new Error(`unknown bench "${name}"; known: ${[...BENCHES.keys()].join(', ')}`);
  if (values.write && (values.smoke || values.rows !== undefined))
    throw new Error('--write is for runs of the usual size: without --rows and --smoke');
  const settings: Settings = {
    rows: readCount('rows', values.rows),
    rounds: readCount('rounds', values.rounds),
    smoke: values.smoke,
    log: (text) => console.error(text),
  };
  const figures: Record<string, object> = {};
  for (const name of names) {
    const report = await BENCHES.get(name)?.(settings);
    if (report === undefined) continue;
    figures[name] = { bench: name, ...circumstances(), ...report.figures };
    if (values.write) keepResult(name, { ...circumstances(), ...report });
    if (!values.json) console.log(`\n${layOut(report)}`);
  }
  if (values.write) writePage();
  if (values.json) console.log(JSON.stringify(names.length === 1 ? figures[names[0] ?? ''] : figures, null, 2));
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number of 1 or more`);
  return value;
}
