/**
 * An error as Airbyte wants it reported: in words, with who has to act. An error that is not a CioError is a bug of this package;
 * its own text may hold anything, so only its name and the place in the code are reported.
 */
import { CioError, type ErrorCode, systemError } from '../errors.ts';
import { keyOf } from './config/option-keys.ts';

/** What a TRACE ERROR says. */
export interface ConnectorFailure {
  /** For the user: what is wrong and what to do. */
  readonly message: string;
  /** For support. */
  readonly internal?: string;
  readonly stack?: string;
  /** `config_error`: the user must act; `transient_error`: try again; `system_error`: neither helps. */
  readonly type: 'config_error' | 'transient_error' | 'system_error';
}

const TYPES: Partial<Record<ErrorCode, ConnectorFailure['type']>> = {
  CIO_OPTIONS: 'config_error',
  CIO_AUTH: 'config_error',
  CIO_REGION: 'config_error',
  CIO_REJECT_STORE: 'config_error',
  CIO_STATE: 'config_error',
  CIO_SOURCE: 'transient_error',
  CIO_NETWORK: 'transient_error',
  CIO_UNDELIVERED: 'transient_error',
};

/** What to do, if the library's own advice is about its options, commands and files. */
const TODOS: Partial<Record<ErrorCode, string>> = {
  CIO_SOURCE: 'Check the source and its log, then sync again.',
  CIO_UNDELIVERED: 'Sync again once Customer.io is reachable: that is safe.',
};

/** The sync was stopped, and everything that was read is delivered or rejected. */
export const STOPPED: ConnectorFailure = {
  message: 'stopped on request: everything that was read is delivered or rejected. The next sync resumes after the last STATE.',
  internal: 'stopped on request',
  type: 'transient_error',
};

/** What to report for `error`. */
export function connectorFailureOf(given: unknown): ConnectorFailure {
  const error = systemError(given) ?? given;
  if (error instanceof CioError) {
    const { code, message } = error;
    return { message: sayError(error), internal: `${code}: ${message}`, type: TYPES[code] ?? 'system_error' };
  }
  const { name = 'Error', code, stack } = Object(error) as { name?: string; code?: unknown; stack?: unknown };
  const bug = new CioError('CIO_INTERNAL', `unexpected ${name}${typeof code === 'string' ? ` ${code}` : ''}`);
  const frames = String(stack).match(/^ +at .*$/gm) ?? [];
  return { message: sayError(bug), internal: `${bug.code}: ${bug.message}`, stack: frames.join('\n'), type: 'system_error' };
}

/** The error and what to do about it, unless the message says that already. */
export function sayError(error: CioError): string {
  const { code } = error;
  const { message, todo } = error.in(keyOf);
  return code === 'CIO_OPTIONS' ? message : `${message}. ${TODOS[code] ?? todo}`;
}
