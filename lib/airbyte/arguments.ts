/**
 * The command that the arguments name: `spec`, `check`, `discover`, `write`, as words or as `--spec` and so on. Further
 * arguments that other connectors know (`--state` ...) are passed over.
 */
import { parseArgs } from 'node:util';
import { CioError } from '../errors.ts';

const COMMANDS = { spec: [], check: ['config'], discover: ['config'], write: ['config', 'catalog'] } as const;

/** What we are asked to do. */
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

/** Reads the arguments after the program's name. Throws `CIO_OPTIONS`. */
export function readArguments(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: false });
  const command = names.find((name) => positionals[0] === name || values[name] === true);
  if (command === undefined) throw new CioError('CIO_OPTIONS', `no command: the first argument must be one of ${names.join(', ')}`);
  const missing = COMMANDS[command].filter((name) => typeof values[name] !== 'string' || values[name] === '');
  if (missing.length > 0) throw new CioError('CIO_OPTIONS', `${command} needs ${missing.map((name) => `--${name} FILE`).join(' and ')}`);
  return { command, config: String(values.config), catalog: String(values.catalog) };
}
