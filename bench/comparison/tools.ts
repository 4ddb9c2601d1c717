/** The tools that are compared, each as a command that loads one file. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnv } from '../../test/support/child.ts';
import { moduleAt } from '../processes.ts';
import type { Settings } from '../report.ts';
import type { Input } from './inputs.ts';

/** One load. */
export interface Load extends Pick<Input, 'kind' | 'identifier'> {
  readonly file: string;
  /** An empty folder, for the rows that are handed back. */
  readonly rejected: string;
  readonly url: string;
  readonly siteId: string;
  readonly apiKey: string;
  readonly requestsPerSecond: number;
}

/** A tool. */
export interface Tool {
  readonly name: ToolName;
  readonly version: string;
  /** The exit statuses that say that every row was dealt with. */
  readonly succeeds: readonly unknown[];
  readonly command: (load: Load) => { readonly args: readonly [string, ...string[]]; readonly env: NodeJS.ProcessEnv };
}

export const TOOL_NAMES = ['customerio-streams', 'customerio-node', 'Benthos', 'by hand'] as const;

/** Their names. */
export type ToolName = (typeof TOOL_NAMES)[number];

const SOURCES = 'bench/comparison';

/** All that can be run here. Benthos is built by Go, unless BENTHOS is the path of one; where neither is there, it says so. */
export function toolsHere(folder: string, { smoke, log }: Pick<Settings, 'smoke' | 'log'>): Tool[] {
  const built = benthosIn(folder, smoke, log);
  return [ours(), script('customerio-node', versionOf('customerio-node')), ...(built === undefined ? [] : [benthos(built)]), byHand()];
}

function ours(): Tool {
  return {
    name: 'customerio-streams',
    version: JSON.parse(readFileSync('package.json', 'utf8')).version,
    succeeds: [0, 1],
    command: ({ kind, identifier, file, rejected, url, siteId, apiKey, requestsPerSecond }) => {
      const columns = [`--${identifier}`, identifier, ...(kind === 'events' ? ['--name', 'name', '--time', 'at'] : [])];
      const rest = ['--rejects', rejected, '--rate', String(requestsPerSecond), '--quiet'];
      return {
        args: [process.execPath, moduleAt('../lib/cli/main.js'), kind, file, ...columns, ...rest],
        env: { ...childEnv(), CUSTOMERIO_SITE_ID: siteId, CUSTOMERIO_API_KEY: apiKey, CUSTOMERIO_BASE_URL: url },
      };
    },
  };
}

function script(name: ToolName, version: string): Tool {
  const module = moduleAt(`comparison/${name.replace(' ', '-')}.js`);
  return {
    name,
    version,
    succeeds: [0],
    command: ({ kind, identifier, file, rejected, url, siteId, apiKey }) => ({
      args: [process.execPath, module, kind, identifier, file, join(rejected, 'rejected.ndjson'), url],
      env: { ...childEnv(), SITE_ID: siteId, API_KEY: apiKey },
    }),
  };
}

function byHand(): Tool {
  return script('by hand', process.version);
}

function benthos({ program, version }: Built): Tool {
  return {
    name: 'Benthos',
    version,
    succeeds: [0],
    command: ({ kind, identifier, file, rejected, url, siteId, apiKey, requestsPerSecond }) => ({
      args: [program, 'run', join(SOURCES, 'benthos.yaml')],
      env: {
        ...childEnv(),
        KIND: kind,
        IDENTIFIER: identifier,
        INPUT: file,
        REJECTED: join(rejected, 'rejected.ndjson'),
        URL: url,
        SITE_ID: siteId,
        API_KEY: apiKey,
        RATE: String(requestsPerSecond),
      },
    }),
  };
}

interface Built {
  readonly program: string;
  readonly version: string;
}

function benthosIn(folder: string, smoke: boolean, log: Settings['log']): Built | undefined {
  const given = process.env.BENTHOS;
  if (given === undefined && smoke) {
    log('comparison: without Benthos, which takes too long to build for --smoke (BENTHOS=path takes one that is there)');
    return undefined;
  }
  const program = given ?? join(folder, 'benthos');
  try {
    if (given === undefined)
      execFileSync('go', ['build', '-o', program, '.'], { cwd: join(SOURCES, 'benthos'), stdio: ['ignore', 'ignore', 'pipe'] });
    const said = execFileSync(program, ['--version'], { encoding: 'utf8' });
    return { program, version: /\d[\w.-]*/.exec(said)?.[0] ?? said.trim() };
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    log(`comparison: without Benthos: ${code === 'ENOENT' ? 'there is no Go to build it' : (stderr?.toString().split('\n')[0] ?? error)}`);
    return undefined;
  }
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync('package-lock.json', 'utf8')).packages[`node_modules/${name}`].version;
}
