/**
 * One error class over one table of codes. A CioError means that going on would be wrong: bad options, bad
 * credentials, an unreadable source, a reject store that is gone, retries exhausted. A bad row is never an error, it
 * is a Rejection. Messages never hold record contents or secrets, and are one printable line whatever names are in them;
 * the foreign error, if any, is the `cause`.
 */
import { printable } from './printable.ts';

/** What each code means: the exit status of the command line, and what the user can do next. */
export const ERROR_CODES = {
  CIO_OPTIONS: { exit: 2, todo: 'Correct the option that the message names.' },
  CIO_AUTH: {
    exit: 3,
    todo: 'Check the site id and the API key (Track API credentials, not an App API key) and that they belong to this region.',
  },
  CIO_REGION: { exit: 4, todo: "Set the region to 'us', 'eu' or 'auto', or correct the base URL." },
  CIO_SOURCE: { exit: 5, todo: 'Check that the input exists, is readable, complete and in the format named.' },
  CIO_NETWORK: { exit: 6, todo: 'Check the base URL, DNS, proxy and TLS settings of this machine.' },
  CIO_UNDELIVERED: {
    exit: 7,
    todo: "Run the same command again when the API answers: a repeat is harmless. A larger `giveUpMs` waits longer; `onGiveUp: 'reject'` hands such records back instead.",
  },
  CIO_REJECT_STORE: {
    exit: 8,
    todo: 'Make the place for rejected records usable (that it is there, its settings, permissions, space) and run again.',
  },
  CIO_REJECTED: { exit: 9, todo: 'Give `rejects` a place to go, for example rejectWriter({ to: "rejected/" }).' },
  CIO_LINE: { exit: 10, todo: 'Put the stages in order: source, validate(), enforceLimits(), trackWriter().' },
  CIO_API: { exit: 11, todo: 'The API refused the call itself: check the base URL and any proxy between here and Customer.io.' },
  CIO_STATE: {
    exit: 12,
    todo: 'Make what an earlier run left usable (the path, space, permissions, no second run at it), or begin afresh with another path.',
  },
  CIO_INTERNAL: { exit: 70, todo: 'This is a bug in customerio-streams: please report it with the command and this message.' },
} as const;

/** A foreign error in words, whatever was thrown. */
export function wordsOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that is no error was thrown';
  }
}

/** The code of a {@link CioError}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Why a stream or a call failed. `code` is stable, `todo` says what to do next, `exitStatus` is the CLI's. */
export class CioError extends Error {
  override readonly name = 'CioError';
  readonly code: ErrorCode;
  readonly #todo: string | undefined;

  /** `todo`: where what helps is not what helps with others of its code. */
  constructor(code: ErrorCode, message: string, cause?: unknown, todo?: string) {
    super(printable(message), cause === undefined ? undefined : { cause });
    this.code = code;
    this.#todo = todo === undefined ? undefined : printable(todo);
  }

  get todo(): string {
    return this.#todo ?? ERROR_CODES[this.code].todo;
  }

  get exitStatus(): number {
    return ERROR_CODES[this.code].exit;
  }
}
