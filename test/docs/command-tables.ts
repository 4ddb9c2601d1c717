/**
 * Tables of the command line, from what its own help is made of: the commands, their flags, exit statuses. A group of flags that
 * several commands have is one table; what only one of them has stands in a table of that command.
 */
import { addCommands } from '../../lib/cli/commands.ts';
import { CliCommand } from '../../lib/cli/flags/commander.ts';
import { addFlags } from '../../lib/cli/flags/flag.ts';
import { COMMAND_FLAGS, type CommandName } from '../../lib/cli/flags/flags.ts';
import { ERROR_CODES } from '../../lib/errors.ts';
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

/** What each status means; an error's leads to its code. */
export function statuses(): string {
  const errors = Object.entries(ERROR_CODES)
    .map(([code, { exit }]): [number, string] => [exit, `[\`${code}\`](#${code.toLowerCase()})`])
    .sort(([one], [other]) => one - other);
  return table(
    ['status', 'meaning'],
    [
      ['0', 'every row was delivered or skipped'],
      ['1', 'done, and some rows were rejected; of `preview`: you have to decide something first'],
      ...errors.map(([exit, code]) => [String(exit), code]),
      ['130', 'interrupted by Ctrl-C; 143 by SIGTERM. A consumer of Kafka that runs until it is stopped ends with 0'],
    ],
  );
}
