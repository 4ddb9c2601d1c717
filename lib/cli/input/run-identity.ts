/**
 * The flags that must be the same when a run resumes: those that say how rows are read, and into which account they go. With
 * others, rows that were rejected or sent elsewhere would be left out as if they were done. The account is saved as a hash.
 */
import { createHash } from 'node:crypto';
import { CioError } from '../../errors.ts';
import { dashed } from '../flags/flag.ts';
import { MAPPING, type SendFlags } from '../flags/flags.ts';
import { INPUT } from '../flags/groups.ts';

/** Flags by name, with their values as text. */
export type Flags = Readonly<Record<string, string>>;

/** Flags of rows and inputs that may differ: the rest of the rows is sent by them. */
const FREE = ['onViolation', 'limits', 'limit', 'maxRecordBytes', 'stream', 'namespace'];
const SAME = ['object', ...Object.keys({ ...MAPPING.events, ...INPUT })].filter((name) => !FREE.includes(name));
/** Given several times; their order says nothing. */
const REPEATED = ['column', 'null'];
const SITE_ID = '--site-id';
/** In place of `object`, which is not a flag. */
const COMMAND = 'command';

const SAME_OR_AFRESH =
  'Give the command and the flags of that run to resume it. Or name another resume file, and the input is read from its beginning. `cio-stream replay` sends again what that run rejected.';

/** The flags of a run that count. */
export function flagsOf(flags: SendFlags): Flags {
  const texts = SAME.flatMap((name) => {
    const given: unknown = Reflect.get(flags, name);
    const value = REPEATED.includes(name) ? [...((given ?? []) as string[])].sort() : given;
    const isGiven = value !== undefined && !(Array.isArray(value) && value.length === 0);
    return isGiven ? [[name === 'object' ? COMMAND : dashed(name), JSON.stringify(value)]] : [];
  });
  const { siteId } = flags;
  return { ...Object.fromEntries(texts), ...(siteId !== undefined && { [SITE_ID]: createHash('sha256').update(siteId).digest('hex') }) };
}

/** Throws `CIO_STATE` if the flags of the resume file at `path` differ; the account only if both have one, as a dry run has none. */
export function checkSameFlags(path: string, earlier: Flags, now: Flags): void {
  const names = new Set([...Object.keys(earlier), ...Object.keys(now)]);
  const others = [...names].filter((name) => earlier[name] !== now[name] && (name !== SITE_ID || (name in earlier && name in now)));
  if (others.length === 0) return;
  const what = others.includes(COMMAND) ? 'of another command' : `with other ${others.join(', ')}`;
  const message = `${path} belongs to a run ${what}: what that run has read would not be read again`;
  throw new CioError('CIO_STATE', message, undefined, SAME_OR_AFRESH);
}
