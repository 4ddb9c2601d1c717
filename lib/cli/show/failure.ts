/**
 * Errors in words, on standard error: what is wrong and what to do, never a stack trace. An error that is neither ours nor
 * the system's is a bug, reported in one line.
 */
import { CioError, ERROR_CODES, systemError, wordsOf } from '../../errors.ts';
import { printable } from '../../printable.ts';
import type { NameOf } from '../../wording.ts';
import { withFlagOrigins } from '../flags/flag-origins.ts';
import type { RunFlags } from '../flags/flags.ts';
import { printJson, printLines } from './print.ts';

let nameOf: NameOf = () => undefined;

/** Says how options are called from now on. The flags are not known before a command is: help needs none of them. */
export function nameOptionsBy(names: NameOf): void {
  nameOf = names;
}

/** Message and advice of an error, with flags in place of options. */
export function errorInFlags(error: CioError): { readonly message: string; readonly todo: string } {
  const { message, todo } = error.in(nameOf);
  return { message: error.code === 'CIO_OPTIONS' ? withFlagOrigins(message) : message, todo };
}

/** Errors as ours: whatever else comes up is a bug. */
export function asCioError(error: unknown): CioError {
  if (error instanceof CioError) return error;
  const refused = systemError(error);
  if (refused) return refused;
  const { name = 'Error', message = wordsOf(error), code } = Object(error) as { name?: string; message?: string; code?: unknown };
  const which = `${name}${typeof code === 'string' ? ` ${code}` : ''}`;
  return new CioError('CIO_INTERNAL', `unexpected ${which}: ${String(message).split('\n')[0]}`, error);
}

/** Prints an error and gives the exit status that belongs to it. */
export function printFailure(error: unknown, logFormat: RunFlags['logFormat'] = 'text'): number {
  const failure = asCioError(error);
  const { code, exitStatus } = failure;
  const { message, todo: general } = errorInFlags(failure);
  const isOption = code === 'CIO_OPTIONS' && general === ERROR_CODES.CIO_OPTIONS.todo;
  const todo = isOption ? `Correct the option; \`cio-stream ${commandIn(process.argv)} --help\` lists them all.` : general;
  if (logFormat === 'json') printJson({ type: 'error', code, message, todo });
  else if (code === 'CIO_INTERNAL') return printInternal(error);
  else printLines(`cio-stream: ${message}\n  what to do: ${printable(todo)}`);
  return exitStatus;
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
