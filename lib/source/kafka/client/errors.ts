/** Errors of the library, which come as trees of them: what they mean for reading, and what of them is for people. */
import { codeOf, wordsOf } from '../../../errors.ts';
import { printable } from '../../../printable.ts';

const MOST_REASONS = 3;

/** The errors at the ends of the tree. */
function* leavesOf(error: unknown): Generator<unknown> {
  const { errors, cause } = Object(error) as { errors?: unknown; cause?: unknown };
  if (Array.isArray(errors) && errors.length > 0) for (const each of errors) yield* leavesOf(each);
  else if (codeOf(error) === 'PLT_KFK_NETWORK' && cause !== undefined) yield* leavesOf(cause);
  else yield error;
}

/** Why something failed, in words, each reason once. */
export function reasonOf(error: unknown): string {
  const reasons = Array.from(leavesOf(error), (leaf) => {
    const { message, apiId, code } = Object(leaf) as { message?: unknown; apiId?: unknown; code?: unknown };
    const words = typeof message === 'string' && message !== '' ? message.replace(/\.$/, '') : wordsOf(leaf);
    const name = apiId ?? (typeof code === 'string' && !code.startsWith('PLT_KFK_') ? code : undefined);
    return printable(name === undefined || words.includes(String(name)) ? words : `${words} (${name})`);
  });
  return [...new Set(reasons)].slice(-MOST_REASONS).join('; ');
}

/** True if one of the errors has this code of the protocol, such as `OFFSET_OUT_OF_RANGE`. */
export function hasApiError(error: unknown, ...ids: readonly string[]): boolean {
  for (const leaf of leavesOf(error)) if (ids.includes(String(Reflect.get(Object(leaf), 'apiId')))) return true;
  return false;
}

/** True if the connection, the broker or the group says so: it may be better the next time. False if the bytes themselves can't be read. */
export function mayPass(error: unknown): boolean {
  for (const leaf of leavesOf(error)) {
    const code = String(codeOf(leaf));
    if (code.startsWith('PLT_KFK_') && !code.startsWith('PLT_KFK_UNSUPPORTED')) return true;
    if (Reflect.get(Object(leaf), 'syscall') !== undefined) return true;
  }
  return false;
}

/** True if trying again can't help: the name, the credentials or the request is wrong. */
export function isWrong(error: unknown): boolean {
  for (const leaf of leavesOf(error))
    if (Reflect.get(Object(leaf), 'canRetry') === true || Reflect.get(Object(leaf), 'syscall') !== undefined) return false;
  return true;
}
