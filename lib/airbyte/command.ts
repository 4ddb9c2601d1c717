/** One command: its files are read and judged, all problems together, then it runs. */
import { CioError } from '../errors.ts';
import type { Asked } from './arguments.ts';
import { type Config, readConfig } from './config.ts';
import { failureOf, sayError } from './failure.ts';
import { type Plan, planOf } from './plan.ts';
import { problemsError, readJsonFile } from './problems.ts';
import type { Protocol } from './protocol.ts';

/** Runs the command. Throws a CioError where it failed. */
export async function run({ command, config, catalog }: Asked, protocol: Protocol): Promise<void> {
  if (command === 'spec') return protocol.spec((await import('./spec.ts')).connectorSpec());
  if (command === 'check') return runCheck(config, protocol);
  if (command === 'discover') return runDiscover(config, protocol);
  return runWrite(config, catalog, protocol);
}

/** What is wrong with the configuration is an answer, not a failure. */
async function runCheck(path: string, protocol: Protocol): Promise<void> {
  try {
    const { check } = await import('./check.ts');
    protocol.connectionStatus('SUCCEEDED', await check(await configFrom(path, protocol)));
  } catch (error) {
    if (!(error instanceof CioError) || error.code === 'CIO_INTERNAL') throw error;
    protocol.connectionStatus('FAILED', sayError(error));
  }
}

async function runDiscover(path: string, protocol: Protocol): Promise<void> {
  const { operations } = await import('./discover.ts');
  protocol.destinationCatalog(operations(await configFrom(path, protocol)));
}

async function runWrite(configPath: string, catalogPath: string, protocol: Protocol): Promise<void> {
  const [given, catalog] = [await readJsonFile('configuration', configPath), await readJsonFile('catalog', catalogPath)];
  const read = readConfig(given);
  tellUnknown(read, protocol);
  const config = 'data' in read ? read.data : undefined;
  const planned = planOf(catalog, config);
  const problems = [...('problems' in read ? sayProblems(read) : []), ...('problems' in planned ? planned.problems : [])];
  if (config === undefined || 'problems' in planned) throw problemsError(problems);
  await writeUntilStopped(config, planned.plan, protocol);
}

/** Told to stop, the process ends by the signal once all is settled, as if it had no handler. Process 1 of a container can't. */
async function writeUntilStopped(config: Config, plan: Plan, protocol: Protocol): Promise<void> {
  const { write } = await import('./write.ts');
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  await write({ config, plan, input: process.stdin, protocol, stop: stop.signal });
  if (!stop.signal.aborted) return;
  protocol.error(failureOf(new CioError('CIO_SOURCE', 'told to stop: what was read is settled, the rest is for the next sync')));
  process.exitCode = 1;
  process.kill(process.pid, 'SIGTERM');
}

async function configFrom(path: string, protocol: Protocol): Promise<Config> {
  const read = readConfig(await readJsonFile('configuration', path));
  tellUnknown(read, protocol);
  if ('problems' in read) throw problemsError(sayProblems(read));
  return read.data;
}

function tellUnknown({ unknown }: { unknown: string[] }, protocol: Protocol): void {
  for (const sentence of unknown) protocol.log('WARN', `config: ${sentence}`);
}

function sayProblems({ problems }: { problems: string[] }): string[] {
  return problems.map((problem) => `config: ${problem}`);
}
