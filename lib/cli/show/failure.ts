/**
 * Errors in words, on standard error: what is wrong and what to do, never a stack trace. An error that is neither ours nor
 * the system's is a bug, reported in one line.
 */
import { CioError, systemError, wordsOf } from '../../errors.ts';
import { printable } from '../../printable.ts';
import { printJson, printLines } from './print.ts';

/** What a report holds of an error. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Errors as ours: whatever else comes up is a bug. */
export function asCioError(error: unknown): CioError {
  if (error instanceof CioError) return error;
  const refused = systemError(error);
  if (refused) return refused;
  const { name = 'Error', message = wordsOf(error), code } = Object(error) as { name?: string; message?: string; code?: unknown };
  const told = `${name}${typeof code === 'string' ? ` ${code}` : ''}: ${String(message).split('\n')[0]}`;
  return new CioError('CIO_INTERNAL', `unexpected ${told}`, error);
}

/** Prints an error and gives the exit status that belongs to it. */
export function printFailure(error: unknown, logFormat: 'text' | 'json' = 'text'): number {
  const { code, message: told, todo: general, exitStatus } = asCioError(error);
  const message = asFlags(told);
  const todo =
    code === 'CIO_OPTIONS' ? `Correct the option; \`cio-stream ${commandIn(process.argv)} --help\` lists them all.` : asFlags(general);
  if (logFormat === 'json') printJson({ type: 'error', code, message, todo });
  else if (code === 'CIO_INTERNAL') return printInternal(error);
  else printLines(`cio-stream: ${message}\n  what to do: ${printable(todo)}`);
  return exitStatus;
}

const AS_FLAGS: Readonly<Record<string, string>> = {
  "`onGiveUp: 'reject'`": '`--on-give-up reject`',
  giveUpMs: '--give-up-ms',
  '`maxRejected`': '`--max-rejected`',
  maxRejected: '--max-rejected',
  '(path: "data.rows")': '(--json-path data.rows)',
  'ndjson()': '--format ndjson',
  'json()': '--format json',
  '`columns` of validate()': '`--email`, `--column` and the like',
  '`columns` of csv()': '`--header`',
  '`delimiter`': '`--delimiter`',
  '`quote`': '`--quote`',
  '`trim`': '`--trim`',
  '`encoding`': '`--encoding`',
};

/** The library speaks of its options. */
export function asFlags(text: string): string {
  const named = text.replace(/`encoding: '([\w-]+)'`/g, '`--encoding $1`');
  return Object.entries(AS_FLAGS).reduce((told, [word, flag]) => told.replaceAll(word, flag), named);
}

/** The command that was run: no option stands before it that takes a value. */
function commandIn([, , ...args]: readonly string[]): string {
  return args.find((arg) => !arg.startsWith('-')) ?? '';
}

/** One line for a bug; the status is that of CIO_INTERNAL. */
export function printInternal(error: unknown): number {
  const { message, todo, exitStatus } = asCioError(error);
  printLines(`cio-stream: ${message} (${todo})`);
  return exitStatus;
}
