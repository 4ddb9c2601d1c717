/**
 * The flags that must be the same when a run resumes: those that say how rows are read, and into which account they go. With
 * others, rows that were rejected or sent elsewhere would be left out as if they were done. The account is saved as a hash.
 */
import { createHash } from 'node:crypto';
import { CioError } from '../../errors.ts';
import { dashed } from '../flags/flag.ts';
import type { SendFlags } from '../flags/flags.ts';

/** Flags by name, with their values as text. */
export type Flags = Readonly<Record<string, string>>;

const PLAIN = [
  'object',
  'identifier',
  'id',
  'email',
  'cioId',
  'phone',
  'name',
  'event',
  'time',
  'eventId',
  'snakeCase',
  'dropOthers',
  'format',
  'encoding',
  'jsonPath',
  'delimiter',
  'quote',
  'header',
  'keepEmptyCells',
  'trim',
  'transform',
] as const;
/** Given several times; their order says nothing. */
const REPEATED = ['column', 'null'] as const;
const SITE_ID = '--site-id';
/** In place of `object`, which is not a flag. */
const COMMAND = 'command';

const SAME_OR_AFRESH =
  'Give the command and the flags of that run to resume it. Or name another resume file, and the input is read from its beginning. `cio-stream replay` sends again what that run rejected.';

/** The flags of a run that count. */
export function flagsOf(flags: SendFlags): Flags {
  const plain = PLAIN.map((name) => [name, flags[name]] as const).filter(([, value]) => value !== undefined);
  const repeated = REPEATED.map((name) => [name, [...(flags[name] ?? [])].sort()] as const).filter(([, values]) => values.length > 0);
  const texts = [...plain, ...repeated].map(([name, value]) => [name === 'object' ? COMMAND : dashed(name), JSON.stringify(value)]);
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
