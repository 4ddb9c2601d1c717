/** `--limits connector --limit person.attributes=500` -> the `limits` of enforceLimits(). */
import { CioError } from '../../../errors.ts';
import { unknownName } from '../../../options.ts';
import type { OwnLimits } from '../../../stage/options.ts';
import { LIMITS, type LimitKind, type LimitListName } from '../../../track/limits.ts';

const KNOWN: readonly string[] = Object.entries(LIMITS).flatMap(([kind, limits]) => Object.keys(limits).map((name) => `${kind}.${name}`));

/** Reads what `--limit` says of the limits that differ from those of the list. Throws `CIO_OPTIONS`. */
export function ownLimits(list: LimitListName, texts: readonly string[]): OwnLimits {
  const limits: Partial<Record<LimitKind, Record<string, number>>> = {};
  for (const text of texts) {
    const [, name = '', number = ''] = /^(.+?)=(.+)$/s.exec(text) ?? [];
    if (name === '') throw wrong(`${text}: write kind.name=number, for example person.attributes=500, or =none`);
    const value = number === 'none' ? Number.POSITIVE_INFINITY : Number(number);
    if (!/^(\d+|none)$/.test(number) || value < 1) throw wrong(`${name}: must be a whole number above 0, or none`);
    if (!KNOWN.includes(name)) throw wrong(unknownName('limit', name, KNOWN));
    const [kind, limit] = name.split('.') as [LimitKind, string];
    limits[kind] = { ...limits[kind], [limit]: value };
  }
  return { list, ...limits };
}

function wrong(message: string): CioError {
  return new CioError('CIO_OPTIONS', `--limit: ${message}`);
}
