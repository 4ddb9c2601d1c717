/**
 * One error class over one table of codes. A CioError means that it would be wrong to continue: bad options, bad
 * credentials, an unreadable source, a reject store that is gone, retries exhausted. A bad row is never an error, it
 * is a Rejection. Messages never hold record contents or secrets, and are one printable line whatever names are in them;
 * the foreign error, if any, is the `cause`.
 */
import { existsSync } from 'node:fs';
import { printable } from './printable.ts';
import { type ErrorDetails, type NameOf, option, say, type Text, type Wording } from './wording.ts';

/** What to do next, if that names options. */
const TODOS = {
  CIO_UNDELIVERED: say`Run it again when the API answers; that is safe. A larger \`${option('trackWriter', 'giveUpMs')}\` waits longer; \`${option('trackWriter', 'onGiveUp', 'reject')}\` rejects such rows and continues.`,
  CIO_TOO_MANY_REJECTED: say`Look at the rejected rows, correct what is wrong and run again; or allow more of them with \`${option('trackWriter', 'maxRejected')}\`.`,
};

/**
 * Each {@link ErrorCode}, with the exit status of the command line and what to do next.
 *
 * @category Errors
 */
export const ERROR_CODES = {
  CIO_OPTIONS: { exit: 2, todo: 'Correct the option that the message names.' },
  CIO_AUTH: {
    exit: 3,
    todo: 'Check the site id and the API key: they must be Track API credentials, not an App API key, and belong to this region.',
  },
  CIO_REGION: { exit: 4, todo: "Set the region to 'us', 'eu' or 'auto', or correct the base URL." },
  CIO_SOURCE: { exit: 5, todo: 'Check that the input exists, can be read, is complete, and has the format that you named.' },
  CIO_NETWORK: { exit: 6, todo: 'Check the base URL, DNS, proxy and TLS settings of this machine.' },
  CIO_UNDELIVERED: { exit: 7, todo: String(TODOS.CIO_UNDELIVERED) },
  CIO_REJECT_STORE: {
    exit: 8,
    todo: 'Check that the place for rejected rows exists, its settings, permissions and free space, then run again.',
  },
  CIO_REJECTED: {
    exit: 9,
    todo: 'Give trackWriter() a place for rejected rows, for example `rejects: rejectWriter({ to: "rejected/" })`.',
  },
  CIO_LINE: { exit: 10, todo: 'Put the stages in this order: a source, validate(), enforceLimits(), trackWriter().' },
  CIO_API: { exit: 11, todo: 'Check the base URL, and any proxy between this machine and Customer.io.' },
  CIO_STATE: {
    exit: 12,
    todo: 'Check the path, its permissions and free space, and that no other run uses it; or start over with another path.',
  },
  CIO_TOO_MANY_REJECTED: { exit: 13, todo: String(TODOS.CIO_TOO_MANY_REJECTED) },
  CIO_SYSTEM: {
    exit: 71,
    todo: 'Give the process what it lacks (open files, disk space, memory, permissions) and run again.',
  },
  CIO_INTERNAL: { exit: 70, todo: 'This is a bug in customerio-streams: please report it with the command and this message.' },
} as const;

const TOO_MANY_FILES = 'too many open files: raise the limit of open files (ulimit -n)';

/** What a call of the system fails with, in words. */
const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EMFILE: TOO_MANY_FILES,
  ENFILE: 'too many files are open on this machine',
  ENOSPC: 'no space left',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed',
  ENOMEM: 'no memory left',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a file is in the way',
  EEXIST: 'a file is in the way',
  EISDIR: 'a folder is in the way',
  ENOENT: 'it does not exist',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'a symbolic link is in the way',
  EIO: 'the device reports an error',
  ESPIPE: 'it is a pipe or a device, not a file or folder',
  EPIPE: 'its reader has closed it',
  ERR_STREAM_DESTROYED: 'it was closed',
};

/** The code of an error, of whatever kind; undefined if it has none. */
export function codeOf(error: unknown): unknown {
  return Reflect.get(Object(error), 'code');
}

/** What the system says in an error, in words and with its code; the code alone if it has no words, undefined if it has no code. */
export function systemWords(error: unknown): string | undefined {
  const code = codeOf(error);
  if (typeof code !== 'string') return undefined;
  return Object.hasOwn(SYSTEM_WORDS, code) ? `${SYSTEM_WORDS[code]} (${code})` : code;
}

/** An error of the system that nobody has put in words: the machine lacks something, it is not a bug. Undefined for any other. */
export function systemError(error: unknown): CioError | undefined {
  const { code, syscall, path } = Object(error) as NodeJS.ErrnoException;
  const unread = code === 'ERR_MODULE_NOT_FOUND' ? unreadPackage(error) : undefined;
  if (unread !== undefined) {
    const message = `the package ${unread} is installed but can't be loaded: ${TOO_MANY_FILES}; if that does not help, install it again`;
    return new CioError('CIO_SYSTEM', message, error);
  }
  if (typeof code !== 'string' || typeof syscall !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  // Which file was one too many says nothing.
  const place = typeof path === 'string' && code !== 'EMFILE' && code !== 'ENFILE' ? ` (${JSON.stringify(path)})` : '';
  return new CioError('CIO_SYSTEM', `the system refused ${syscall}${place}: ${systemWords(error)}`, error);
}

/** Without a free file Node can't read the package.json of a package, and reports that the package does not exist. */
function unreadPackage(error: unknown): string | undefined {
  const [, folder = '', name] = /'([^']*[\\/]node_modules[\\/]((?:@[^'\\/]+[\\/])?[^'\\/]+))/.exec(wordsOf(error)) ?? [];
  return name !== undefined && existsSync(`${folder}/package.json`) ? name : undefined;
}

/** A foreign error in words, whatever was thrown. */
export function wordsOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that is not an error was thrown';
  }
}

/**
 * The code of a {@link CioError}.
 *
 * @category Errors
 */
export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * Why a stream or a call failed: bad options, bad credentials, an input that can't be read, a place for rejects that is gone, an
 * API that stays away. A bad row is never an error; it is a {@link Rejection}.
 *
 * `message` is one printable line that names the option or the place. It never holds a secret or the contents of a row. `cause` is
 * the error behind it, if there is one. What each code means: docs/errors.md.
 *
 * @example
 * ```ts
 * import { CioError, trackWriter } from 'customerio-streams';
 *
 * try {
 *   trackWriter({ siteId: 'site', apiKey: undefined });
 * } catch (error) {
 *   if (!(error instanceof CioError)) throw error;
 *   console.log(error.code); // CIO_OPTIONS
 *   console.log(error.message); // trackWriter: option "apiKey": is missing: pass it, or set the variable CUSTOMERIO_API_KEY
 *   console.log(error.details.option); // apiKey
 * }
 * ```
 *
 * @category Errors
 */
export class CioError extends Error {
  /** Always `CioError`. */
  override readonly name = 'CioError';
  /** The kind of error. Codes are stable, so you can branch on them. */
  readonly code: ErrorCode;
  /** What to do next, as a sentence. */
  readonly todo: string;
  /** The option that `message`, or else `todo`, is about: `{ function: 'rejectWriter', option: 's3.region' }`. */
  readonly details: ErrorDetails;
  readonly #message: Wording;
  readonly #todo: Text | undefined;

  /**
   * `todo`: if what helps is not what helps with others of its code.
   *
   * @internal
   */
  constructor(code: ErrorCode, message: Text, cause?: unknown, todo?: Text) {
    super(printable(String(message)), cause === undefined ? undefined : { cause });
    this.code = code;
    this.#message = say`${message}`;
    this.#todo = todo;
    this.details = { ...say`${todo ?? ''}`.details, ...this.#message.details };
    // A field, not a getter: so Node shows it when nobody catches the error, and loggers do.
    this.todo = printable(String(this.#advice));
  }

  /** The exit status that the command line has for this code. */
  get exitStatus(): number {
    return ERROR_CODES[this.code].exit;
  }

  /**
   * `message` and `todo` with the names that a shell has for options.
   *
   * @internal
   */
  in(nameOf: NameOf): { readonly message: string; readonly todo: string } {
    return { message: printable(this.#message.in(nameOf)), todo: printable(this.#advice.in(nameOf)) };
  }

  /** The same error with a place before its message. */
  at(place: string): CioError {
    return new CioError(this.code, say`${place}: ${this.#message}`, this.cause, this.#todo);
  }

  get #advice(): Wording {
    const general: Partial<Record<ErrorCode, Text>> = TODOS;
    return say`${this.#todo ?? general[this.code] ?? ERROR_CODES[this.code].todo}`;
  }
}
