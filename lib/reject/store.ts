/**
 * What a place for rejected records must be able to do. A store takes whole lines, one call at a time; what its
 * `flush()` has acknowledged is there after a power cut. Object storage will be further stores beside these.
 */
import { CioError } from '../errors.ts';

/** A place for lines. The outbox calls one method at a time. */
export interface Store {
  /** The place as the user knows it. */
  readonly location: string;
  /** Fails where the place is seen to be unusable. Creates nothing. */
  open(): Promise<void>;
  /** Takes whole lines. */
  write(lines: string): Promise<void>;
  /** Resolves when all that was written is durable and visible. */
  flush(): Promise<void>;
  /** The line is being torn down: from now on nothing may wait for a slow reader. */
  release?(): void;
  /** Lets go of everything, after an error too. */
  close(): Promise<void>;
}

const IN_WORDS: Record<string, string> = {
  ENOSPC: 'no space left',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a file is in its way',
  EEXIST: 'a file is in its way',
  ENOENT: 'the folder is gone',
  EPIPE: 'its reader is gone',
};

/** The error of a store that failed: it names the place and the system's code. */
export function storeError(location: string, cause: unknown): CioError {
  if (cause instanceof CioError) return cause;
  const code: unknown = Reflect.get(Object(cause), 'code');
  const why = typeof code !== 'string' ? 'it failed' : IN_WORDS[code] ? `${IN_WORDS[code]} (${code})` : code;
  return new CioError('CIO_REJECT_STORE', `rejected records can't be stored in ${location}: ${why}`, cause);
}
