/**
 * Tables of the command line, from what its own help is made of: the commands, their flags, exit statuses. A group of flags that
 * several commands have is one table; what only one of them has stands in a table of that command.
 */
import { addCommands } from '../../lib/cli/commands.ts';
import { CliCommand } from '../../lib/cli/flags/commander.ts';
import { addFlags } from '../../lib/cli/flags/flag.ts';
import { COMMAND_FLAGS, type CommandName } from '../../lib/cli/flags/flags.ts';
import { ERROR_CODES, type ErrorCode } from '../../lib/errors.ts';
import { cell, table } from './table-text.ts';

/** A flag under its heading, and the commands that have it with that meaning. */
interface Flag {
  readonly heading: string;
  readonly name: string;
  readonly meaning: string;
  readonly commands: Set<CommandName>;
}

const COMMANDS = Object.keys(COMMAND_FLAGS) as CommandName[];

/** All of them; the same flag with another meaning is another. */
function allFlags(): Flag[] {
  const found = new Map<string, Flag>();
  // `events` has the most: its order is that of the tables.
  for (const command of ['events' as const, ...COMMANDS]) {
    for (const [heading = '', fields] of COMMAND_FLAGS[command]) {
      for (const option of addFlags(new CliCommand(), undefined, fields).options) {
        const meaning = cell(meaningOf(option));
        const key = `${heading} ${option.flags} ${meaning}`;
        const flag = found.get(key) ?? { heading, name: `\`${cell(option.flags)}\``, meaning, commands: new Set() };
        found.set(key, flag);
        flag.commands.add(command);
      }
    }
  }
  return [...found.values()];
}

function meaningOf({ description, defaultValue, defaultValueDescription, argChoices, envVar }: CliCommand['options'][number]): string {
  const isPlain = !Array.isArray(defaultValue) && defaultValue !== undefined && typeof defaultValue !== 'boolean';
  const standard = defaultValueDescription ?? (isPlain ? String(defaultValue) : undefined);
  const [, text = '', own] = /^(.*?)(?: \(default: (.*)\))?$/s.exec(description) ?? [];
  const notes = [
    ...(argChoices && argChoices.length > 1 ? [`one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`] : []),
    ...((own ?? standard) ? [`default: ${own ?? standard}`] : []),
    ...(envVar ? [`variable: \`${envVar}\``] : []),
  ];
  return notes.length === 0 ? text : `${text} (${notes.join('; ')})`;
}

/** `a`, `b`, `c`. */
function listed(commands: readonly string[]): string {
  return commands.map((name) => `\`${name}\``).join(', ');
}

/** The flags of a heading that more than one command has: a table for each set of commands. */
function groupTables(heading: string): string {
  const shared = allFlags().filter((flag) => flag.heading === heading && flag.commands.size > 1);
  const sets = new Map<string, Flag[]>();
  for (const flag of shared) {
    const commands = listed(COMMANDS.filter((name) => flag.commands.has(name)));
    sets.set(commands, [...(sets.get(commands) ?? []), flag]);
  }
  return [...sets].map(([commands, flags]) => `For ${commands}:\n\n${flagTable(flags)}`).join('\n\n');
}

function flagTable(flags: readonly Flag[]): string {
  return table(
    ['option', 'meaning'],
    flags.map(({ name, meaning }) => [name, meaning]),
  );
}

const isOnlyOf = (command: CommandName) => (flag: Flag) => flag.commands.size === 1 && flag.commands.has(command);

/** The tables by name: `flags` and the heading, or `flags of` and the command, for what no other has. */
export const FLAG_TABLES: Readonly<Record<string, () => string>> = (() => {
  const all = allFlags();
  const headings = new Set(all.filter(({ commands }) => commands.size > 1).map(({ heading }) => heading));
  const alone = COMMANDS.filter((command) => all.some(isOnlyOf(command)));
  return Object.fromEntries([
    ...[...headings].map((heading) => [`flags ${heading.replace(':', '').toLowerCase() || 'config'}`, () => groupTables(heading)]),
    ...alone.map((command) => [`flags of ${command}`, () => flagTable(allFlags().filter(isOnlyOf(command)))]),
  ]);
})();

/** All commands. */
export function commands(): string {
  const root = new CliCommand('cio-stream');
  addCommands(root, () => {});
  return table(
    ['command', 'what it does'],
    root.commands.map((command) => {
      const words = `${command.name()} ${command.usage().replace('[options]', '')}`.replace(/ +/g, ' ').trim();
      return [`\`${words}\``, cell(command.summary() || command.description())];
    }),
  );
}

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  CIO_OPTIONS: 'an option is missing, unknown or wrong',
  CIO_AUTH: 'Customer.io does not accept the credentials',
  CIO_REGION: 'the address redirects to a place that is not Customer.io',
  CIO_SOURCE: "the input can't be read",
  CIO_NETWORK: "the API can't be reached",
  CIO_UNDELIVERED: 'the API failed for longer than `--give-up-ms`',
  CIO_REJECT_STORE: "rejected rows can't be stored",
  CIO_REJECTED: 'in a program: a row was rejected, and there is no place for it',
  CIO_LINE: 'in a program: stages are missing or in the wrong order',
  CIO_API: 'what answered is not the Track API',
  CIO_STATE: "what an earlier run saved can't be used",
  CIO_TOO_MANY_REJECTED: 'more rows were rejected than `--max-rejected` allows',
  CIO_SYSTEM: 'the operating system refused something',
  CIO_INTERNAL: 'a bug in this package',
};

/** What each status means; an error's leads to its code. */
export function statuses(): string {
  const errors = (Object.keys(ERROR_CODES) as ErrorCode[])
    .sort((one, other) => ERROR_CODES[one].exit - ERROR_CODES[other].exit)
    .map((code) => [String(ERROR_CODES[code].exit), `[\`${code}\`](#${code.toLowerCase()})`, MEANINGS[code]]);
  return table(
    ['status', 'error', 'meaning'],
    [
      ['0', '', 'every row was delivered or skipped'],
      ['1', '', 'done, and some rows were rejected; of `preview`: you have to decide something first'],
      ...errors,
      ['130', '', 'interrupted by Ctrl-C; 143 by SIGTERM. A consumer of Kafka that runs until it is stopped ends with 0'],
    ],
  );
}
