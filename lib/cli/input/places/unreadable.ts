/** The error of a place that can't be read: it begins with the place. */
import { CioError, codeOf } from '../../../errors.ts';
import { printable } from '../../../printable.ts';

/** What went wrong with an input, in words. */
export function inputUnreadable(label: string, cause: unknown): CioError {
  if (cause instanceof CioError) return cause.message.startsWith(printable(label)) ? cause : cause.at(label);
  const code = String(codeOf(cause) ?? Reflect.get(Object(cause), 'name'));
  const why: Record<string, string> = {
    ENOENT: 'does not exist',
    EACCES: 'is not readable: permission denied',
    EMFILE: "can't be read: too many open files, raise the limit (ulimit -n)",
  };
  return new CioError('CIO_SOURCE', `${label} ${why[code] ?? "can't be read"} (${code})`, cause);
}
