/**
 * The tables of the README, made from the code: options from the docstrings of their interfaces, flags from the command
 * line's own help, statuses and limits from their tables. `npm run readme` puts them in, a test holds them there.
 */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { program } from '../../lib/cli/program.ts';
import { ERROR_CODES } from '../../lib/errors.ts';
import { LIMITS, type Limits } from '../../lib/track/limits.ts';

/** One documented member of an interface. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly doc: string;
}

/** The members of an interface that have a docstring, read from its source. */
export function membersOf(file: string, name: string): Member[] {
  const source = readFileSync(file, 'utf8');
  const start = source.search(new RegExp(`interface ${name}\\b`));
  const body = source.slice(source.indexOf('{', start) + 1, source.indexOf('\n}', start));
  return [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\s*(?:readonly )?(\w+)(\?)?: ([^;]*);/g)].map(
    ([, doc = '', member = '', optional, type = '']) => ({
      name: member,
      // To pass undefined on is to leave it out; the table needn't say that at every option.
      type: type.replace(/\s+/g, ' ').replace(/^\((.*)\) \| undefined$|^(.*?) \| undefined$/, '$1$2'),
      required: optional === undefined,
      doc: doc
        .replace(/^\s*\*/gm, '')
        .replace(/\s+/g, ' ')
        .replace(/\{@link (\w+)\}/g, '`$1`')
        .trim(),
    }),
  );
}

function options(file: string, name: string): string {
  return table(
    ['option', 'meaning'],
    membersOf(file, name).map(({ name: option, type, required, doc }) => [
      `\`${option}\`${required ? ', required' : ''}`,
      `${cell(doc)} \`${cell(type)}\``,
    ]),
  );
}

function flags(command: string): string {
  const found = program(() => {}).commands.find((each) => each.name() === command) as Command;
  return table(
    ['option', 'default', 'meaning'],
    found.options.map(({ flags: name, description, defaultValue, defaultValueDescription, argChoices }) => {
      const standard =
        Array.isArray(defaultValue) || defaultValue === undefined || typeof defaultValue === 'boolean' ? '' : String(defaultValue);
      const choices = argChoices ? `: ${argChoices.join(', ')}` : '';
      return [`\`${name}\``, defaultValueDescription ?? standard, cell(`${description}${choices}`)];
    }),
  );
}

function statuses(): string {
  const own: [string, string, string][] = [
    ['0', '', 'all delivered (or skipped)'],
    ['1', '', 'done, some records were rejected'],
  ];
  const errors = Object.entries(ERROR_CODES).map(([code, { exit, todo }]): [string, string, string] => [
    String(exit),
    `\`${code}\``,
    cell(todo),
  ]);
  return table(['status', 'error', 'meaning, or what to do'], [...own, ...errors, ['130', '', 'interrupted; 143 by SIGTERM']]);
}

function limits(): string {
  const names = Object.keys(LIMITS.person) as (keyof Limits)[];
  const docs = new Map(membersOf('lib/track/limits.ts', 'Limits').map(({ name, doc }) => [name, doc]));
  const say = (value: number): string => (value === Number.POSITIVE_INFINITY ? 'none' : value.toLocaleString('en-US'));
  return table(
    ['limit', 'person', 'object', 'event', 'of what'],
    names.map((name) => [
      `\`${name}\``,
      say(LIMITS.person[name]),
      say(LIMITS.object[name]),
      say(LIMITS.event[name]),
      cell(docs.get(name) ?? ''),
    ]),
  );
}

/** The tables by name. */
export const TABLES: Readonly<Record<string, () => string>> = {
  'cio-stream send': () => flags('send'),
  'cio-stream replay': () => flags('replay'),
  'cio-stream rejects': () => flags('rejects'),
  'cio-stream check': () => flags('check'),
  'cio-stream sandbox': () => flags('sandbox'),
  'exit status': statuses,
  limits,
  source: () => options('lib/source/options.ts', 'SourceOptions'),
  csv: () => options('lib/source/csv/options.ts', 'CsvOptions'),
  json: () => options('lib/source/json.ts', 'JsonOptions'),
  validate: () => options('lib/stage/options.ts', 'ValidateOptions'),
  enforceLimits: () => options('lib/stage/enforce-limits.ts', 'EnforceLimitsOptions'),
  dedupe: () => options('lib/dedupe/dedupe.ts', 'DedupeOptions'),
  trackWriter: () => options('lib/write/options.ts', 'TrackWriterOptions'),
  rejectWriter: () => options('lib/reject/options.ts', 'RejectWriterOptions'),
  stores: () => options('lib/storage/options.ts', 'StoreOptions'),
  s3: () => options('lib/storage/options.ts', 'S3Access'),
  gcs: () => options('lib/storage/options.ts', 'GcsAccess'),
  check: () => options('lib/check.ts', 'CheckOptions'),
  createSandbox: () => options('lib/sandbox/options.ts', 'SandboxOptions'),
};

const PLACE = /(<!-- table: ([\w -]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The README with every table as the code has it. Throws where it asks for one that does not exist. */
export function withTables(readme: string): string {
  return readme.replace(PLACE, (_whole, head: string, name: string, tail: string) => {
    const make = TABLES[name];
    if (make === undefined) throw new Error(`README: there is no table "${name}"`);
    return `${head}\n${make()}\n\n${tail}`;
  });
}

/** The names of the tables that the README has. */
export function tablesIn(readme: string): string[] {
  return [...readme.matchAll(PLACE)].map(([, , name = '']) => name);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
