/**
 * The flags that must be the same when a run goes on: those that say how rows are read, and into which account they go.
 * Else what was read, and rejected or sent elsewhere, would be taken for done. The account is kept as a hash.
 */
import { createHash } from 'node:crypto';
import type { SendFlags } from '../flags/send-options.ts';

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

/** Those of a run. */
export function flagsOf(flags: SendFlags): Flags {
  const plain = PLAIN.map((name) => [name, flags[name]] as const).filter(([, value]) => value !== undefined);
  const repeated = REPEATED.map((name) => [name, [...flags[name]].sort()] as const).filter(([, values]) => values.length > 0);
  const texts = [...plain, ...repeated].map(([name, value]) => [flagOf(name), JSON.stringify(value)]);
  const { siteId } = flags;
  return { ...Object.fromEntries(texts), ...(siteId !== undefined && { [SITE_ID]: createHash('sha256').update(siteId).digest('hex') }) };
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The names of those that differ; the account only where both know it, as a dry run has none. */
export function different(earlier: Flags, now: Flags): string[] {
  const names = new Set([...Object.keys(earlier), ...Object.keys(now)]);
  return [...names].filter((name) => earlier[name] !== now[name] && (name !== SITE_ID || (name in earlier && name in now)));
}
