/**
 * The command that the arguments name: `spec`, `check`, `discover`, `write`, as words or as `--spec` and so on. Further
 * arguments that other connectors know (`--state` ...) are ignored.
 */
import { parseArgs } from 'node:util';
import { CioError } from '../errors.ts';

/** The files that each command takes, and what it does. */
const COMMANDS = {
  spec: { files: [], does: 'prints the specification of the configuration' },
  check: { files: ['config'], does: 'tries the credentials and the object storage' },
  discover: { files: ['config'], does: 'prints the destination objects and their sync modes' },
  write: { files: ['config', 'catalog'], does: 'loads the records on standard input into Customer.io' },
} as const;

/** What the connector is asked to do. */
export type Command = keyof typeof COMMANDS;

/** The command and the files that belong to it. */
export interface Asked {
  readonly command: Command;
  /** Path of the configuration; empty for `spec`. */
  readonly config: string;
  /** Path of the configured catalog; only for `write`. */
  readonly catalog: string;
}

const names = Object.keys(COMMANDS) as Command[];
const flag = { type: 'boolean' } as const;
const path = { type: 'string', default: '' } as const;
const OPTIONS = { spec: flag, check: flag, discover: flag, write: flag, config: path, catalog: path };

/** What `--help` prints. */
export const USAGE: string = `usage: destination-customer-io COMMAND [--config FILE] [--catalog FILE]

An Airbyte destination for Customer.io. Each command prints messages of the Airbyte protocol to standard output, one a line.
A command may also be given as an option, such as --spec.

${names.map((name) => `  ${[name, ...flagsOf(COMMANDS[name].files)].join(' ').padEnd(36)}${COMMANDS[name].does}`).join('\n')}

-h, --help  prints this help`;

/** Whether the arguments ask for {@link USAGE}. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}

/** Reads the arguments after the program's name. Throws `CIO_OPTIONS`. */
export function readArguments(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: false });
  const command = names.find((name) => positionals[0] === name || values[name] === true);
  if (command === undefined) throw usageError(`no command: the first argument must be one of ${names.join(', ')}`);
  const missing = COMMANDS[command].files.filter((name) => typeof values[name] !== 'string' || values[name] === '');
  if (missing.length > 0) throw usageError(`${command} needs ${flagsOf(missing).join(' and ')}`);
  return { command, config: String(values.config), catalog: String(values.catalog) };
}

function flagsOf(files: readonly string[]): string[] {
  return files.map((name) => `--${name} FILE`);
}

function usageError(message: string): CioError {
  return new CioError('CIO_OPTIONS', `${message}; see --help`);
}
