/** One command: its files are read and judged, all problems together, then it runs. */
import { CioError } from '../errors.ts';
import type { Asked } from './arguments.ts';
import { type Config, defaultsOf, readConfig } from './config.ts';
import { STOPPED, sayError } from './failure.ts';
import { type Plan, planOf } from './plan.ts';
import { problemsError, type Read, readJsonFile } from './problems.ts';
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
    const { found, failed } = await check(await configFrom(path, protocol));
    if (failed.length === 0) protocol.connectionStatus('SUCCEEDED', found.join('; '));
    else protocol.connectionStatus('FAILED', failed.map(sayError).join(' '));
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
  const config = judgeConfig(given, protocol);
  const planned = 'data' in catalog ? planOf(catalog.data, 'data' in given ? defaultsOf(given.data) : undefined) : catalog;
  if ('data' in config && 'plan' in planned) return writeUntilStopped(config.data, planned.plan, protocol);
  throw problemsError([config, planned].flatMap((read) => ('problems' in read ? read.problems : [])));
}

/** Told to stop, the process ends by the signal once all is settled, as if it had no handler. Process 1 of a container can't. */
async function writeUntilStopped(config: Config, plan: Plan, protocol: Protocol): Promise<void> {
  const { write } = await import('./write.ts');
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  await write({ config, plan, input: process.stdin, protocol, stop: stop.signal });
  if (!stop.signal.aborted) return;
  protocol.error(STOPPED);
  process.exitCode = 1;
  process.kill(process.pid, 'SIGTERM');
}

async function configFrom(path: string, protocol: Protocol): Promise<Config> {
  const config = judgeConfig(await readJsonFile('configuration', path), protocol);
  if ('problems' in config) throw problemsError(config.problems);
  return config.data;
}

function judgeConfig(file: Read<unknown>, protocol: Protocol): Read<Config> {
  if ('problems' in file) return file;
  const read = readConfig(file.data);
  for (const sentence of read.unknown) protocol.log('WARN', `config: ${sentence}`);
  return 'problems' in read ? { problems: read.problems.map((problem) => `config: ${problem}`) } : read;
}
