/**
 * An error as Airbyte wants it told: in words, with who has to act. A foreign error is a bug of ours; its own text may
 * hold anything, so only its name and the place in the code are told.
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

/** What to do, where the table of the library speaks of other things than Airbyte's: its own options, commands, files. */
const TODOS: Partial<Record<ErrorCode, string>> = {
  CIO_SOURCE: 'Look at the source and its log, then sync again.',
  CIO_UNDELIVERED: 'Sync again when Customer.io answers: a repeat is harmless.',
};

/** Told to stop, and all that was read is settled. */
export const STOPPED: ConnectorFailure = {
  message: 'told to stop: what was read is settled. The next sync goes on after the last STATE.',
  internal: 'told to stop',
  type: 'transient_error',
};

/** How to tell `error`. */
export function connectorFailureOf(given: unknown): ConnectorFailure {
  const error = systemError(given) ?? given;
  if (error instanceof CioError) {
    const { code } = error;
    return { message: sayError(error), internal: `${code}: ${error.message}`, type: TYPES[code] ?? 'system_error' };
  }
  const { name = 'Error', code, stack } = Object(error) as { name?: string; code?: unknown; stack?: unknown };
  const told = new CioError('CIO_INTERNAL', `unexpected ${name}${typeof code === 'string' ? ` ${code}` : ''}`);
  const frames = String(stack).match(/^ +at .*$/gm) ?? [];
  return { message: sayError(told), internal: `${told.code}: ${told.message}`, stack: frames.join('\n'), type: 'system_error' };
}

/** The error and what to do about it, except where the message says that already. */
export function sayError(error: CioError): string {
  const { code } = error;
  const { message, todo } = error.in(keyOf);
  return code === 'CIO_OPTIONS' ? message : `${message}. ${TODOS[code] ?? todo}`;
}
