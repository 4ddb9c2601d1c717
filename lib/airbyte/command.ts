/** One command: its files are read and checked, all problems are reported together, then it runs. */
import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { CioError } from '../errors.ts';
import type { Asked } from './arguments.ts';
import { type Catalog, readCatalog } from './catalog/catalog.ts';
import { type Config, defaultsOf, readConfig } from './config/config.ts';
import { problemsError, type Read, readJsonFile } from './config/problems.ts';
import { STOPPED, sayError } from './failure.ts';
import type { Protocol } from './protocol.ts';

/** How a command ended: `stopped` is a sync that was stopped and has finished what it had read. */
export type Ended = 'done' | 'stopped';

/** What surrounds a command. */
export interface Host {
  /** The messages of `write`. */
  readonly input: Readable;
  readonly clock: Clock;
  /** Called by `write`: gives a signal that aborts when the sync should stop. */
  stop(): AbortSignal;
}

/** Runs the command. Throws a CioError if it fails. */
export async function runCommand({ command, config, catalog }: Asked, protocol: Protocol, host: Host): Promise<Ended> {
  if (command === 'write') return runWrite(config, catalog, protocol, host);
  if (command === 'spec') protocol.spec((await import('./config/spec.ts')).connectorSpec());
  if (command === 'check') await runCheck(config, protocol);
  if (command === 'discover') await runDiscover(config, protocol);
  return 'done';
}

/** What is wrong with the configuration is an answer, not a failure. */
async function runCheck(path: string, protocol: Protocol): Promise<void> {
  try {
    const { checkConnection } = await import('./check.ts');
    const { found, failed } = await checkConnection(await configFrom(path, protocol));
    if (failed.length === 0) protocol.connectionStatus('SUCCEEDED', found.join('; '));
    else protocol.connectionStatus('FAILED', failed.map(sayError).join(' '));
  } catch (error) {
    if (!(error instanceof CioError) || error.code === 'CIO_INTERNAL') throw error;
    protocol.connectionStatus('FAILED', sayError(error));
  }
}

async function runDiscover(path: string, protocol: Protocol): Promise<void> {
  const { operations } = await import('./catalog/discover.ts');
  protocol.destinationCatalog(operations(await configFrom(path, protocol)));
}

async function runWrite(configPath: string, catalogPath: string, protocol: Protocol, host: Host): Promise<Ended> {
  const [configFile, catalogFile] = [await readJsonFile('configuration', configPath), await readJsonFile('catalog', catalogPath)];
  const config = readConfigFile(configFile, protocol);
  const defaults = 'data' in configFile ? defaultsOf(configFile.data) : undefined;
  const catalog = 'data' in catalogFile ? readCatalog(catalogFile.data, defaults) : catalogFile;
  if ('data' in config && 'data' in catalog) return writeUntilStopped(config.data, catalog.data, protocol, host);
  throw problemsError([config, catalog].flatMap((read) => ('problems' in read ? read.problems : [])));
}

async function writeUntilStopped(config: Config, catalog: Catalog, protocol: Protocol, { input, clock, stop }: Host): Promise<Ended> {
  const { write } = await import('./sync/write.ts');
  const signal = stop();
  await write({ config, catalog, input, protocol, stop: signal, clock });
  if (!signal.aborted) return 'done';
  protocol.error(STOPPED);
  return 'stopped';
}

async function configFrom(path: string, protocol: Protocol): Promise<Config> {
  const config = readConfigFile(await readJsonFile('configuration', path), protocol);
  if ('problems' in config) throw problemsError(config.problems);
  return config.data;
}

function readConfigFile(file: Read<unknown>, protocol: Protocol): Read<Config> {
  if ('problems' in file) return file;
  const read = readConfig(file.data);
  for (const sentence of read.unknown) protocol.log('WARN', `config: ${sentence}`);
  return 'problems' in read ? { problems: read.problems.map((problem) => `config: ${problem}`) } : read;
}
