/** `--limit person.attributes=500` -> the `limits` of enforceLimits(). */
import { CioError } from '../errors.ts';
import { unknownName } from '../options.ts';
import type { EnforceLimitsOptions } from '../stage/enforce-limits.ts';
import { LIMITS, type LimitKind } from '../track/limits.ts';

const KNOWN: readonly string[] = Object.entries(LIMITS).flatMap(([kind, limits]) => Object.keys(limits).map((name) => `${kind}.${name}`));

/** Reads what `--limit` says. Throws `CIO_OPTIONS`. */
export function otherLimits(pairs: readonly string[]): NonNullable<EnforceLimitsOptions['limits']> {
  const limits: Partial<Record<LimitKind, Record<string, number>>> = {};
  for (const pair of pairs) {
    const [, name = '', number = ''] = /^(.*?)=(.*)$/s.exec(pair) ?? [];
    const value = number === 'none' ? Number.POSITIVE_INFINITY : Number(number);
    if (!/^(\d+|none)$/.test(number) || value < 1)
      throw wrong(`${pair}: write kind.name=number, for example person.attributes=500, or =none`);
    if (!KNOWN.includes(name)) throw wrong(unknownName('limit', name, KNOWN));
    const [kind, limit] = name.split('.') as [LimitKind, string];
    limits[kind] = { ...limits[kind], [limit]: value };
  }
  return limits;
}

function wrong(message: string): CioError {
  return new CioError('CIO_OPTIONS', `--limit: ${message}`);
}
